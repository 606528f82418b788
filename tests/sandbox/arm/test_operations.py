"""Long-running operations: every tool that drives ARM waits on them, and every parallel writer runs into the lock."""

import json
import re
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.catalog.market import Market
from modelyard.sandbox import arm, seed_data
from modelyard.sandbox.arm.call import ArmReply
from modelyard.sandbox.arm.service import Received, begin
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import Clock, LocalAzure
from modelyard.sandbox.store import Store

AUTHORITY = "https://management.azure.com"


def poll(pipeline: Any, url: str) -> Any:
    return pipeline("GET", url.removeprefix(AUTHORITY).split("?")[0], version="2025-06-01")


@pytest.fixture
def begun(pipeline, azure, account_body):
    """The reply to the PUT of an account, which takes its time."""
    azure.delays = {**azure.delays, "Microsoft.CognitiveServices/accounts": 600.0}
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    return pipeline("PUT", path, account_body())


def test_an_account_announces_its_operation_by_one_header(pipeline, account_body):
    """captured-2026-11, rows 1 and 2: no Location, the location as it was sent, an api-version of its own."""
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    begun = pipeline("PUT", path, {**account_body(), "location": "SWEDENCENTRAL"})
    assert begun.json()["properties"]["provisioningState"] == "Creating"
    assert begun.json()["etag"] == begun.headers["etag"]
    assert "location" not in begun.headers
    url = begun.headers["azure-asyncoperation"]
    where = "/providers/Microsoft.CognitiveServices/locations/SWEDENCENTRAL/operationResults/"
    assert url.startswith(f"{AUTHORITY}{pipeline.subscription}{where}")
    assert "?api-version=2017-04-18&" in url
    assert begun.headers["retry-after"] == "1", "a client without a hint waits half a minute"
    assert 0 < int(begun.headers["x-ms-retry-after-ms"]) <= 300
    pipeline.pass_time(1)
    assert pipeline.http.get(url, headers={"Authorization": f"Bearer {pipeline.token('pipeline')}"}).status_code == 200


