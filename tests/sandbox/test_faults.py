"""Faults to order, so that a team can see what its pipeline does when Azure has a bad day."""

from collections.abc import Iterator

import httpx2
import pytest

from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.faults import Fault, Faults
from modelyard.sandbox.server import Running

DISCOVERY = "https://login.microsoftonline.com/common/discovery/instance"


@pytest.fixture
def owner(running: Running) -> Iterator[httpx2.Client]:
    headers = {HEADER: running.home.secrets().control}
    with httpx2.Client(base_url=f"{running.proxy}/_modelyard", headers=headers, trust_env=False) as http:
        yield http


def test_a_fault_holds_as_often_as_it_was_asked_for(owner: httpx2.Client, client: httpx2.Client):
    asked = {"host": "login.*", "status": 503, "code": "ServerBusy", "headers": {"Retry-After": "1"}, "times": 2}
    assert owner.post("/faults", json=asked).json()["faults"][0]["times"] == 2
    replies = [client.get(DISCOVERY) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [503, 503, 200]
    assert replies[0].headers["retry-after"] == "1"
    assert replies[0].headers["x-modelyard-fault"] == "true", "an injected error must not be taken for Azure's"
    assert replies[0].json()["error"]["code"] == "ServerBusy"
    assert owner.get("/faults").json() == {"faults": []}


def test_a_fault_without_a_status_only_delays(owner: httpx2.Client, client: httpx2.Client):
    owner.post("/faults", json={"delaySeconds": 0.01})
    assert client.get(DISCOVERY).status_code == 200
    assert owner.delete("/faults").json() == {"faults": []}


@pytest.mark.parametrize(
    "asked",
    [
        {"status": 200},
        {"status": 999},
        {"status": 500, "times": -1},
        {"status": 500, "headers": {"a b": "c"}},
        {"status": 500, "headers": {"a": "b\r\nc: d"}},
        {"status": 500, "reset": "yes"},
        {"deployment": "chat", "limitPercent": 101},
    ],
)
def test_a_fault_that_http_could_not_carry_is_refused(owner: httpx2.Client, asked: dict[str, object]):
    assert owner.post("/faults", json=asked).status_code == 400


def test_a_fault_is_told_as_it_was_ordered(owner: httpx2.Client):
    """What was listed can be ordered again, so a set of faults can be kept in a file."""
    asked = {"deployment": "chat*", "status": 429, "streamEvents": 4, "headers": {"Retry-After": "7"}, "times": 2}
    (held,) = owner.post("/faults", json=asked).json()["faults"]
    assert held.items() >= asked.items()
    owner.delete("/faults")
    assert owner.post("/faults", json=held).json()["faults"] == [held]


def test_every_mistake_in_a_fault_is_told_at_once(owner: httpx2.Client):
    """A member that is misspelt would else be a fault that never happens, and a test that proves nothing."""
    refused = owner.post("/faults", json={"firstToken": 5, "times": -1, "streamEvents": 3})
    assert refused.status_code == 400
    text = refused.json()["error"]
    assert all(one in text for one in ("no firstToken", "times must be", "streamEvents goes with a deployment"))
    assert "a fault does something" in owner.post("/faults", json={"deployment": "chat"}).json()["error"]


def test_the_first_fault_that_matches_counts():
    faults = Faults()
    faults.add(Fault(method="PUT", path="*/deployments/*", status=409, times=1))
    faults.add(Fault(status=500))
    assert [
        fault.status if (fault := faults.take(method, "management.azure.com", path)) else None
        for method, path in (("PUT", "/x/deployments/a"), ("PUT", "/x/deployments/a"), ("GET", "/x/deployments/a"))
    ] == [409, 500, 500]
