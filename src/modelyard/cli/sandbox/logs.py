"""`modelyard sandbox logs`."""

import os
import sys
import time
from collections import deque
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from modelyard.cli.options import Plain
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.display import shown
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox.state_dir import Home

FOLLOW_SECONDS = 0.2
MOST = 1_000_000
"""Lines that are held in memory at most."""
Lines = Annotated[int, Parameter(name=["--lines", "-n"], validator=Number(gte=0, lte=MOST))]


def logs(
    *,
    lines: Lines = 50,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"])] = False,
    common: Plain = Plain(),
) -> Report:
    """Show the requests that the sandbox received and the status of each answer.

    One line for each request: time, method, host and path, status, milliseconds. Headers, queries and bodies are never
    logged.

    Parameters
    ----------
    lines
        How many lines to show, counted from the end.
    follow
        Show new lines as they come, until Ctrl-C.

    """
    if follow and common.json:
        raise OptionWithoutEffect("--json", "with --follow", "leave one of the two out")
    log = Home(Places.here(os.environ).sandbox).log
    if not log.exists():
        return Report(command="sandbox logs", text="nothing has been logged yet", data={"lines": []})
    with log.open(encoding="utf-8", errors="replace") as file:
        last = [line.rstrip("\n") for line in deque(file, maxlen=lines)]
        while follow:
            sys.stdout.write("".join(f"{shown(line)}\n" for line in last))
            sys.stdout.flush()
            last = [line.rstrip("\n") for line in file]
            time.sleep(FOLLOW_SECONDS)
    return Report(command="sandbox logs", text="\n".join(last), data={"lines": last})
