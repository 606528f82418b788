"""`modelyard sandbox env`."""

import sys
from pathlib import Path

from modelyard.cli.options import Plain
from modelyard.cli.process_context import context
from modelyard.operations.engine_location import search_path
from modelyard.operations.target_resolution import point, sandbox
from modelyard.report.result import Report
from modelyard.sandbox.environment import Shell, render


def env(*, shell: Shell = "sh", common: Plain = Plain()) -> Report:
    """Print the environment that points a shell at the sandbox.

    For example:

        eval "$(modelyard sandbox env)"                     sh, bash, zsh
        modelyard sandbox env --shell fish | source
        modelyard sandbox env --shell powershell | Out-String | Invoke-Expression

    Then curl, Pulumi and the Azure SDKs of any language reach the sandbox by Azure's own host names, and nothing
    else. Starts the sandbox unless it runs. The lines hold its client secret, which opens nothing but this sandbox.
    A stack that plain `pulumi` makes in such a shell gets an `encryptionsalt` in its file, as with any passphrase;
    `modelyard sandbox run -- pulumi …` leaves the file alone.

    Parameters
    ----------
    shell
        The shell that will read the lines.

    """
    caller = context()
    path = search_path(caller, caller.environment.get("PATH", ""), Path(sys.executable))
    added = {**point(sandbox(), caller).environment, "PATH": path}
    return Report(command="sandbox env", text=render(added, shell), data={"environment": added})
