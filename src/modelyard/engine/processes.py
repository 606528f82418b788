"""Processes that this room starts: ending them with their groups, reading their lines, and being ended in order."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from queue import Empty, SimpleQueue
from typing import IO


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


PAUSE = 0.2
"""Seconds between two looks at whether the stream has ended, for a loop that was interrupted on its last line."""


class Lines:
    """The lines of a child's output, read by a thread, which closes the stream.

    Iterating gives each line once, waits for more, and ends when the stream has ended. Ctrl-C in the middle of reading
    a line would lose it, and Ctrl-C in the middle of a loop must not end the reading: these lines can be gone through
    again from where the last loop stopped.
    """

    def __init__(self, stream: IO[str] | None) -> None:
        self._queue: SimpleQueue[str | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._pour, args=(stream,), daemon=True)
        self._thread.start()

    def _pour(self, stream: IO[str] | None) -> None:
        with stream or nullcontext(()) as lines:
            for line in lines:
                self._queue.put(line)
        self._queue.put(None)

    def __iter__(self) -> Iterator[str]:
        return self.each(lambda _: None)

    def each(self, silent: Callable[[float], None]) -> Iterator[str]:
        """As iterating; `silent` is called now and then while nothing comes, with the seconds since the last line."""
        quiet = 0.0
        while True:
            try:
                line = self._queue.get(timeout=PAUSE)
            except Empty:
                if not self._thread.is_alive():
                    return
                quiet += PAUSE
                silent(quiet)
                continue
            if line is None:
                return
            quiet = 0.0
            yield line
