"""Where Pulumi looks for the azure-native plugin, and how this one gets there.

Pulumi's CLI takes `$PULUMI_HOME/plugins/resource-<name>-v<version>/pulumi-resource-<name>` for the plugin (tried with
3.250.0). A `.partial` file beside the folder would say that an installation didn't finish.
"""

import os
import shlex
import tempfile
from pathlib import Path

from modelyard.provider import VERSION

NAME = "azure-native"
EXECUTABLE = 0o755


def plugin_file(pulumi_home: Path) -> Path:
    """The file that the CLI runs as the plugin."""
    return pulumi_home / "plugins" / f"resource-{NAME}-v{VERSION}" / f"pulumi-resource-{NAME}"


def install(pulumi_home: Path, python: Path) -> Path:
    """Make `python -m modelyard.provider` the azure-native plugin of this PULUMI_HOME; the file that was written.

    Does nothing where it is installed already. The file appears whole or not at all, so that a command that runs
    meanwhile finds the old one or the new one. `python` is isolated from the user's site and PYTHON* variables.
    """
    file = plugin_file(pulumi_home)
    script = f'#!/bin/sh\nexec {shlex.quote(str(python))} -I -m modelyard.provider "$@"\n'
    if file.is_file() and file.read_text(encoding="utf-8") == script and os.access(file, os.X_OK):
        return file
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(script)
        Path(temporary).chmod(EXECUTABLE)
        Path(temporary).replace(file)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    return file
