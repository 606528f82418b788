"""`modelyard sandbox logs`."""

import sys
import time
from collections import deque
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.options import Common
from modelyard.cli.places import Places
from modelyard.report.result import Report
from modelyard.sandbox.home import Home

FOLLOW_SECONDS = 0.2


def logs(
    *,
    lines: Annotated[int, Parameter(name=["--lines", "-n"])] = 50,
    follow: Annotated[bool, Parameter(name=["--follow", "-f"])] = False,
    common: Common = Common(),
) -> Report:
    """Show what the sandbox was asked and what it answered.

    A line a request: time, method, host and path, status, milliseconds. Never a header, a query or a body.

    Parameters
    ----------
    lines
        How many of the last lines.
    follow
        Go on with new lines until Ctrl-C.

    """
    log = Home(Places.here().sandbox).log
    if not log.exists():
        return Report(command="sandbox logs", text="nothing has been logged yet", data={"lines": []})
    with log.open(encoding="utf-8", errors="replace") as file:
        last = [line.rstrip("\n") for line in deque(file, maxlen=lines)]
        while follow:
            sys.stdout.write("".join(f"{line}\n" for line in last))
            sys.stdout.flush()
            last = [line.rstrip("\n") for line in file]
            time.sleep(FOLLOW_SECONDS)
    return Report(command="sandbox logs", text="\n".join(last), data={"lines": last})
