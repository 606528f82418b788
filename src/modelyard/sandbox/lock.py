"""Who runs the sandbox of a folder: whoever holds the lock on a file there.

The kernel releases the lock when its holder dies, however it dies, so a killed server leaves nothing that looks like a
running one, and a process id is believed only while the lock is held: it can't be that of a process that came later.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

PATIENCE_SECONDS = 1.0
MODE = 0o600


class Held(Exception):
    """Another process holds the lock."""


class SandboxLock:
    """The lock of a running server. `take` may be called once."""

    def __init__(self, path: Path) -> None:
        self._lock = FileLock(path, mode=MODE, thread_local=False)
        self._note = _note(path)

    def take(self) -> None:
        """Hold the lock and note this process beside the file; Held when another process keeps holding it.

        Patience is for those who only look (`holder`), which takes them a moment's hold.
        """
        try:
            self._lock.acquire(timeout=PATIENCE_SECONDS, poll_interval=0.01)
        except Timeout as error:
            raise Held from error
        self._note.write_text(str(os.getpid()), encoding="ascii")

    def release(self) -> None:
        """Let go."""
        self._lock.release()


def holder(path: Path) -> int | None:
    """The process id of the lock's holder; None where no process holds it.

    It looks by a shared lock, which filelock doesn't have: two commands that look at once must not see each other.
    """
    import fcntl  # there is none on Windows, where commands that need no sandbox run all the same

    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return None
    try:
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    finally:
        os.close(descriptor)
    with suppress(FileNotFoundError, ValueError):
        return int(_note(path).read_text(encoding="ascii"))
    return None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Wait until no other process is inside this context for the same file, and keep others out of it."""
    with FileLock(path, mode=MODE):
        yield


def _note(path: Path) -> Path:
    return path.with_suffix(".pid")
