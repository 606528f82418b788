"""Who runs the sandbox of a folder: whoever holds the lock on a file there.

The kernel lets go of the lock when its holder dies, however it dies, so a killed server leaves nothing that looks like
a running one, and a process id is believed only while the lock is held: it can't be that of a process that came later.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE_SECONDS = 1.0
PAUSE_SECONDS = 0.01


class Held(Exception):
    """Somebody else holds the lock."""


class Lock:
    """An open lock file. `take` may be called once."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)

    def take(self) -> None:
        """Hold the lock and note this process in the file; Held when somebody keeps holding it.

        Patience is for those who only look (`holder`), which takes them a moment's hold.
        """
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > deadline:
                    raise Held from error
                time.sleep(PAUSE_SECONDS)
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let go."""
        os.close(self._descriptor)


def holder(path: Path) -> int | None:
    """The process id of the lock's holder; None where nobody holds it."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
        noted = os.pread(descriptor, 32, 0)
        return int(noted) if noted.isdigit() else None
    finally:
        os.close(descriptor)


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until nobody else is inside this context for the same file, and keep others out of it."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
