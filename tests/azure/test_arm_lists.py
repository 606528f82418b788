"""Lists are what a live audit knows: none may end early, none may run for ever, and the token belongs to ARM alone."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from modelyard.azure.arm_client import READING, TOKEN_SECONDS, ArmClient, Deadline, renewed
from modelyard.azure.arm_reader import ArmReader
from modelyard.azure.failures import ArmFailure, ReplyUnreadable, ScopeUnreadable
from modelyard.azure.throttle import Throttle, bucket

ADDRESS = "https://management.azure.com"
LIST = "/subscriptions/s/providers/Microsoft.CognitiveServices/accounts"


class Time(threading.Event):
    """Waits of a client, which last no time: `now` is what they add up to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.waited: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        self.now += timeout or 0.0
        return False


Answer = Callable[[httpx2.Request], httpx2.Response]


@pytest.fixture
def ask() -> Iterator[Callable[..., ArmClient]]:
    opened: list[httpx2.Client] = []

    def client(answer: Answer, passing: Time | None = None) -> ArmClient:
        opened.append(httpx2.Client(transport=httpx2.MockTransport(answer)))
        passing = passing or Time()
        throttle = Throttle(clock=lambda: passing.now)
        return ArmClient(opened[-1], lambda _: "token", stopping=passing, patience=READING, throttle=throttle)

    yield client
    for http in opened:
        http.close()


def names(arm: ArmClient) -> list[str]:
    return [each["name"] for each in arm.list(LIST, Deadline(), api_version="2025-06-01")]


def test_an_estate_that_is_too_large_for_one_breath_is_read_all_the_same(ask: Callable[..., ArmClient]) -> None:
    """ARM throttles whoever lists many accounts; an audit waits as long as it is told to, and not for ever."""
    answers = [
        httpx2.Response(429, headers={"retry-after": "7"}, json={"error": {"code": "TooManyRequests"}}),
        httpx2.Response(503, headers={"retry-after": "86400"}, json={"error": {"code": "ServerBusy"}}),
        httpx2.Response(200, json={"value": [{"id": "/x"}]}),
    ]
    passing = Time()
    arm = ask(lambda _: answers.pop(0), passing)
    assert list(ArmReader(arm).list("/list", "2025-01-01")) == [{"id": "/x"}]
    assert passing.waited == [7.0, READING.longest_hint]
    arm = ask(lambda _: httpx2.Response(429, json={"error": {"code": "TooManyRequests", "message": "wait"}}))
    with pytest.raises(ScopeUnreadable, match="TooManyRequests"):
        list(ArmReader(arm).list("/list", "2025-01-01"))


PAGES: list[tuple[str, list[dict[str, Any]]]] = [
    ("an address", [{"nextLink": f"{ADDRESS}{LIST}?api-version=1&$skiptoken=b"}, {}]),
    ("a path", [{"nextLink": f"{LIST}?api-version=1&$skiptoken=b"}, {}]),
    ("OData's name", [{"@odata.nextLink": f"{ADDRESS}{LIST}?api-version=1&page=2"}, {}]),
    ("a token alone", [{"$skipToken": "b/c=="}, {"$skipToken": "d"}, {"$skipToken": None}]),
    ("an empty link", [{"nextLink": f"{ADDRESS}{LIST}?api-version=1&page=2"}, {"nextLink": ""}]),
    ("an empty page", [{"value": [], "nextLink": f"{ADDRESS}{LIST}?api-version=1&page=2"}, {}]),
]


@pytest.mark.parametrize(("how", "pages"), PAGES, ids=[how for how, _ in PAGES])
def test_a_list_is_read_to_its_last_page(ask: Callable[..., ArmClient], how: str, pages: list[dict[str, Any]]) -> None:
    waiting = [{"value": [{"name": str(number)}], **page} for number, page in enumerate(pages)]
    asked: list[httpx2.URL] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url)
        return httpx2.Response(200, json=waiting.pop(0))

    expected = [str(number) for number, page in enumerate(pages) if page.get("value") != []]
    assert names(ask(answer)) == expected, how
    assert len({str(url) for url in asked}) == len(pages), "each page has an address of its own"
    assert all(len(url.params.get_list("api-version")) == 1 for url in asked)
    if how == "a token alone":
        assert [url.params.get("$skipToken") for url in asked] == [None, "b/c==", "d"]


