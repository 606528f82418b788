"""The processes a language host started, and their end.

They stay in the host's process group, which the engine kills as a whole when it loses patience. The engine ends a run
by SIGINT to that group, which a Python program would answer with a traceback. So the threads that start children block
SIGINT, children inherit that, and the host ends them itself.
"""

import signal
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO


class Children:
    """Safe to use from several threads; after `end` nothing can be started any more."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    @staticmethod
    def shield() -> None:
        """Blocks SIGINT in the calling thread, and so in what it starts."""
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def start(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str],
        folder: str | None,
        output: int | IO[bytes] | None,
    ) -> "subprocess.Popen[bytes]":
        """A child whose output goes to ours (`None`) or to pipes. ProcessLookupError when the host is ending."""
        with self._lock:
            if self._ended:
                raise ProcessLookupError("the language host is ending")
            child = subprocess.Popen(
                command, env=dict(environment), cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=output
            )
            self._running.add(child)
        return child

    def wait(self, child: "subprocess.Popen[bytes]") -> int:
        """The child's exit status; negative is a signal."""
        status = child.wait()
        with self._lock:
            self._running.discard(child)
        return status

    def stop(self, child: "subprocess.Popen[bytes]") -> None:
        """Ends one child now."""
        child.kill()

    def end(self) -> None:
        """Ends all of them now, and refuses new ones."""
        with self._lock:
            self._ended = True
            for child in self._running:
                child.kill()
