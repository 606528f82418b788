"""The mapping between Pulumi and ARM, by the rows alone: what gets lost here is silently not deployed."""

import importlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pulumi import _types as pulumi_types

from modelyard.arm import resource_types, translation
from modelyard.arm.json_path import member, surface
from modelyard.arm.resource_types import ResourceType, scope_parameter
from modelyard.provider import preview
from modelyard.provider.values import UNKNOWN, SecretValue

SUBSCRIPTION = "5a9db0c5-0000-4000-8000-000000000001"
GUID = "0b3c2b1a-0000-4000-8000-000000000009"

every_row = pytest.mark.parametrize("row", resource_types.rows(), ids=lambda row: row.type)


def pulumi_class(row: ResourceType, suffix: str = "") -> Any:
    _, module, name = row.token.split(":")
    return getattr(importlib.import_module(f"pulumi_azure_native.{module}"), name + suffix)


def stated(row: ResourceType) -> dict[str, Any]:
    """One value for every input of the class: its own name."""
    names = pulumi_types.input_type_types(pulumi_class(row, "Args"))
    return {name: {"in": name} if name == "properties" else name for name in names}


@every_row
def test_every_input_of_the_class_reaches_arm(row: ResourceType) -> None:
    given_inputs = stated(row)
    sent = translation.request_body(row, given_inputs)
    arm_id = translation.arm_id(row, given_inputs, SUBSCRIPTION)
    for name in given_inputs:
        in_body = name in sent or member(row, name) in sent.get("properties", {})
        assert in_body or f"/{name}" in arm_id, f"{name} got lost"
    assert row.match(arm_id) is not None


@every_row
def test_every_output_of_the_class_is_produced(row: ResourceType) -> None:
    reply: dict[str, Any] = {"id": "/x", "name": "x", "type": row.type, "properties": {}}
    for place in sorted(row.envelope | row.read_only):
        at = reply
        *around, last = place.split(".")
        for name in around:
            at = at.setdefault(name, {})
        at[last] = {}
    reply["properties"] |= {member(row, name): name for name in stated(row)} if not row.nested else {}
    assert set(pulumi_types.resource_types(pulumi_class(row))) <= set(translation.outputs(row, reply))


names = st.from_regex(r"[A-Za-z][A-Za-z0-9-]{0,10}", fullmatch=True)
leaves = st.text(max_size=5) | st.integers(-9, 9) | st.booleans()
trees = st.recursive(leaves, lambda inner: st.dictionaries(names, inner, min_size=1, max_size=3), max_leaves=6)


@st.composite
def resources(draw: st.DrawFn, row: ResourceType) -> dict[str, Any]:
    """Inputs of a resource: all URL parameters, and any body that isn't read-only."""
    reserved = {place.partition(".")[0] for place in surface(row, row.read_only | row.string_sets)}
    reserved |= {*row.parameters, *row.envelope, *translation.IDENTITY, translation.API_VERSION, "properties"}
    members = names.filter(lambda name: name not in reserved)
    inputs: dict[str, Any] = {name: draw(names) for name in row.parameters}
    if (whole := scope_parameter(row.path)) is not None:
        inputs[whole] = f"/subscriptions/{inputs[whole]}"
    for name in sorted(row.envelope - {"identity"}):
        if draw(st.booleans()):
            inputs[name] = draw(trees)
    if "identity" in row.envelope and draw(st.booleans()):
        ids = draw(st.lists(names, unique=True, max_size=3))
        inputs["identity"] = {"type": "UserAssigned", "userAssignedIdentities": ids}
    properties = {f"x{name}": tree for name, tree in draw(st.dictionaries(members, trees, max_size=3)).items()}
    if properties and row.nested:
        inputs["properties"] = properties
    elif properties:
        inputs |= properties
    return inputs


@every_row
@given(data=st.data())
def test_what_is_declared_is_what_an_import_reads_back(row: ResourceType, data: st.DataObject) -> None:
    """Recovery imports what a killed run has made; the next `up` must find nothing to change."""
    inputs = data.draw(resources(row))
    arm_id = translation.arm_id(row, inputs, SUBSCRIPTION)
    sent = translation.request_body(row, inputs)
    properties = {**sent.get("properties", {}), "provisioningState": "Succeeded"}
    reply = {**sent, "id": arm_id, "name": "n", "type": row.type, "etag": '"1"', "systemData": {"createdBy": "me"}}
    if "properties.provisioningState" in row.read_only:
        reply["properties"] = properties
    if "etag" not in row.read_only:
        del reply["etag"]
    if "systemData" not in row.read_only:
        del reply["systemData"]
    parameters = row.match(arm_id)
    assert parameters is not None
    assert translation.inputs(row, parameters, translation.outputs(row, reply)) == inputs


@every_row
def test_notes_of_the_plugin_and_read_only_places_are_not_sent(row: ResourceType) -> None:
    inputs = {**dict.fromkeys(row.parameters, "x"), "__createBeforeDelete": True}
    for place in surface(row, row.read_only):
        head, _, rest = place.partition(".")
        if not rest and head not in row.parameters:
            inputs[head] = "x"
        elif rest and "." not in rest:
            inputs.setdefault(head, {})
            inputs[head] = {**inputs[head], rest: "x"}  # type: ignore[dict-item]
    assert translation.request_body(row, inputs) == {}


@every_row
def test_a_preview_knows_the_inputs_and_nothing_that_azure_writes(row: ResourceType) -> None:
    outputs = preview.outputs(row, dict.fromkeys(row.parameters, "x"))
    for place in ("name", "type", *row.envelope, *surface(row, row.read_only | row.server_filled)):
        assert outputs[place.partition(".")[0]] is UNKNOWN, f"{place} can't be known before Azure has answered"
    assert not set(row.parameters) - {"name", "scope"} & set(outputs)


def test_the_type_of_a_role_is_not_the_type_of_the_resource() -> None:
    """ARM calls both `type`, one inside the other; azure-native calls the inner one roleType."""
    row = resource_types.by_type()["microsoft.authorization/roledefinitions"]
    inputs = {"scope": "/subscriptions/s", "roleDefinitionId": "r", "roleType": "CustomRole"}
    sent = translation.request_body(row, inputs)
    assert sent == {"properties": {"type": "CustomRole"}}
    outputs = translation.outputs(row, {**sent, "type": row.type})
    assert (outputs["type"], outputs["roleType"]) == (row.type, "CustomRole")


def test_a_secret_in_a_preview_stays_secret() -> None:
    row = resource_types.by_type()["microsoft.cognitiveservices/accounts"]
    properties = {"disableLocalAuth": SecretValue(True), "restore": True}
    outputs = preview.outputs(row, {"accountName": "a", "resourceGroupName": "rg", "properties": properties})
    assert outputs["properties"]["disableLocalAuth"] == SecretValue(True)
    assert outputs["properties"]["endpoint"] is UNKNOWN
    assert "restore" not in outputs["properties"], "Azure takes it and never gives it back"