def test_a_list_that_may_be_missing_does_not_end_at_a_page_that_is(ask: Callable[..., ArmClient]) -> None:
    missing = httpx2.Response(404, json={"error": {"code": "NotFound", "message": "no such page"}})
    first = httpx2.Response(200, json={"value": [{"name": "x"}], "nextLink": f"{LIST}?api-version=1&page=2"})
    assert list(ArmReader(ask(lambda _: missing)).list(LIST, "1", optional=True)) == []
    answers = [first, missing]
    with pytest.raises(ScopeUnreadable, match="no such page"):
        list(ArmReader(ask(lambda _: answers.pop(0))).list(LIST, "1", optional=True))


def test_a_list_that_comes_back_to_a_page_is_a_failure(ask: Callable[..., ArmClient]) -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        other = "b" if request.url.params.get("page") == "a" else "a"
        link = f"{ADDRESS}{LIST}?api-version=1&page={other}"
        return httpx2.Response(200, json={"value": [{"name": "x"}], "nextLink": link})

    with pytest.raises(
        ArmFailure, match="comes back", check=lambda failure: failure.code == "provider.transport-failed"
    ):
        names(ask(answer))


def test_the_token_is_not_sent_to_wherever_a_list_points(ask: Callable[..., ArmClient]) -> None:
    page = {"value": [], "nextLink": "https://management.azure.com.evil.example/list?page=2"}
    asked: list[str] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request.url.host)
        return httpx2.Response(200, json=page)

    with pytest.raises(ScopeUnreadable, match="gets no token"):
        list(ArmReader(ask(answer)).list("/list", "2025-01-01"))
    assert asked == ["management.azure.com"]


@pytest.mark.parametrize("content", [b"<html>Sign in</html>", b"", b"[]"])
def test_what_is_no_document_of_arm_is_not_an_empty_list(ask: Callable[..., ArmClient], content: bytes) -> None:
    """A page to sign in to a network would otherwise pass for a subscription without accounts."""
    with pytest.raises(ReplyUnreadable, match="JSON"):
        names(ask(lambda _: httpx2.Response(200, content=content)))


def test_a_limit_that_one_caller_meets_holds_the_others(ask: Callable[..., ArmClient]) -> None:
    """Callers that go on asking are refused for longer; requests of another limit go on."""
    passing = Time()
    arm = ask(lambda _: httpx2.Response(200, json={"value": []}), passing)
    arm.throttle.hold(bucket("GET", f"{ADDRESS}{LIST}"), 9.0)
    arm.throttle.hold(bucket("GET", f"{ADDRESS}{LIST}"), 2.0)
    arm.send("PUT", LIST, Deadline())
    arm.send("GET", LIST.replace("/s/", "/other/"), Deadline())
    arm.send("GET", "/subscriptions/s/providers/Microsoft.Insights/logs", Deadline())
    assert passing.waited == []
    arm.send("HEAD", LIST.upper().replace("SUBSCRIPTIONS", "subscriptions"), Deadline())
    assert passing.waited == [9.0]
    arm.send("GET", LIST, Deadline())
    assert passing.waited == [9.0], "the hold is over"


def test_a_token_is_asked_for_anew_before_it_can_end() -> None:
    """The Azure CLI starts a process for each token: a list of many pages must not start as many."""
    given = iter("abc")
    passing = Time()
    token = renewed(lambda _: next(given), clock=lambda: passing.now)
    assert [token("arm"), token("arm"), token("vault")] == ["a", "a", "b"]
    passing.now += TOKEN_SECONDS
    assert token("arm") == "c"