def test_its_status_goes_from_creating_to_succeeded(pipeline, begun):
    """captured-2026-11, rows 3 and 4: the resource's state while it goes on, and times without fractions."""
    first = poll(pipeline, begun.headers["azure-asyncoperation"])
    assert first.status_code == 200
    assert first.json()["status"] == "Creating"
    assert not {"retry-after"} & set(first.headers)
    assert "endTime" not in first.json()
    pipeline.pass_time(601)
    last = poll(pipeline, begun.headers["azure-asyncoperation"])
    assert last.json()["status"] == "Succeeded"
    for name in ("startTime", "endTime"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", last.json()[name])
    assert last.json()["name"] in last.json()["id"]


def test_a_group_that_is_deleted_is_followed_by_its_location(pipeline):
    """captured-2026-11, row 68: 202 without a body, Location alone, a token, and 200 without a body at the end."""
    begun = pipeline("DELETE", pipeline.group())
    assert (begun.status_code, begun.content) == (202, b"")
    assert "azure-asyncoperation" not in begun.headers
    url = begun.headers["location"]
    assert url.startswith(f"{AUTHORITY}{pipeline.subscription}/operationresults/ey")
    assert "?api-version=2021-04-01&" in url
    first = pipeline("GET", url.removeprefix(AUTHORITY).split("?")[0], version="2021-04-01")
    assert first.status_code == 202
    pipeline.pass_time(1)
    last = pipeline("GET", first.headers["location"].removeprefix(AUTHORITY).split("?")[0], version="2021-04-01")
    assert (last.status_code, last.content) == (200, b"")


def test_a_provisioned_deployment_is_an_operation(pipeline, azure, deployment_body):
    """Nobody has captured one; it is announced as an account is (R)."""
    account = pipeline.account(pipeline.group())
    azure.delays = {"Microsoft.CognitiveServices/accounts/deployments": 600.0}
    body = deployment_body(sku="GlobalProvisionedManaged", capacity=15)
    begun = pipeline("PUT", f"{account}/deployments/chat", body)
    assert (begun.status_code, begun.json()["properties"]["provisioningState"]) == (201, "Accepted")
    assert poll(pipeline, begun.headers["azure-asyncoperation"]).json()["status"] == "Accepted"
    pipeline.pass_time(601)
    gone = pipeline("DELETE", f"{account}/deployments/chat")
    assert gone.status_code == 202
    pipeline.pass_time(601)
    assert poll(pipeline, gone.headers["location"]).status_code == 204


@pytest.mark.parametrize("token", ["x", "eyJqb2JJZCI6ICJ4In0=", "e30=", "WyJ4Il0="])
def test_an_operation_that_is_none(pipeline, refused, token):
    services = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/operationResults"
    refused(pipeline("GET", f"{services}/{token}"), "resource-not-found")
    refused(pipeline("GET", f"{pipeline.subscription}/operationresults/{token}"), "resource-not-found")


def test_it_is_done_though_nobody_asks(pipeline, azure, begun):
    key = begun.json()["id"].lower()
    pipeline.pass_time(601)
    arm.settle(azure)
    assert azure.store.get("resources", key)["properties"]["provisioningState"] == "Succeeded"
    assert not list(azure.store.scan("operations-under-way"))


def test_without_a_delay_it_is_done_at_once(pipeline, azure, account_body, deployment_body):
    azure.delays = {}
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    for where, body, changes in (
        (path, account_body(), {"tags": {"a": "b"}}),
        (f"{path}/deployments/chat", deployment_body(), {"tags": {"a": "b"}}),
    ):
        made = pipeline("PUT", where, body)
        assert made.status_code == 201
        assert made.json()["properties"]["provisioningState"] == "Succeeded"
        assert "azure-asyncoperation" not in made.headers
        assert pipeline("PATCH", where, changes).status_code == 200
    assert pipeline("DELETE", f"{path}/deployments/chat").status_code == 200
    assert pipeline("DELETE", path).status_code == 200
    assert pipeline("GET", path).status_code == 404
    assert pipeline("DELETE", pipeline.group()).status_code == 200


def test_another_writer_is_refused_while_one_is_at_work(pipeline, azure, refused, account_body, deployment_body):
    account = pipeline.account(pipeline.group())
    azure.delays = {"Microsoft.CognitiveServices/accounts/deployments": 600.0}
    slow = deployment_body(sku="GlobalProvisionedManaged", capacity=15)
    assert pipeline("PUT", f"{account}/deployments/one", slow).status_code == 201
    assert pipeline("GET", account).json()["properties"]["provisioningState"] == "Succeeded", "and yet it is locked"
    for method, path, body in (
        ("PUT", f"{account}/deployments/two", deployment_body()),
        ("PUT", f"{account}/deployments/one", deployment_body()),
        ("PATCH", f"{account}/deployments/one", {"tags": {}}),
        ("DELETE", f"{account}/deployments/one", None),
        ("PUT", account, account_body()),
        ("DELETE", account, None),
    ):
        refused(pipeline(method, path, body), "account-busy", account=account)
    assert pipeline("GET", f"{account}/deployments").status_code == 200, "reading is free"
    pipeline.pass_time(601)
    azure.delays = {}
    assert pipeline("PUT", f"{account}/deployments/two", deployment_body()).status_code == 201


def test_accounts_do_not_wait_for_each_other(pipeline, deployment_body):
    group = pipeline.group()
    one, two = pipeline.account(group, "one"), pipeline.account(group, "two")
    for account in (one, two):
        assert pipeline("PUT", f"{account}/deployments/chat", deployment_body()).status_code == 201


def test_the_lock_can_outlive_the_state_succeeded(pipeline, azure, refused, deployment_body):
    """hashicorp/terraform-provider-azurerm#31712: refused 419 ms after the account had read Succeeded."""
    azure.delays = {**azure.delays, "Microsoft.CognitiveServices/accounts/lock": 30.0}
    account = pipeline.account(pipeline.group())
    assert pipeline("GET", account).json()["properties"]["provisioningState"] == "Succeeded"
    refused(pipeline("PUT", f"{account}/deployments/chat", deployment_body()), "account-busy", account=account)
    pipeline.pass_time(31)
    assert pipeline("PUT", f"{account}/deployments/chat", deployment_body()).status_code == 201


def test_it_survives_the_end_of_the_server(tmp_path, account_body):
    path = tmp_path / "azure.db"
    before = LocalAzure.open(path)
    seed_data.seed(before, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="a secret")
    call = caller(before)
    group = f"/subscriptions/{before.subscription_id}/resourceGroups/rg"
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai"
    call("PUT", group, {"location": "swedencentral"}, "2024-03-01")
    begun = call("PUT", account, account_body(), "2025-06-01")
    before.store.close()
    after = LocalAzure.open(path)
    call = caller(after)
    after.clock.advance(timedelta(seconds=1))
    url = begun.headers["Azure-AsyncOperation"].removeprefix(AUTHORITY).split("?")[0]
    assert call("GET", url, None, "2017-04-18").body["status"] == "Succeeded"
    assert call("GET", account, None, "2025-06-01").body["properties"]["provisioningState"] == "Succeeded"
    after.store.close()


def caller(azure: LocalAzure) -> Callable[[str, str, Any, str], ArmReply]:
    """A way to call ARM without a connection, for tests that call it some thousand times."""

    def call(method: str, path: str, body: Any, version: str) -> ArmReply:
        token = tokens.issue(azure, seed_data.object_id("pipeline"), AUTHORITY)
        content = b"" if body is None else json.dumps(body).encode()
        return begin(
            azure,
            Received(method, path, {"api-version": version}, {"authorization": f"Bearer {token}"}, content),
        )

    return call


@pytest.mark.parametrize(("method", "status"), [("PUT", 200), ("PATCH", 200), ("DELETE", 200)])
def test_a_standard_deployment_is_written_within_the_request(running, method, status, deployment_body, account_body):
    """captured-2026-11, rows 23, 27 and 36: done when it is answered, no operation, and others get 409 meanwhile."""
    azure = running.azure
    subscription = f"/subscriptions/{azure.subscription_id}"
    account = f"{subscription}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/ai"
    token = tokens.issue(azure, seed_data.object_id("pipeline"), AUTHORITY)
    context = ssl.create_default_context(cafile=str(running.ca_file))
    with httpx2.Client(proxy=running.proxy, verify=context, trust_env=False, base_url=AUTHORITY) as http:

        def call(verb: str, path: str, body: Any = None, version: str = "2025-06-01") -> httpx2.Response:
            headers = {"Authorization": f"Bearer {token}"}
            return http.request(verb, path, json=body, params={"api-version": version}, headers=headers, timeout=60)

        azure.delays = {}
        assert call("PUT", f"{subscription}/resourceGroups/rg", {"location": "eastus"}, "2024-03-01").status_code == 201
        assert call("PUT", account, account_body()).status_code == 201
        made = call("PUT", f"{account}/deployments/chat", deployment_body())
        assert (made.status_code, made.json()["properties"]["provisioningState"]) == (201, "Succeeded")
        assert re.fullmatch(r'"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"', made.json()["etag"])
        assert made.headers["etag"] == made.json()["etag"]
        azure.delays = {"Microsoft.CognitiveServices/accounts/deployments": 600.0}
        bodies = {"PUT": deployment_body(), "PATCH": {"tags": {"a": "b"}}}
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(call, method, f"{account}/deployments/chat", bodies.get(method))
            state = "Deleting" if method == "DELETE" else "Accepted"
            while call("GET", f"{account}/deployments/chat").json()["properties"]["provisioningState"] != state:
                pass  # the next look takes its time
            second = call("PUT", f"{account}/deployments/more", deployment_body())
            assert (second.status_code, second.json()["error"]["code"]) == (409, "RequestConflict")
            assert not first.done(), "the delay is spent inside the request"
            running.do(lambda: azure.clock.advance(timedelta(seconds=601)))
            reply = first.result()
        assert reply.status_code == status
        assert not {"azure-asyncoperation", "location", "retry-after"} & set(reply.headers)
        if method == "DELETE":
            assert reply.content == b""
            assert call("GET", f"{account}/deployments").json() == {"value": []}
        else:
            assert reply.json()["properties"]["provisioningState"] == "Succeeded"


STEP = st.one_of(
    st.tuples(st.just("put"), st.sampled_from(["a", "b", "c"]), st.integers(1, 5)),
    st.tuples(st.just("delete"), st.sampled_from(["a", "b", "c"])),
    st.tuples(st.just("wait"), st.sampled_from([0.05, 0.1, 0.3, 5.0])),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=25))
