"""The HTTP/1.1 protocol of uvicorn, with a bound on the heads of requests: how long, and how slow."""

from typing import TYPE_CHECKING

from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from modelyard.sandbox.faults import ABORT

if TYPE_CHECKING:
    from starlette.types import ASGIApp

HEAD_BYTES = 64 * 1024
HEAD_SECONDS = 30.0
KEEP_ALIVE_SECONDS = 120


class BoundedProtocol(HttpToolsProtocol):
    """One connection. `sweep` ends it when a request's head takes too long; the server calls it every few seconds."""

    def __init__(self, config: Config, server_state: ServerState) -> None:
        super().__init__(config=config, server_state=server_state, app_state={ABORT: self.abort})
        self.access_log = False  # the sandbox writes its own, without query strings
        self._in_head = True
        self._head_bytes = 0
        self._since = self.loop.time()

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)
        super().data_received(data)
        if self._in_head and self._head_bytes > HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of a request may have 64 KiB.")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._head_bytes = 0
        self._since = self.loop.time()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def abort(self) -> None:
        """Break the connection, for faults to order."""
        self.transport.abort()

    def sweep(self, now: float) -> None:
        """Give up on a client that began a request, or only a connection, and doesn't come to the point."""
        if self._in_head and now - self._since > HEAD_SECONDS:
            self.transport.abort()


def configuration(app: "ASGIApp") -> Config:
    """Settings of uvicorn for one of the two applications: nothing but ASGI, no logs and no signals of its own."""
    config = Config(
        app,
        interface="asgi3",
        http=BoundedProtocol,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
    )
    config.load()
    return config
