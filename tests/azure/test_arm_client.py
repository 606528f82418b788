"""Requests to ARM and what is repeated of them, against a transport in memory: the rules, without waiting for them."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest

from modelyard.arm.errors import ArmError
from modelyard.azure.arm_client import ArmClient, Deadline, Patience
from modelyard.azure.arm_operation import ArmOperation
from modelyard.azure.failures import ArmFailure, AzureRefused, Cancelled

TARGET = "/subscriptions/s/resourceGroups/rg"
AT_ONCE = Patience(first_wait=0.0)
NOW = {"retry-after-ms": "0"}


class Script:
    """A transport that gives one reply after the other; an exception is raised instead of a reply."""

    def __init__(self, *replies: tuple[int, Any, dict[str, str]] | Exception) -> None:
        self.replies = list(replies)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        status, body, headers = reply
        return httpx2.Response(status, json=body, headers=headers)


Make = Callable[..., ArmClient]


@pytest.fixture
def make() -> Iterator[Make]:
    opened: list[httpx2.Client] = []

    def client(script: Script, *, stopping: threading.Event | None = None, patience: Patience = AT_ONCE) -> ArmClient:
        opened.append(httpx2.Client(transport=httpx2.MockTransport(script)))
        return ArmClient(opened[-1], lambda _: "token", stopping=stopping or threading.Event(), patience=patience)

    yield client
    for http in opened:
        http.close()


OK: tuple[int, Any, dict[str, str]] = (200, {"id": TARGET}, {})
BUSY: tuple[int, Any, dict[str, str]] = (503, None, NOW)
LOST = httpx2.ReadError("reset")
UNREACHED = httpx2.ConnectError("refused")


@pytest.mark.parametrize(
    ("verb", "first", "requests"),
    [
        ("GET", (429, None, NOW), 2),
        ("GET", (500, None, NOW), 2),
        ("PUT", (502, None, NOW), 2),
        ("PUT", LOST, 2),
        ("DELETE", LOST, 2),
        ("POST", BUSY, 2),
        ("POST", UNREACHED, 2),
        ("POST", (500, None, NOW), 1),
        ("PUT", (409, {"error": {"code": "AnotherOperationInProgress", "message": "wait"}}, NOW), 2),
        ("PUT", (409, {"error": {"code": "RequestConflict", "message": "wait"}}, NOW), 1),
        ("PUT", (400, None, NOW), 1),
        ("GET", (404, None, NOW), 1),
    ],
)
def test_only_what_can_be_repeated_is(make: Make, verb: str, first: Any, requests: int) -> None:
    script = Script(first, OK)
    make(script).send(verb, TARGET, Deadline())
    assert len(script.requests) == requests


def test_a_post_that_may_have_arrived_is_not_repeated(make: Make) -> None:
    """It may have made new keys: nobody knows."""
    with pytest.raises(
        ArmFailure, match="ReadError", check=lambda failure: failure.code == "provider.transport-failed"
    ):
        make(Script(LOST, OK)).send("POST", TARGET, Deadline())


def test_patience_ends(make: Make) -> None:
    script = Script(*[BUSY] * 9)
    assert make(script).send("GET", TARGET, Deadline()).status == 503
    assert len(script.requests) == AT_ONCE.attempts
    with pytest.raises(ArmFailure, match="refused", check=lambda failure: failure.code == "provider.transport-failed"):
        make(Script(*[UNREACHED] * 9)).send("GET", TARGET, Deadline())


def test_what_cannot_be_reached_is_said_sooner_where_somebody_waits(make: Make) -> None:
    script = Script(*[UNREACHED] * 9)
    with pytest.raises(ArmFailure, match="refused", check=lambda failure: failure.code == "provider.transport-failed"):
        make(script, patience=Patience(first_wait=0.0, unreached=2)).send("GET", TARGET, Deadline())
    assert len(script.requests) == 2


def test_waits_grow_up_to_a_bound() -> None:
    assert [Patience(first_wait=1, longest_wait=5).wait(attempt) for attempt in (1, 2, 3, 4)] == [1, 2, 4, 5]


def test_names_go_into_the_url_whole(make: Make) -> None:
    script = Script(OK)
    make(script).send("GET", f"{TARGET}/providers/x/filters/house words #1?", Deadline(), api_version="1")
    assert script.requests[0].url.host == "management.azure.com"
    assert script.requests[0].url.raw_path.decode().endswith("/filters/house%20words%20%231%3F?api-version=1")


def test_a_stop_ends_waiting_at_once(make: Make) -> None:
    stopping = threading.Event()
    stopping.set()
    client = make(Script(OK), stopping=stopping)
    with pytest.raises(Cancelled):
        client.send("GET", TARGET, Deadline())
    assert client.read_once(TARGET, api_version="1").status == 200, "what has begun must still be looked at"


def test_a_deadline_ends_waiting(make: Make) -> None:
    spent = iter([0.0, 100.0, 100.0, 100.0])
    with pytest.raises(ArmFailure, check=lambda failure: failure.code == "provider.timed-out"):
        make(Script(BUSY, OK)).send("GET", TARGET, Deadline(1, clock=lambda: next(spent)))


def settle(client: ArmClient, verb: str, first: tuple[int, Any, dict[str, str]]) -> dict[str, Any]:
    operation = ArmOperation(client, verb, TARGET, "2025-06-01", Deadline())
    reply = client.send(verb, TARGET, operation.deadline)
    assert reply.status == first[0]
    return operation.settle(reply)


STATUS = {"azure-asyncoperation": "https://management.azure.com/operations/1", **NOW}
LOCATION = {"location": "/operations/1", **NOW}
ACCEPTED = {"id": TARGET, "properties": {"provisioningState": "Accepted"}}
DONE = {"id": TARGET, "properties": {"provisioningState": "Succeeded"}}

RUNNING = (200, {"status": "InProgress"}, NOW)
STILL = (202, None, NOW)
FOUND: tuple[int, Any, dict[str, str]] = (200, DONE, {})
KEY = {"key": "k"}
DISABLED = {"properties": {"provisioningState": "Disabled"}}

ENDINGS: list[tuple[str, str, list[Any], Any]] = [
    ("done at once", "PUT", [FOUND], DONE),
    ("no state at all", "PUT", [(201, {"id": TARGET}, {})], {"id": TARGET}),
    ("a status", "PUT", [(201, ACCEPTED, STATUS), RUNNING, (200, {"status": "Succeeded"}, {}), FOUND], DONE),
    ("a location", "PUT", [(202, None, LOCATION), STILL, FOUND, FOUND], DONE),
    ("the resource itself", "PUT", [(201, ACCEPTED, NOW), (200, ACCEPTED, NOW), FOUND], DONE),
    ("accepted without a word", "PUT", [STILL, FOUND], DONE),
    ("a disabled deployment", "PUT", [(200, DISABLED, {})], DISABLED),
    ("a delete", "DELETE", [(202, None, LOCATION), STILL, (204, None, {})], {}),
    ("a delete whose status goes with it", "DELETE", [(202, None, STATUS), (404, None, {})], {}),
    ("a delete at once", "DELETE", [(204, None, {})], {}),
    ("an action", "POST", [(202, None, LOCATION), (200, KEY, {})], KEY),
    ("an action's status", "POST", [(202, None, STATUS), (200, {"status": "Succeeded", "properties": KEY}, {})], KEY),
]


@pytest.mark.parametrize(("how", "verb", "replies", "left"), ENDINGS, ids=[ending[0] for ending in ENDINGS])
def test_an_operation_ends_however_arm_announces_it(make: Make, how: str, verb: str, replies: Any, left: Any) -> None:
    script = Script(*replies)
    assert settle(make(script), verb, replies[0]) == left, how
    assert not script.replies, "every look was needed"


QUOTA = {"code": "InsufficientQuota", "message": "no capacity"}
FAILED = {"properties": {"provisioningState": "Failed"}}
GONE = {"error": {"code": "NotFound", "message": ""}}

BAD_ENDINGS: list[tuple[str, list[Any], str]] = [
    ("a status", [(201, ACCEPTED, STATUS), (200, {"status": "Failed", "error": QUOTA}, {})], "InsufficientQuota"),
    ("a status without a reason", [(201, ACCEPTED, STATUS), (200, {"status": "Canceled"}, {})], "Canceled"),
    ("the resource itself", [(201, ACCEPTED, NOW), (200, FAILED, {})], "Failed"),
    ("a location", [(202, None, LOCATION), (400, {"error": QUOTA}, {})], "InsufficientQuota"),
    ("a resource that vanished", [(201, ACCEPTED, NOW), (404, GONE, {})], "NotFound"),
]


@pytest.mark.parametrize(("how", "replies", "code"), BAD_ENDINGS, ids=[ending[0] for ending in BAD_ENDINGS])
def test_an_operation_that_ends_badly_says_why(make: Make, how: str, replies: Any, code: str) -> None:
    with pytest.raises(AzureRefused) as refused:
        settle(make(Script(*replies)), "PUT", replies[0])
    assert refused.value.error.code == code, how


def test_a_refusal_shows_everything_arm_said() -> None:
    error = ArmError(
        403,
        "RequestDisallowedByPolicy",
        "Resource 'chat' was disallowed by policy.",
        target="chat",
        details=({"code": "Inner", "message": "cause"}, {"code": "X", "more": [1]}),
        additional_info=(
            {"type": "PolicyViolation", "info": {"policyAssignmentName": "keyless"}},
            {"type": "New", "info": 1},
        ),
    )
    assert str(AzureRefused(error, "PUT /x", {"x-ms-request-id": "r1"})).splitlines() == [
        'Status=403 Code="RequestDisallowedByPolicy" Message="Resource \'chat\' was disallowed by policy."',
        "  target:  chat",
        '  detail:  Code="Inner" Message="cause"',
        '  detail:  {"code": "X", "more": [1]}',
        "  policy:  ? (?), assigned as keyless: ?",
        '  info:    {"info": 1, "type": "New"}',
        "  where:   PUT /x",
        "  request: r1",
    ]
