"""Ending processes that this room started in groups of their own."""

import os
import signal
import subprocess
from contextlib import suppress


def end(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGTERM) -> None:
    """Signals the whole group of a process started with `start_new_session`, unless it has ended, and waits for it."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait()
