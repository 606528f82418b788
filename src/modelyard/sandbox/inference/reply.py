"""A reply on its way out: JSON in one piece, or server-sent events, with the headers that every reply carries."""

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from os import urandom

from starlette.types import Send

Headers = list[tuple[bytes, bytes]]

dumps_text = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
JSON = (b"content-type", b"application/json")
EVENTS = (b"content-type", b"text/event-stream; charset=utf-8")


@dataclass(slots=True)
class InferenceReply:
    """What goes back: `body`, or `events` one after the other.

    One that isn't `typed` has no content-type and no length; `account_headers` are those of the account's headers that
    go along, None for all of them.

    Faults make a reply `late`, or its first event, in seconds; or let it be `broken`: the connection ends instead of
    it, and in the midst of events where one is empty.
    """

    body: bytes
    headers: Headers = field(default_factory=list)
    status: int = 200
    events: Iterator[bytes] | None = None
    late: float = 0.0
    first_late: float = 0.0
    broken: bool = False
    typed: bool = True
    account_headers: frozenset[bytes] | None = None

    def carries(self, header: bytes) -> bool:
        """Whether this header of the account's goes along."""
        return self.account_headers is None or header in self.account_headers


def dumps(document: object) -> bytes:
    """The document as compact JSON."""
    return dumps_text(document).encode()


def line(text: str) -> bytes:
    """The text as the value of a header: callers' own words among it must not end the line."""
    return "".join(one if one.isprintable() else "?" for one in text).encode("latin-1", "replace")


def random_id() -> str:
    """Thirty-two random hexadecimal digits."""
    return urandom(16).hex()


def request_id() -> bytes:
    """A random id in the form of a UUID."""
    digits = random_id()
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}".encode()


async def send_reply(
    reply: InferenceReply, account: Sequence[tuple[bytes, bytes]], asked: Mapping[bytes, bytes], send: Send
) -> bool:
    """Send it; False where the connection is to be broken now.

    `account` are the headers of the account's replies; the client's own request id is given back.
    """
    if reply.late:
        await asyncio.sleep(reply.late)
    if reply.broken:
        return False
    headers = [(b"apim-request-id", request_id()), *(one for one in account if reply.carries(one[0])), *reply.headers]
    if b"x-ms-client-request-id" in asked:
        headers.append((b"x-ms-client-request-id", asked[b"x-ms-client-request-id"]))
    if reply.events is None:
        if reply.typed:
            headers.append(JSON)
            headers.append((b"content-length", b"%d" % len(reply.body)))
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": reply.body})
        return True
    headers.append(EVENTS)
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if reply.first_late:
        await asyncio.sleep(reply.first_late)
    for event in reply.events:
        if not event:
            return False
        await send({"type": "http.response.body", "body": event, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
    return True
