"""Long-running operations: every tool that drives ARM waits on them, and every parallel writer runs into the lock."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.responses import Response

from modelyard.catalog.market import Market
from modelyard.sandbox import arm, seed_data
from modelyard.sandbox.arm.service import Received, respond
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import Clock, LocalAzure
from modelyard.sandbox.store import Store

AUTHORITY = "https://management.azure.com"


def poll(pipeline: Any, url: str) -> Any:
    return pipeline("GET", url.removeprefix(AUTHORITY).split("?")[0], version="2025-06-01")


@pytest.fixture
def begun(pipeline, account_body):
    """The reply to the PUT of an account."""
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    return pipeline("PUT", path, account_body())


def test_the_first_reply_says_where_to_ask_and_when(begun):
    for header, name in (("azure-asyncoperation", "operationStatuses"), ("location", "operationResults")):
        url = begun.headers[header]
        assert url.startswith(f"{AUTHORITY}/subscriptions/")
        assert f"/providers/Microsoft.CognitiveServices/locations/swedencentral/{name}/" in url
        assert url.endswith("?api-version=2025-06-01")
    assert begun.headers["retry-after"] == "1", "a client without a hint waits half a minute"
    assert 0 < int(begun.headers["x-ms-retry-after-ms"]) <= 300


def test_its_status_goes_from_in_progress_to_succeeded(pipeline, begun):
    first = poll(pipeline, begun.headers["azure-asyncoperation"])
    assert first.status_code == 200
    assert first.json()["status"] == "InProgress"
    assert first.headers["retry-after"] == "1"
    assert poll(pipeline, begun.headers["location"]).status_code == 202
    pipeline.pass_time(1)
    last = poll(pipeline, begun.headers["azure-asyncoperation"])
    assert last.json()["status"] == "Succeeded"
    assert last.json()["startTime"] < last.json()["endTime"]
    assert "retry-after" not in last.headers
    result = poll(pipeline, begun.headers["location"])
    assert result.status_code == 200
    assert result.json()["properties"]["provisioningState"] == "Succeeded"


def test_an_operation_that_is_none(pipeline, refused):
    where = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/operationStatuses/x"
    refused(pipeline("GET", where), "resource-not-found")


def test_it_is_done_though_nobody_asks(pipeline, azure, begun):
    key = begun.json()["id"].lower()
    pipeline.pass_time(1)
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


def test_another_writer_is_refused_while_one_is_at_work(pipeline, refused, account_body, deployment_body):
    account = pipeline.account(pipeline.group())
    assert pipeline("PUT", f"{account}/deployments/one", deployment_body()).status_code == 201
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
    pipeline.pass_time(1)
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
    url = begun.headers["azure-asyncoperation"].removeprefix(AUTHORITY).split("?")[0]
    assert b'"Succeeded"' in call("GET", url, None, "2025-06-01").body
    assert b'"provisioningState": "Succeeded"' in call("GET", account, None, "2025-06-01").body
    after.store.close()


def caller(azure: LocalAzure) -> Callable[[str, str, Any, str], Response]:
    """A way to call ARM without a connection, for tests that call it some thousand times."""

    def call(method: str, path: str, body: Any, version: str) -> Response:
        token = tokens.issue(azure, seed_data.object_id("pipeline"), AUTHORITY)
        content = b"" if body is None else json.dumps(body).encode()
        return respond(
            azure,
            Received(method, path, {"api-version": version}, {"authorization": f"Bearer {token}"}, content),
        )

    return call


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
    assert call("PUT", account, account_body(), "2025-06-01").status_code == 201
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
            assert reply.status_code == (409 if under_way else 200 if name in there else 201)
            if not under_way:
                there[name] = (capacity, "Accepted")
                under_way = (time + timedelta(seconds=0.2), "put", name)
        elif step[0] == "delete":
            name = step[1]
            reply = call("DELETE", f"{account}/deployments/{name}", None, "2025-06-01")
            assert reply.status_code == (204 if name not in there else 409 if under_way else 202)
            if reply.status_code == 202:
                there[name] = (there[name][0], "Deleting")
                under_way = (time + timedelta(seconds=0.2), "delete", name)
        listed = json.loads(bytes(call("GET", f"{account}/deployments", None, "2025-06-01").body))["value"]
        shown = {one["name"]: (one["sku"]["capacity"], one["properties"]["provisioningState"]) for one in listed}
        assert shown == there
    store.close()
