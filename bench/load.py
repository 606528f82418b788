"""A load on loopback: one request again and again over several TLS connections, through a CONNECT proxy or straight.

The client parses as little as it can (status and Content-Length), so that the server is what is measured.
"""

import asyncio
import ssl
import time
from dataclasses import dataclass

import uvloop


@dataclass(frozen=True, slots=True)
class Load:
    """What to send, and where."""

    host: str
    port: int
    request: bytes
    tls: ssl.SSLContext
    through_proxy: bool
    connections: int = 16


def requests_per_second(load: Load, seconds: float) -> float:
    """Replies a second over the time given; every reply must be a 200, else RuntimeError with what came."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_measure(load, seconds))


class _Connection(asyncio.Protocol):
    """Sends the next request as soon as a reply is complete, until it is told to stop."""

    def __init__(self, request: bytes, stop_at: float) -> None:
        self.request = request
        self.stop_at = stop_at
        self.replies = 0
        self.buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport | None = None
        self.tunnel: asyncio.StreamWriter | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport) or hasattr(transport, "write")
        self.transport = transport  # type: ignore[assignment]  # uvloop's TLS transport is one in all but name

    def send(self) -> None:
        assert self.transport is not None
        self.transport.write(self.request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self.buffer[:head_end].lower()
        if not head.startswith(b"http/1.1 200"):
            self._finish(RuntimeError(f"the server answered {self.buffer[:300]!r}"))
            return
        mark = head.find(b"content-length:")
        line_end = head.find(b"\r\n", mark)
        length = int(head[mark + 15 : line_end if line_end > 0 else None])
        if len(self.buffer) - head_end - 4 < length:
            return
        self.buffer = self.buffer[head_end + 4 + length :]
        self.replies += 1
        if time.perf_counter() < self.stop_at:
            self.send()
        else:
            self._finish(None)

    def connection_lost(self, error: Exception | None) -> None:
        self._finish(error or RuntimeError("the server closed the connection"))

    def _finish(self, error: Exception | None) -> None:
        if not self.done.done():
            if error:
                self.done.set_exception(error)
            else:
                self.done.set_result(None)


async def _measure(load: Load, seconds: float) -> float:
    start = time.perf_counter()
    connections = [await _open(load, start + seconds) for _ in range(load.connections)]
    begun = time.perf_counter()
    for connection in connections:
        connection.stop_at = begun + seconds
        connection.send()
    await asyncio.gather(*(connection.done for connection in connections))
    elapsed = time.perf_counter() - begun
    for connection in connections:
        assert connection.transport is not None
        connection.transport.close()
    return sum(connection.replies for connection in connections) / elapsed


async def _open(load: Load, stop_at: float) -> _Connection:
    loop = asyncio.get_running_loop()
    if not load.through_proxy:
        _, connection = await loop.create_connection(
            lambda: _Connection(load.request, stop_at), "127.0.0.1", load.port, ssl=load.tls, server_hostname=load.host
        )
        return connection
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    writer.write(f"CONNECT {load.host}:443 HTTP/1.1\r\nHost: {load.host}:443\r\n\r\n".encode())
    answer = await reader.readuntil(b"\r\n\r\n")
    if b" 200 " not in answer.split(b"\r\n", 1)[0]:
        raise RuntimeError(f"the proxy answered {answer!r}")
    connection = _Connection(load.request, stop_at)
    transport = await loop.start_tls(writer.transport, connection, load.tls, server_hostname=load.host)
    if transport is None:
        raise RuntimeError("the TLS handshake with the sandbox failed")
    connection.connection_made(transport)
    connection.tunnel = writer  # a writer that is collected closes what lies below the TLS connection
    return connection
