"""Ending processes that this room started in groups of their own."""

import os
import signal
import subprocess


def end(process: "subprocess.Popen[str] | subprocess.Popen[bytes]", how: signal.Signals = signal.SIGTERM) -> None:
    """Signals the whole group of a process started with `start_new_session`, and waits for the process."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, how)
        except ProcessLookupError:
            return
        process.wait()
    for stream in (process.stdout, process.stderr, process.stdin):
        if stream is not None:
            stream.close()
