"""The door of the sandbox: a CONNECT proxy on loopback that ends TLS itself and lets nobody through to anywhere else.

A connection begins with one request head:

    CONNECT host:443        for a host the sandbox stands behind: a tunnel, TLS in this process, then HTTP
    CONNECT anything else   refused with the host's name in the status line, the one part that every client shows
    GET /_modelyard/…       the control API, in plain HTTP
    GET http://…            refused: Azure is spoken to over TLS only, and the sandbox reaches nothing else

There is no second socket: once the tunnel stands, the same connection is handed to uvicorn's HTTP protocol.
"""

import asyncio
import re
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

from modelyard.sandbox import hosts

HEAD_BYTES = 16 * 1024
HEAD_SECONDS = 15.0
AUTHORITY = re.compile(r"(?P<host>[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\]):(?P<port>\d{1,5})")
ESTABLISHED = b"HTTP/1.1 200 Connection Established\r\n\r\n"


@dataclass
class Door:
    """What a connection needs of the server: the certificate, whom to hand over to, and who is still undecided."""

    context: ssl.SSLContext
    tunnel: Callable[[], asyncio.Protocol]
    control: Callable[[], asyncio.Protocol]
    refused: Callable[[str, int], None]
    head_seconds: float = HEAD_SECONDS
    undecided: "set[Connection]" = field(default_factory=set)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Connection(asyncio.Protocol):
    """A connection of which it isn't known yet what it wants."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._loop = asyncio.get_running_loop()
        self._head = bytearray()
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Give the client a while to say what it wants."""
        self._transport = cast("asyncio.Transport", transport)
        self._timer = self._loop.call_later(self._door.head_seconds, self._transport.abort)
        self._door.undecided.add(self)

    def connection_lost(self, _: Exception | None) -> None:
        """Forget the connection, or leave it to whom it was handed over."""
        self._decided()

    def abort(self) -> None:
        """End the connection at once; the server is going down."""
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        """Gather the head of the first request, and decide."""
        self._head += data
        end = self._head.find(b"\r\n\r\n")
        if end < 0:
            if len(self._head) > HEAD_BYTES:
                self._refuse(431, "Request header fields too large", "The head of a request may have 16 KiB.")
            return
        self._decided()
        request_line = bytes(self._head[: self._head.find(b"\r\n")])
        parts = request_line.decode("latin-1").split(" ")
        if len(parts) != 3 or not parts[2].startswith("HTTP/1."):
            self._refuse(400, "Bad request", "This is the Modelyard sandbox's proxy, and that is no HTTP/1 request.")
        elif parts[0] == "CONNECT":
            self._connect(parts[1], ahead=len(self._head) > end + 4)
        elif parts[1].startswith("/"):
            self._hand_over()
        else:
            self._refuse_plain(parts[1])

    def _decided(self) -> None:
        self._timer.cancel()
        self._door.undecided.discard(self)

    def _connect(self, target: str, *, ahead: bool) -> None:
        authority = AUTHORITY.fullmatch(target)
        if authority is None or ahead:
            self._refuse(400, "Bad request", "CONNECT takes host:port, and nothing before the tunnel is there.")
        elif authority["port"] != "443" or hosts.service(authority["host"]) is None:
            self._refuse_host(target)
        else:
            # Nothing may be read before TLS is in place, or the client's hello would come to the wrong protocol.
            self._transport.pause_reading()
            self._transport.write(ESTABLISHED)
            task = self._loop.create_task(self._speak_tls(authority["host"]))
            self._door.tasks.add(task)
            task.add_done_callback(self._door.tasks.discard)

    async def _speak_tls(self, host: str) -> None:
        handshake = _Handshake()
        try:
            secured = await self._loop.start_tls(
                self._transport,
                handshake,
                self._door.context,
                server_side=True,
                ssl_handshake_timeout=self._door.head_seconds,
            )
        except (OSError, TimeoutError):  # ssl.SSLError among them: most often a client without the authority
            self._door.refused(host, 0)
            return
        if secured is None or handshake.lost:
            return
        # Data that came with the end of the handshake is given out after this step, by asyncio and uvloop alike.
        http = self._door.tunnel()
        secured.set_protocol(http)
        http.connection_made(secured)

    def _hand_over(self) -> None:
        control = self._door.control()
        self._transport.set_protocol(control)
        control.connection_made(self._transport)
        control.data_received(bytes(self._head))

    def _refuse_host(self, target: str) -> None:
        self._door.refused(target, 403)
        self._refuse(
            403,
            f"Refused by the Modelyard sandbox: it does not stand behind {target}",
            f"The sandbox answers for {', '.join(hosts.patterns())}, port 443, and lets nothing else out.\n"
            "A command that must reach other hosts has to run outside the sandbox, or name them in NO_PROXY.",
        )

    def _refuse_plain(self, url: str) -> None:
        host = re.sub(r"[^A-Za-z0-9.:\[\]-]", "?", url.partition("://")[2].partition("/")[0])[:260]
        self._door.refused(host, 403)
        self._refuse(
            403,
            f"Refused by the Modelyard sandbox: no plain HTTP to {host or 'anywhere'}",
            "Azure is spoken to over TLS, and the sandbox lets nothing else out.",
        )

    def _refuse(self, status: int, reason: str, text: str) -> None:
        self._decided()
        body = f"{reason}.\n{text}\n".encode()
        head = (
            f"HTTP/1.1 {status} {reason}\r\ncontent-type: text/plain; charset=utf-8\r\n"
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
        )
        self._transport.write(head.encode() + body)
        self._transport.close()


class _Handshake(asyncio.Protocol):
    """Holds the place of the HTTP protocol, which must not hear of a connection that is lost before it began."""

    lost = False

    def connection_lost(self, _: Exception | None) -> None:
        self.lost = True
