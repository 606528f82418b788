"""What is taken of a request's body, and what the sandbox says in its own name where it takes none or fails itself.

Azure's own bounds aren't published; these keep one request from stopping the sandbox for the others. A body is counted
before it is read and before anybody knows who sent it, must come within a while, and its JSON must be of a size that
can be held and written again. A refusal by these bounds is never in Azure's words: it says `TooLargeForTheSandbox`.
"""

import asyncio
import json
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NoReturn

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, ExceptionHandler, Message, Receive, Scope, Send

from modelyard.sandbox.store import NotWritten

MOST_BYTES = 16 * 2**20
"""The longest body that is read."""
MOST_FORM_BYTES = 64 * 2**10
"""The longest form, to Entra, and the longest request to the control API."""
BODY_SECONDS = 60.0
"""How long a body may take to arrive."""
MOST_VALUES = 1_000_000
"""Members and elements of one document: each takes some hundred bytes of memory, however short it is written."""
DEEPEST = 128
"""Nesting that is read; what is deeper could be read and not be written again."""


class TooLarge(Exception):
    """A request that is, or would come to be, more than the sandbox works at; the text says what, and the bound."""


def own_reply(status: int, code: str, text: str, note: str) -> Response:
    """A reply that is the sandbox's own: an error in JSON, with the header `x-modelyard-note`."""
    return JSONResponse({"error": {"code": code, "message": text}}, status, {"x-modelyard-note": note})


def mistake(_request: Request | None = None, _error: Exception | None = None) -> Response:
    """What a client is told when the sandbox itself failed, so that nobody looks for the mistake in Azure."""
    text = (
        "The Modelyard sandbox made a mistake in answering this. Azure didn't say it. Its log has the details: "
        "modelyard sandbox logs"
    )
    return own_reply(500, "SandboxMistake", text, "a mistake of the sandbox's, not of Azure's")


def too_large(_request: Request | None, refused: Exception) -> Response:
    """What a client is told of a request that is more than the sandbox works at."""
    text = f"The Modelyard sandbox doesn't take this request: {refused}. Azure may take it."
    return own_reply(413, "TooLargeForTheSandbox", text, "a bound of the sandbox's, not of Azure's")


def not_written(_request: Request | None, refused: Exception) -> Response:
    """What a client is told of a write that the disk refuses."""
    text = (
        f"The Modelyard sandbox can't write its state: {refused}. Nothing of this request was kept. Make room on the "
        "disk and send it again."
    )
    return own_reply(507, "SandboxStateNotWritten", text, "a failure of the sandbox's, not of Azure's")


HANDLERS: Mapping[Any, ExceptionHandler] = {TooLarge: too_large, NotWritten: not_written, Exception: mistake}
"""For applications of Starlette's, which else answer with a plain text of their own."""


def owned_up(app: ASGIApp) -> ASGIApp:
    """The application, with a reply of the sandbox's own to whatever it didn't expect.

    The exception goes on to the server, which writes it to the sandbox's log.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await app(scope, receive, watched)
        except Exception:
            if not begun:
                await mistake()(scope, receive, send)
            raise

    return wrapped


def bounded(app: ASGIApp, most: int = MOST_BYTES, seconds: float = BODY_SECONDS) -> ASGIApp:
    """The application, which is asked only once the whole body is there, and gets it in one piece.

    A client that ends the connection before gets no reply, for nobody is left to read it.
    """

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        stated = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        refusal: Response | None = None
        body: bytes | None = b""
        try:
            async with asyncio.timeout(seconds):
                body = await _read(receive, most, int(stated))
        except TooLarge as refused:
            refusal = too_large(None, refused)
        except TimeoutError:
            text = f"The body of the request was not there after {seconds:.0f} seconds."
            refusal = own_reply(408, "RequestTimeout", text, "a bound of the sandbox's, not of Azure's")
            refusal.headers["connection"] = "close"
        if refusal is None and body is not None:
            try:
                await app(scope, _again(body, receive), send)
            except TooLarge as refused:  # what makes work is judged before a reply begins
                refusal = too_large(None, refused)
            except NotWritten as refused:
                refusal = not_written(None, refused)
        if refusal is not None:
            await refusal(scope, receive, send)

    return wrapped


async def _read(receive: Receive, most: int, stated: int = 0) -> bytes | None:
    """The body; None where the client has gone."""
    if stated > most:
        raise TooLarge(f"its body has {stated} bytes, and {most} are read")
    pieces: list[bytes] = []
    length = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        pieces.append(message.get("body", b""))
        length += len(pieces[-1])
        if length > most:
            raise TooLarge(f"its body has more than the {most} bytes that are read")
        if not message.get("more_body"):
            return b"".join(pieces)


def _again(body: bytes, receive: Receive) -> Callable[[], Awaitable[Message]]:
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def whole(receive: Receive) -> bytes:
    """The body of a request that `bounded` let through, or of one that comes in pieces from elsewhere."""
    return await _read(receive, MOST_BYTES) or b""


# --- JSON ------------------------------------------------------------------------------------------------------------


def json_of(raw: bytes) -> Any:
    """The JSON of a body. ValueError for what is no JSON, TooLarge for what can't be held or written again."""
    if raw.count(b",") + raw.count(b"[") + raw.count(b"{") > MOST_VALUES:
        raise TooLarge(f"its JSON has more than {MOST_VALUES} values")
    try:
        document = _DECODER.decode(raw.decode(json.detect_encoding(raw)))
    except RecursionError:
        raise TooLarge(f"its JSON is nested deeper than {DEEPEST} levels") from None
    if raw.count(b"[") + raw.count(b"{") > DEEPEST and too_deep(document):
        raise TooLarge(f"its JSON is nested deeper than {DEEPEST} levels")
    if b"\\ud" in raw or b"\\uD" in raw:
        json.dumps(document, ensure_ascii=False).encode()  # half of a surrogate pair is no text: UnicodeEncodeError
    return document


def too_deep(document: object) -> bool:
    """Whether a document is nested deeper than DEEPEST."""
    level = [document] if isinstance(document, dict | list) else []
    for _ in range(DEEPEST):
        inner = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return False
    return True


def _whole_number(digits: str) -> int:
    if len(digits) > 300:
        _figure(digits)
    return int(digits)


def _figure(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise TooLarge("its JSON has a number that no double holds")
    return value


def _no_number(word: str) -> NoReturn:
    """NaN and the infinities, which Python reads and JSON doesn't have."""
    raise ValueError(f"{word} is no JSON")


_DECODER = json.JSONDecoder(parse_float=_figure, parse_int=_whole_number, parse_constant=_no_number)
