"""The control API moves time, gives tokens and forgets everything, for the sandbox's owner and nobody else."""

from collections.abc import Iterator

import httpx2
import pytest

from modelyard.sandbox import seed_data
from modelyard.sandbox.arm import subscription
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.entra import directory, federation, tokens
from modelyard.sandbox.server import Running

AUDIENCE = "https://cognitiveservices.azure.com"


@pytest.fixture
def owner(running: Running) -> Iterator[httpx2.Client]:
    headers = {HEADER: running.home.secrets().control}
    with httpx2.Client(base_url=f"{running.proxy}/_modelyard", headers=headers, trust_env=False) as http:
        yield http


def test_the_status_is_open_and_tells_no_secret(running: Running):
    reply = httpx2.get(f"{running.proxy}/_modelyard/status", trust_env=False)
    body = reply.json()
    assert body["port"] == running.port
    assert body["counts"] == {"Microsoft.Authorization/roleAssignments": 6}
    assert body["principals"] == 5
    secrets = running.home.secrets()
    assert not [one for one in (secrets.client_id, secrets.client_secret, secrets.control) if one in reply.text]


PRIVATE = [
    ("GET", "clock"),
    ("POST", "clock"),
    ("POST", "reset"),
    ("GET", "principals"),
    ("POST", "token"),
    ("POST", "subscriptions"),
    ("POST", "assertion"),
    ("GET", "delays"),
    ("PUT", "delays"),
    ("GET", "faults"),
    ("POST", "faults"),
    ("DELETE", "faults"),
]


@pytest.mark.parametrize(("method", "name"), PRIVATE)
def test_another_user_of_the_machine_gets_nothing(running: Running, method: str, name: str):
    """The port is open to all who are logged in here; the secret is in a file that only the owner reads."""
    for headers in ({}, {HEADER: ""}, {HEADER: "guess"}):
        reply = httpx2.request(method, f"{running.proxy}/_modelyard/{name}", headers=headers, trust_env=False)
        assert reply.status_code == 401


def test_a_page_in_a_browser_gets_nothing(owner: httpx2.Client):
    """A name that an attacker lets point to loopback arrives with that name in the Host header."""
    assert owner.get("/status", headers={"host": "rebound.example:7443"}).status_code == 403
    assert owner.get("/status", headers={"host": "localhost:7443"}).status_code == 200


def test_the_clock_moves_forward_for_all_services(running: Running, owner: httpx2.Client):
    before = running.azure.clock.now()
    reply = owner.post("/clock", json={"advanceSeconds": 3600}).json()
    assert reply["advancedSeconds"] == 3600
    assert (running.azure.clock.now() - before).total_seconds() >= 3600
    assert owner.get("/clock").json()["advancedSeconds"] == 3600


@pytest.mark.parametrize("body", [b"{}", b'{"advanceSeconds": -1}', b'{"advanceSeconds": "1h"}', b"nonsense", b"[]"])
def test_a_wrong_request_is_answered_with_what_is_wrong(owner: httpx2.Client, body: bytes):
    reply = owner.post("/clock", content=body)
    assert reply.status_code == 400
    assert reply.json()["error"]


@pytest.mark.parametrize(
    ("method", "name", "body"),
    [
        ("POST", "clock", b'{"advanceSeconds": 259200000000}'),
        ("POST", "clock", b'{"advanceSeconds": 1e300}'),
        ("POST", "clock", b'{"advanceSeconds": 1e999}'),
        ("PUT", "delays", b'{"Microsoft.CognitiveServices/accounts": 1e300}'),
        ("POST", "token", b'{"principal": "reader", "lifetimeSeconds": 1e300}'),
        ("POST", "faults", b'{"delaySeconds": 1e300}'),
        ("POST", "faults", b'{"delaySeconds": 1, "times": 1e300}'),
    ],
)
def test_a_refused_request_changes_nothing(owner: httpx2.Client, method: str, name: str, body: bytes):
    before = [owner.get(f"/{each}").json() for each in ("delays", "faults", "principals")]
    assert owner.request(method, f"/{name}", content=body).status_code in {400, 413}
    assert [owner.get(f"/{each}").json() for each in ("delays", "faults", "principals")] == before
    assert owner.get("/clock").json()["advancedSeconds"] == 0