def test_one_writer_at_a_time_whatever_is_asked(steps, deployment_body, account_body):
    """Against a model of the account: a write is let in exactly when no other is under way, and every write let in
    has its effect at the time it is due, no sooner, no later, whoever asks.
    """
    time = datetime(2026, 11, 23, tzinfo=UTC)

    def real() -> datetime:
        return time

    store = Store()
    azure = LocalAzure(store=store, clock=Clock(store, real), market=Market.load())
    seed_data.seed(azure, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="a secret")
    call = caller(azure)
    group = f"/subscriptions/{azure.subscription_id}/resourceGroups/rg"
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai"
    call("PUT", group, {"location": "swedencentral"}, "2024-03-01")
    assert call("PUT", account, account_body(), "2025-06-01").status == 201
    time += timedelta(seconds=1)

    there: dict[str, tuple[int, str]] = {}  # name → capacity, provisioningState
    under_way = None  # when it is done, what, name
    for step in steps:
        if step[0] == "wait":
            time += timedelta(seconds=step[1])
        if under_way and under_way[0] <= time:
            _, what, name = under_way
            if what == "put":
                there[name] = (there[name][0], "Succeeded")
            else:
                del there[name]
            under_way = None
        if step[0] == "put":
            name, capacity = step[1:]
            reply = call("PUT", f"{account}/deployments/{name}", deployment_body(capacity=capacity), "2025-06-01")
            assert reply.status == (409 if under_way else 200 if name in there else 201)
            assert bool(reply.waits) is not bool(under_way), "it is answered when it is done"
            if not under_way:
                there[name] = (capacity, "Accepted")
                under_way = (time + timedelta(seconds=0.1), "put", name)
        elif step[0] == "delete":
            name = step[1]
            reply = call("DELETE", f"{account}/deployments/{name}", None, "2025-06-01")
            assert reply.status == (204 if name not in there else 409 if under_way else 200)
            if reply.waits:
                there[name] = (there[name][0], "Deleting")
                under_way = (time + timedelta(seconds=0.1), "delete", name)
        listed = call("GET", f"{account}/deployments", None, "2025-06-01").body["value"]
        shown = {one["name"]: (one["sku"]["capacity"], one["properties"]["provisioningState"]) for one in listed}
        assert shown == there
    store.close()
