"""Lists are what a live audit knows: none may end early, and the token belongs to ARM alone."""

import httpx2
import pytest

from modelyard.azure.arm_reader import LONGEST, ArmReader
from modelyard.azure.failures import ScopeUnreadable


def test_an_estate_that_is_too_large_for_one_breath_is_read_all_the_same() -> None:
    """ARM throttles whoever lists many accounts; an audit waits as long as it is told to, and not for ever."""
    answers = [
        httpx2.Response(429, headers={"retry-after": "7"}, json={"error": {"code": "TooManyRequests"}}),
        httpx2.Response(503, headers={"retry-after": "86400"}, json={"error": {"code": "ServerBusy"}}),
        httpx2.Response(200, json={"value": [{"id": "/x"}]}),
    ]
    waited: list[float] = []
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: answers.pop(0))) as client:
        arm = ArmReader(client, "https://management.azure.com", "token", wait=waited.append)
        assert list(arm.list("/list", "2025-01-01")) == [{"id": "/x"}]
    assert waited == [7.0, LONGEST]
    with httpx2.Client(transport=httpx2.MockTransport(lambda _: httpx2.Response(429, json={}))) as client:
        arm = ArmReader(client, "https://management.azure.com", "token", wait=waited.append)
        with pytest.raises(ScopeUnreadable):
            list(arm.list("/list", "2025-01-01"))


def test_the_token_is_not_sent_to_wherever_a_list_points() -> None:
    page = {"value": [], "nextLink": "https://management.azure.com.evil.example/list?page=2"}
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(200, json=page)

    with httpx2.Client(transport=httpx2.MockTransport(answer)) as client:
        arm = ArmReader(client, "https://management.azure.com", "token")
        with pytest.raises(ScopeUnreadable, match="elsewhere"):
            list(arm.list("/list", "2025-01-01"))
    assert asked == ["management.azure.com"]
