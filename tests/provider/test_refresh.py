"""What a refresh takes over from Azure: what somebody changed there, and never what Azure filled in by itself."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.arm import resource_types
from modelyard.provider import refresh
from modelyard.provider.values import SecretValue

DEPLOYMENT = resource_types.by_type()["microsoft.cognitiveservices/accounts/deployments"]
ACCOUNT = resource_types.by_type()["microsoft.cognitiveservices/accounts"]

MODEL = {"format": "OpenAI", "name": "gpt-4o"}
INPUTS: dict[str, Any] = {
    "deploymentName": "chat",
    "sku": {"name": "Standard", "capacity": 50},
    "properties": {"model": MODEL},
}
BEFORE: dict[str, Any] = {
    "id": "/x",
    "name": "chat",
    "etag": '"1"',
    "sku": {"name": "Standard", "capacity": 50, "tier": "S"},
    "properties": {
        "model": {**MODEL, "version": "2024-08-06"},
        "rateLimits": [1],
        "raiPolicyName": "Microsoft.Default",
    },
}


def after(**properties: Any) -> dict[str, Any]:
    return {**BEFORE, "properties": {**BEFORE["properties"], **properties}}


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("nothing", BEFORE, INPUTS),
    ("a new etag and new limits", {**after(rateLimits=[2], capabilities={"chat": "true"}), "etag": '"2"'}, INPUTS),
    ("an automatic upgrade of the version", after(model={**MODEL, "version": "2024-11-20"}), INPUTS),
    ("another default filter", after(raiPolicyName="Microsoft.DefaultV2"), INPUTS),
    (
        "somebody's change of the capacity",
        {**BEFORE, "sku": {"name": "Standard", "capacity": 10, "tier": "S"}},
        {**INPUTS, "sku": {"name": "Standard", "capacity": 10}},
    ),
    ("somebody's new tag", {**BEFORE, "tags": {"by": "hand"}}, {**INPUTS, "tags": {"by": "hand"}}),
    (
        "another model",
        after(model={"format": "OpenAI", "name": "gpt-5", "version": "1"}),
        {**INPUTS, "properties": {"model": {"format": "OpenAI", "name": "gpt-5"}}},
    ),
]


@pytest.mark.parametrize(("what", "now", "expected"), CASES, ids=[case[0] for case in CASES])
def test_refresh(what: str, now: Any, expected: Any) -> None:
    assert refresh.inputs(DEPLOYMENT, INPUTS, BEFORE, now) == expected, what


def test_what_a_program_states_is_watched_even_where_azure_has_a_default() -> None:
    stated = {**INPUTS, "properties": {"model": MODEL, "raiPolicyName": "strict"}}
    found = refresh.inputs(DEPLOYMENT, stated, after(raiPolicyName="strict"), after(raiPolicyName="Microsoft.Default"))
    assert found["properties"]["raiPolicyName"] == "Microsoft.Default", "a filter that was switched off is drift"


def test_what_azure_never_shows_is_kept() -> None:
    inputs = {"properties": {"restore": True, "customSubDomainName": "a"}, "tags": {"gone": "1", "stays": "2"}}
    before = {"properties": {"customSubDomainName": "a"}, "tags": {"gone": "1", "stays": "2"}}
    now = {"properties": {"customSubDomainName": "b"}, "tags": {"stays": "2"}}
    assert refresh.inputs(ACCOUNT, inputs, before, now) == {
        "properties": {"restore": True, "customSubDomainName": "b"},
        "tags": {"stays": "2"},
    }


def test_a_secret_stays_secret_when_it_is_changed() -> None:
    found = refresh.inputs(ACCOUNT, {"tags": {"a": SecretValue("1")}}, {"tags": {"a": "1"}}, {"tags": {"a": "2"}})
    assert found == {"tags": {"a": SecretValue("2")}}


def test_lists_are_followed_item_by_item() -> None:
    inputs = {"properties": {"networkAcls": {"ipRules": [{"value": "1.1.1.1"}]}}}
    before = {"properties": {"networkAcls": {"ipRules": [{"value": "1.1.1.1", "state": "on"}]}}}
    now = {"properties": {"networkAcls": {"ipRules": [{"value": "2.2.2.2", "state": "on"}, {"value": "3.3.3.3"}]}}}
    assert refresh.inputs(ACCOUNT, inputs, before, now) == {
        "properties": {"networkAcls": {"ipRules": [{"value": "2.2.2.2"}, {"value": "3.3.3.3"}]}}
    }


names = st.text(min_size=1, max_size=5)
trees = st.recursive(
    st.text(max_size=3) | st.integers(-9, 9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(names, trees, max_size=4)


@given(inputs=objects, outputs=objects)
def test_where_azure_has_not_changed_the_inputs_do_not(inputs: dict[str, Any], outputs: dict[str, Any]) -> None:
    assert refresh.inputs(ACCOUNT, inputs, outputs, outputs) == inputs


@given(inputs=objects, now=objects)
def test_inputs_that_said_what_azure_said_follow_it(inputs: dict[str, Any], now: dict[str, Any]) -> None:
    hidden = {"id", "name", "type", "etag", "systemData", "azureApiVersion", *ACCOUNT.parameters}
    inputs = {name: value for name, value in inputs.items() if name not in hidden and not name.startswith("__")}
    now = {name: value for name, value in now.items() if name not in hidden and not name.startswith("__")}
    if inputs:
        assert refresh.inputs(ACCOUNT, inputs, inputs, now) == now
