"""A preview says in several steps what will be there; policies judge what is left in the end."""

from collections.abc import Mapping
from typing import Any

import pytest

from modelyard.audit import preview
from modelyard.policy.language.unknown import UNKNOWN

TOKEN = "azure-native:cognitiveservices:Account"
URN = f"urn:pulumi:dev::shop::modelyard:index:Yard${TOKEN}::account"
UNSEEN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"  # what the engine writes in place of a text that comes later
INPUTS: Mapping[str, Any] = {"accountName": "contoso", "resourceGroupName": "rg", "kind": "AIServices"}


@pytest.mark.parametrize("op", ["create", "update", "same", "replace", "create-replacement", "import", "read"])
def test_what_will_be_there_is_judged(op: str) -> None:
    (found,) = preview.source("preview", [(URN, op, INPUTS)], "s").subjects
    assert found.id == "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso"
    assert found.urn == URN


@pytest.mark.parametrize("op", sorted(preview.GOING))
def test_what_goes_is_not(op: str) -> None:
    assert preview.source("preview", [(URN, op, INPUTS)], "s").subjects == ()


def test_a_replacement_is_one_resource_as_it_will_be() -> None:
    after = {**INPUTS, "kind": "OpenAI"}
    steps = [(URN, "create-replacement", after), (URN, "replace", after), (URN, "delete-replaced", INPUTS)]
    (found,) = preview.source("preview", steps, "s").subjects
    assert found.document["kind"] == "OpenAI"


def test_a_change_looks_at_what_it_deletes_as_well() -> None:
    """A policy may forbid a deletion, which would otherwise be met halfway through an update."""
    after = {**INPUTS, "accountName": "other"}
    steps = [(URN, "create-replacement", after), (URN, "delete-replaced", INPUTS), (URN, "discard", INPUTS)]
    found = preview.change("preview", steps, "s")
    assert [(each.document["name"], each.leaving) for each in found.subjects] == [("other", False), ("contoso", True)]
    assert found.requested


def test_a_policy_that_goes_rules_the_change_to_its_end() -> None:
    """The engine deletes last: what is written before it goes is still refused by it."""
    token = "azure-native:authorization:PolicyAssignment"
    inputs = {"policyAssignmentName": "near", "scope": "/subscriptions/s", "policyDefinitionId": "/d"}
    steps = [(f"urn:pulumi:dev::shop::{token}::near", "delete", inputs)]
    assert preview.source("preview", steps, "s").rulebook.assignments == {}
    (sources,) = preview.change("preview of dev", steps, "s").rulebook.sources.values()
    assert sources == ("preview of dev, until it is deleted",)


def test_what_comes_later_is_unknown_and_providers_are_no_resources() -> None:
    provider = "urn:pulumi:dev::shop::pulumi:providers:azure-native::default"
    planned = [(URN, "create", {**INPUTS, "location": UNSEEN}), (provider, "create", {})]
    found = preview.source("preview", planned, "s")
    assert found.left_out == {}
    assert [each.document["location"] for each in found.subjects] == [UNKNOWN]
