"""Ending processes that this room started in groups of their own, and being ended in order ourselves."""

import os
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def end(process: "subprocess.Popen[str]", how: signal.Signals = signal.SIGTERM) -> None:
    """Signals the whole group of a process started with `start_new_session`, unless it has ended, and waits for it."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        process.wait()


@contextmanager
def termination_is_interruption() -> Iterator[None]:
    """For as long as it lasts, SIGTERM is met as Ctrl-C is: pipelines cancel a job so, and the engine must hear of it.

    Only where nobody has decided otherwise, and only in the main thread, which alone may decide it.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
