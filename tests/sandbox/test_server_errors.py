"""A bug of the sandbox's must not be taken for an outage of Azure's."""

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from modelyard.sandbox.server_errors import owned_up


async def _breaks(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise ZeroDivisionError


async def _breaks_late(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": []})
    raise ZeroDivisionError


def test_a_mistake_is_owned_up_to() -> None:
    response = TestClient(owned_up(_breaks), raise_server_exceptions=False).get("/")
    assert (response.status_code, response.json()["error"]["code"]) == (500, "SandboxMistake")
    assert "not of Azure's" in response.headers["x-modelyard-note"]


@pytest.mark.parametrize("app", [_breaks, _breaks_late])
def test_and_goes_on_to_the_log(app: object) -> None:
    """Who mends the sandbox needs the traceback; and a reply that has begun is not begun again."""
    with pytest.raises(ZeroDivisionError):
        TestClient(owned_up(app)).get("/")  # type: ignore[arg-type]  # an application by its signature
