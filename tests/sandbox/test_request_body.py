"""One request must not stop the sandbox for the others, and a bug of its own is not to be taken for Azure's."""

import asyncio
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import httpx2
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from modelyard.sandbox import arm, entra, inference
from modelyard.sandbox.arm import service
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.request_body import (
    DEEPEST,
    MOST_BYTES,
    MOST_FORM_BYTES,
    MOST_VALUES,
    TooLarge,
    bounded,
    json_of,
    owned_up,
    too_deep,
)
from modelyard.sandbox.server import Running

ARM = "https://management.azure.com/subscriptions/5a9db0c5-0000-4000-8000-000000000001/resourceGroups/rg"
ENTRA = "https://login.microsoftonline.com/common/oauth2/v2.0/token"
CHAT = "https://contoso.openai.azure.com/openai/v1/chat/completions"


async def _breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ZeroDivisionError


async def _breaks_late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ZeroDivisionError


async def _echo(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse(str(len(await Request(scope, receive).body())))(scope, receive, send)


def test_a_mistake_is_owned_up_to() -> None:
    response = TestClient(owned_up(_breaks), raise_server_exceptions=False).get("/")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "SandboxMistake")
    assert "not of Azure's" in response.headers["x-modelyard-note"]


@pytest.mark.parametrize("app", [_breaks, _breaks_late])
def test_and_goes_on_to_the_log(app: ASGIApp) -> None:
    """Who mends the sandbox needs the traceback; and a reply that has begun is not begun again."""
    with pytest.raises(ZeroDivisionError):
        TestClient(owned_up(app)).get("/")


def test_a_mistake_of_arms_is_told_as_json(azure: LocalAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The frame that services are written in has a plain text of its own for it, which clients can't read."""

    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(service, "begin", breaks)
    response = TestClient(owned_up(arm.app(azure)), raise_server_exceptions=False).get(ARM)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "SandboxMistake")


def test_a_mistake_of_entras_is_told_as_json(azure: LocalAzure, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(entra.grants, "grant", breaks)
    response = TestClient(owned_up(entra.app(azure)), raise_server_exceptions=False).post(ENTRA)
    assert (response.status_code, response.json()["error"]["code"]) == (500, "SandboxMistake")


@pytest.mark.parametrize("method", ["GET", "OPTIONS", "DELETE"])
def test_what_entra_has_not_is_told_as_json(azure: LocalAzure, method: str) -> None:
    response = TestClient(entra.app(azure)).request(method, "https://login.microsoftonline.com/common/other")
    assert (response.status_code, response.json()["error"]["code"]) == (404, "NotInTheSandbox")


@pytest.mark.parametrize(
    ("service_of", "url", "most"),
    [(arm.app, ARM, MOST_BYTES), (inference.app, CHAT, MOST_BYTES), (entra.app, ENTRA, MOST_FORM_BYTES)],
)
@pytest.mark.parametrize("stated", [True, False])
def test_a_body_that_is_too_long_is_refused_to_anybody(
    azure: LocalAzure, service_of: Callable[[LocalAzure], ASGIApp], url: str, most: int, stated: bool
) -> None:
    """Nobody has shown a token, so the sandbox must not read for long to find out that none would open anything."""
    read = 0

    def pieces() -> Any:
        nonlocal read
        for _ in range(3 * most // 2**15):
            read += 2**15
            yield b"x" * 2**15

    headers = {"content-length": str(most + 1)} if stated else {}
    reply = TestClient(service_of(azure)).post(url, content=pieces(), headers=headers)
    assert (reply.status_code, reply.json()["error"]["code"]) == (413, "TooLargeForTheSandbox")
    assert str(most) in reply.json()["error"]["message"]


def test_the_longest_body_is_taken() -> None:
    assert TestClient(bounded(_echo, 1000)).post("/", content=b"x" * 1000).text == "1000"


def asked(app: ASGIApp, receive: Receive, headers: tuple[tuple[bytes, bytes], ...] = ()) -> list[Message]:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}

    async def ask() -> None:
        await app(scope, receive, send)

    asyncio.run(ask())
    return sent


def test_a_body_that_is_stated_too_long_is_not_read() -> None:
    async def receive() -> Message:
        raise AssertionError("it was read")

    assert asked(bounded(_echo, 10), receive, ((b"content-length", b"11"),))[0]["status"] == 413


def test_a_body_that_does_not_come_is_given_up() -> None:
    async def receive() -> Message:
        await asyncio.Event().wait()
        return {}

    reply = asked(bounded(_echo, seconds=0.01), receive)
    assert reply[0]["status"] == 408
    assert json.loads(reply[1]["body"])["error"]["code"] == "RequestTimeout"
    assert (b"connection", b"close") in reply[0]["headers"], "what comes of it later is no request"


def test_an_upload_that_is_broken_off_is_no_mistake() -> None:
    begun: Message = {"type": "http.request", "body": b"{", "more_body": True}
    messages = iter([begun, {"type": "http.disconnect"}])

    async def receive() -> Message:
        return next(messages)

    assert asked(bounded(_breaks), receive) == []


def test_nor_is_it_one_in_the_log(running: Running, client: httpx2.Client, capfd: pytest.CaptureFixture[str]) -> None:
    def broken() -> Any:
        yield b"{"
        raise ConnectionAbortedError

    with suppress(ConnectionAbortedError):
        client.put(f"{ARM}?api-version=2024-03-01", content=broken())
    assert client.get("https://login.microsoftonline.com/common/discovery/keys").status_code == 200
    assert "Traceback" not in capfd.readouterr().err
    running.do(running.server.log.flush)
    assert " 500 " not in running.home.log.read_text()


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"a": 1e999}', "no double holds"),
        (b'{"a": -1e999}', "no double holds"),
        (b'{"a": ' + b"9" * 400 + b"}", "no double holds"),
        (b'{"a": ' + b"9" * 5000 + b"}", "no double holds"),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), "nested deeper"),
        (b"[" * 100_000 + b"]" * 100_000, "nested deeper"),
        (b"[" + b"[]," * MOST_VALUES + b"[]]", "values"),
    ],
)
def test_json_that_cannot_be_held_is_too_large(raw: bytes, said: str) -> None:
    """A number that is read as infinity is written as `Infinity`, which no client reads."""
    with pytest.raises(TooLarge, match=said):
        json_of(raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"{", b"NaN", b'{"a": -Infinity}', b"\xff", b'"\\ud83d"', b'{"\\uDC00": 1}', b"\xef\xbb\xbf{}}", b"[" * 10],
)
def test_what_is_no_json_is_told_apart(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever of JSON's and Unicode's
        json_of(raw)


@pytest.mark.parametrize(
    ("raw", "document"),
    [
        (b"{}", {}),
        (b'"\\ud83d\\ude00"', "\N{GRINNING FACE}"),
        (b"1e308", 1e308),
        (b"9" * 300, int("9" * 300)),
        (b"[" * DEEPEST + b"]" * DEEPEST, None),
        ('{"a": "ü"}'.encode("utf-16"), {"a": "ü"}),
    ],
)
def test_json_is_read(raw: bytes, document: object) -> None:
    found = json_of(raw)
    assert not too_deep(found)
    if document is not None:
        assert found == document
