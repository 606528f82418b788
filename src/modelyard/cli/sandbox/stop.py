"""`modelyard sandbox stop`."""

import os

from modelyard.cli.options import Plain
from modelyard.operations.user_dirs import Places
from modelyard.report.result import Report
from modelyard.sandbox import process


def stop(*, common: Plain = Plain()) -> Report:
    """Stop the sandbox and keep what it holds. Does nothing where none runs."""
    was_running = process.stop(Places.here(os.environ).sandbox)
    return Report(
        command="sandbox stop",
        text="the sandbox stopped; `modelyard sandbox start` goes on where it was"
        if was_running
        else "no sandbox was running",
        data={"wasRunning": was_running},
    )