@pytest.mark.parametrize("name", ["developer", "reader", "outsider", "pipeline"])
def test_anybody_s_token_can_be_had(running: Running, owner: httpx2.Client, name: str):
    """`modelyard sandbox token --as reader`: people can't sign in here, and smoke checks need their tokens."""
    reply = owner.post("/token", json={"principal": name, "audience": f"{AUDIENCE}/.default"}).json()
    caller = running.do(lambda: tokens.verify(running.azure, reply["accessToken"], {AUDIENCE}))
    assert caller.object_id == seed_data.object_id(name)


@pytest.mark.parametrize("name", ["nobody", "app-team"])
def test_a_group_or_nobody_has_no_token(owner: httpx2.Client, name: str):
    reply = owner.post("/token", json={"principal": name})
    assert reply.status_code == 404
    assert "developer" in reply.json()["error"], "who there is, is told"


def test_a_pipeline_s_assertion_can_be_had(running: Running, owner: httpx2.Client):
    presented = owner.post("/assertion", json={"subject": seed_data.FEDERATED_SUBJECT}).json()["assertion"]

    def proved() -> None:
        federation.prove(running.azure, directory.directory(running.azure).by_name["pipeline"], presented)

    running.do(proved)


def test_a_reset_forgets_and_seeds(running: Running, owner: httpx2.Client):
    token = owner.post("/token", json={"principal": "reader"}).json()["accessToken"]
    running.do(lambda: running.azure.store.put("resources", "/subscriptions/x", {"type": "T"}))
    owner.post("/clock", json={"advanceSeconds": 60})
    owner.put("/delays", json={"Microsoft.CognitiveServices/accounts": 99})
    owner.post("/faults", json={"path": "/nowhere", "status": 500})
    after = owner.post("/reset").json()
    assert owner.get("/delays").json()["delays"]["Microsoft.CognitiveServices/accounts"] < 99
    assert owner.get("/faults").json()["faults"] == []
    assert after["counts"] == {"Microsoft.Authorization/roleAssignments": 6}
    assert after["advancedSeconds"] == 0
    with pytest.raises(tokens.TokenRefused):
        running.do(lambda: tokens.verify(running.azure, token, {AUDIENCE}))
    assert owner.post("/token", json={"principal": "reader"}).status_code == 200


def test_the_directory_is_listed_without_secrets(owner: httpx2.Client):
    listed = owner.get("/principals").json()["principals"]
    assert {one["displayName"] for one in listed} == {"pipeline", "app-team", "developer", "reader", "outsider"}
    assert not any("secrets" in one for one in listed)


def test_delays_can_be_set(running: Running, owner: httpx2.Client):
    kind = "Microsoft.CognitiveServices/accounts"
    assert owner.put("/delays", json={kind: 30}).json()["delays"][kind] == 30
    assert running.azure.delays[kind] == 30
    assert owner.put("/delays", json={kind: "long"}).status_code == 400


def test_a_subscription_can_be_put_in_for_a_rehearsal(running: Running, owner: httpx2.Client):
    """A production stack names its subscription; without it nothing of the stack could be rehearsed."""
    other = "11111111-2222-4333-8444-555555555555"
    counted = owner.get("/status").json()["counts"]["Microsoft.Authorization/roleAssignments"]
    assert not subscription.exists(running.azure, other)
    for _ in range(2):
        assert owner.post("/subscriptions", json={"subscriptionId": other.upper()}).json()["subscriptionId"] == other
    assert subscription.exists(running.azure, other)
    assert subscription.registered(running.azure, f"/subscriptions/{other}", "Microsoft.CognitiveServices")
    more = owner.get("/status").json()["counts"]["Microsoft.Authorization/roleAssignments"] - counted
    assert 0 < more < counted, "those at the subscription, once; those above it are there already"


@pytest.mark.parametrize("asked", [{}, {"subscriptionId": 1}, {"subscriptionId": "../x"}])
def test_a_subscription_that_is_no_id_is_refused(owner: httpx2.Client, asked: dict[str, object]):
    assert owner.post("/subscriptions", json=asked).status_code == 400
