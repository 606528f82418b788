"""append and modify carried out: what a request looks like afterwards, and what stops it."""

from typing import Any

import pytest

from modelyard.arm.resource_types import rows
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.policy import RuleOutcome
from modelyard.policy.effects.apply import Applied, apply
from modelyard.policy.evaluation.policy_index import Index
from modelyard.policy.language.aliases import Alias, Aliases, from_rows
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN

A = "Microsoft.CognitiveServices/accounts"
ROLES = ["/providers/Microsoft.Authorization/roleDefinitions/25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"]


def _applied(document: dict[str, Any], *operations: dict[str, Any], append: bool = False) -> Applied:
    fixed = Alias(f"{A}/endpoint", "properties.endpoint", modifiable=False)
    fields = Fields(from_rows(rows()) | Aliases([fixed]), raw=True)
    details: Any = list(operations) if append else {"roleDefinitionIds": ROLES, "operations": list(operations)}
    rule = {
        "if": {"field": "type", "exists": True},
        "then": {"effect": "append" if append else "modify", "details": details},
    }
    policy = Definition.load({"mode": "All", "policyRule": rule}, fields, name="test").bind({})
    resource = EvaluatedResource({"type": A, **document}, EvaluationContext(request={"apiVersion": "2025-06-01"}))
    return apply(resource, policy.changes_for(resource))


def _set(operation: str, field: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"operation": operation, "field": field, **({} if operation == "remove" else {"value": value}), **more}


def test_the_document_given_stays_as_it_is() -> None:
    """The caller still needs what was asked for, to say what was changed."""
    document = {"tags": {"a": "1"}}
    applied = _applied(document, _set("addOrReplace", "tags['a']", "2"))
    assert document == {"tags": {"a": "1"}}
    assert applied.document["tags"] == {"a": "2"}


OUTCOMES: list[tuple[str, dict[str, Any], dict[str, Any], Any, str]] = [
    ("a tag is added where there are none", {}, _set("add", "tags['a']", "1"), {"tags": {"a": "1"}}, "done"),
    ("a tag keeps its spelling", {"tags": {"Team": "x"}}, _set("addOrReplace", "tags['team']", "y"),
     {"tags": {"Team": "y"}}, "done"),
    ("a tag is removed", {"tags": {"a": "1", "b": "2"}}, _set("remove", "tags['A']"), {"tags": {"b": "2"}}, "done"),
    ("there is no tag to remove", {"tags": {}}, _set("remove", "tags['a']"), {"tags": {}}, "left"),
    ("add leaves an equal value", {"tags": {"a": "X"}}, _set("add", "tags['a']", "x"), {"tags": {"a": "X"}}, "left"),
    ("add conflicts with another value", {"tags": {"a": "1"}}, _set("add", "tags['a']", "2"), {"tags": {"a": "1"}},
     "conflicts"),
    ("a property is set", {"properties": {}}, _set("addOrReplace", f"{A}/disableLocalAuth", True),
     {"properties": {"disableLocalAuth": True}}, "done"),
    ("properties are made where there are none", {}, _set("addOrReplace", f"{A}/disableLocalAuth", True),
     {"properties": {"disableLocalAuth": True}}, "done"),
    ("a property whose parent is missing was left out on purpose", {"properties": {}},
     _set("addOrReplace", f"{A}/networkAcls.defaultAction", "Deny"), {"properties": {}}, "left"),
    ("a property whose parent is there", {"properties": {"networkAcls": {}}},
     _set("addOrReplace", f"{A}/networkAcls.defaultAction", "Deny"),
     {"properties": {"networkAcls": {"defaultAction": "Deny"}}}, "done"),
    ("a property that may not be changed, named by the resource", {"kind": f"{A}/endpoint", "properties": {}},
     _set("addOrReplace", "[field('kind')]", "x"), {"kind": f"{A}/endpoint", "properties": {}}, "conflicts"),
    ("a member is added to an array", {"properties": {"rules": [1]}}, _set("add", f"{A}/rules[*]", 2),
     {"properties": {"rules": [1, 2]}}, "done"),
    ("a member replaces all members", {"properties": {"rules": [1, 3]}}, _set("addOrReplace", f"{A}/rules[*]", 2),
     {"properties": {"rules": [2]}}, "done"),
    ("an array is made", {"properties": {}}, _set("add", f"{A}/rules[*]", 2), {"properties": {"rules": [2]}}, "done"),
    ("a property of each member", {"properties": {"rules": [{"a": 1}, {}]}},
     _set("addOrReplace", f"{A}/rules[*].a", 2), {"properties": {"rules": [{"a": 2}, {"a": 2}]}}, "done"),
    ("a condition that doesn't hold", {"tags": {}},
     _set("add", "tags['a']", "1", condition="[less(requestContext().apiVersion, '2020-01-01')]"), {"tags": {}},
     "left"),
    ("a value that isn't known", {"kind": UNKNOWN, "tags": {}}, _set("add", "tags['a']", "[field('kind')]"),
     {"tags": {}}, "left"),
]  # fmt: skip


@pytest.mark.parametrize(("document", "operation", "expected", "outcome"), [row[1:] for row in OUTCOMES],
                         ids=[row[0] for row in OUTCOMES])  # fmt: skip
def test_modify(document: dict[str, Any], operation: dict[str, Any], expected: dict[str, Any], outcome: str) -> None:
    applied = _applied(document, operation)
    assert {name: applied.document.get(name) for name in expected} == expected
    assert len(getattr(applied, outcome)) == 1


def test_append_makes_what_is_missing_and_denies_what_differs() -> None:
    assert _applied({}, {"field": "tags['a']", "value": "1"}, append=True).document["tags"] == {"a": "1"}
    assert _applied({"tags": {"a": "2"}}, {"field": "tags['a']", "value": "1"}, append=True).conflicts


def test_a_guessed_place_follows_the_resource() -> None:
    """Of an alias no table knows, the resource at hand shows where it stands; without it, properties is the habit."""
    document = {"type": "Microsoft.Elsewhere/things", "sku": {"name": "a"}}
    field = "Microsoft.Elsewhere/things/sku.name"
    fields = Fields(Aliases())
    details = {"roleDefinitionIds": ROLES, "operations": [_set("addOrReplace", field, "b")]}
    rule = {"if": {"field": "type", "exists": True}, "then": {"effect": "modify", "details": details}}
    policy = Definition.load({"mode": "All", "policyRule": rule}, fields, name="test").bind({})
    resource = EvaluatedResource(document)
    assert apply(resource, policy.changes_for(resource)).document["sku"] == {"name": "b"}


def test_the_identity_of_machines_alone_is_changed() -> None:
    """Azure puts such a policy aside for any other type, so an account neither gets an identity by it nor fails it."""
    details = {"roleDefinitionIds": ROLES, "operations": [_set("addOrReplace", "identity.type", "SystemAssigned")]}
    rule = {"if": {"field": "identity.type", "exists": False}, "then": {"effect": "modify", "details": details}}
    policy = Definition.load({"mode": "All", "policyRule": rule}, Fields(from_rows(rows()))).bind({})
    account, machine = EvaluatedResource({"type": A}), EvaluatedResource({"type": "Microsoft.Compute/virtualMachines"})
    assert policy.evaluate(account).outcome is RuleOutcome.NOT_APPLICABLE
    assert policy.evaluate(machine).outcome is RuleOutcome.VIOLATION
    assert [found for found, _ in Index([policy]).effects(machine)] == [policy]
    assert not list(Index([policy]).effects(account))
