"""One line for each request the sandbox answered: when, method, host, path, status, milliseconds.

Never a query string, a header or a body, for those carry secrets.
"""

import asyncio
import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

FLUSH_SECONDS = 0.25
LOG_BYTES = 10 * 1024 * 1024


class LogFile:
    """Appends lines to a file; a file that has grown too long makes place and is kept as the one before."""

    def __init__(self, path: Path, most: int = LOG_BYTES) -> None:
        self._path = path
        self._most = most

    def write(self, lines: str) -> None:
        """Append the lines."""
        if self._path.exists() and self._path.stat().st_size > self._most:
            self._path.replace(self._path.with_name(self._path.name + ".1"))
        descriptor = os.open(self._path, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
        try:
            os.write(descriptor, lines.encode("utf-8", "replace"))
        finally:
            os.close(descriptor)


class AccessLog:
    """Gathers lines and writes them a few times a second, so that a request doesn't wait for the disk."""

    def __init__(self, write: Callable[[str], Any], loop: asyncio.AbstractEventLoop) -> None:
        self._write = write
        self._loop = loop
        self._lines: list[str] = []
        self.requests = 0

    def add(self, method: str, host: str, path: str, status: int, seconds: float) -> None:
        """Note a request that has been answered; `status` 0 says that it wasn't."""
        if not self._lines:
            self._loop.call_later(FLUSH_SECONDS, self.flush)
        self.requests += 1
        # repr keeps a path with line breaks on one line.
        shown = path if path.isprintable() else repr(path)
        self._lines.append(
            f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {method} {host}{shown} {status} {seconds * 1e3:.1f} ms"
        )

    def flush(self) -> None:
        """Write what was gathered."""
        if self._lines:
            lines, self._lines = self._lines, []
            with suppress(OSError):  # a full disk has no place for it, and the replies have been given
                self._write("\n".join(lines) + "\n")


def logged(app: ASGIApp, log: AccessLog) -> ASGIApp:
    """The application, with every request noted when its reply is done."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await app(scope, receive, note)
        finally:
            host = next((value for name, value in scope["headers"] if name == b"host"), b"-").decode("latin-1")
            log.add(scope["method"], host, scope["path"], status, time.perf_counter() - started)

    return wrapped
