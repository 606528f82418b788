"""The texts people read when something can't be used: what, where, what is allowed, what to do."""

from pathlib import Path

import pytest
from inline_snapshot import snapshot

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition import Definition
from modelyard.policy.failures import PolicyFailure
from modelyard.policy.language.fields import Fields
from modelyard.policy.testing.runner import check


def test_a_refused_definition(strict: Fields) -> None:
    rule = {"if": {"not": {"field": "kind", "equal": "OpenAI"}}, "then": {"effect": "deny"}}
    with pytest.raises(PolicyFailure) as refused:
        Definition.load({"properties": {"mode": "All", "policyRule": rule}}, strict, name="kinds.json")
    assert str(refused.value).splitlines()[:2] == snapshot(
        [
            "'equal' is no condition of the policy language [policy.definition-refused]",
            "  where:   kinds.json: policyRule.if.not.equal",
        ]
    )
    assert "notMatchInsensitively" in refused.value.allowed, "all conditions there are, to choose from"


def test_a_field_that_is_no_alias(strict: Fields) -> None:
    rule = {"if": {"field": "properties.disableLocalAuth", "equals": True}, "then": {"effect": "deny"}}
    with pytest.raises(PolicyFailure) as refused:
        Definition.load({"properties": {"mode": "All", "policyRule": rule}}, strict, name="keys.json")
    what, where, allowed, remedy = str(refused.value).splitlines()
    assert (what, where, remedy) == snapshot(
        (
            "'properties.disableLocalAuth' is neither a field nor an alias [policy.definition-refused]",
            "  where:   keys.json: policyRule.if.field",
            "  do:      look the alias up: az provider show --expand resourceTypes/aliases --namespace <namespace>",
        )
    )
    assert allowed.endswith("or an alias such as Namespace/type/property")


def test_a_refused_parameter(strict: Fields) -> None:
    parameters = {"effect": {"type": "String", "allowedValues": ["Audit", "Deny"]}}
    rule = {"if": {"field": "kind", "exists": True}, "then": {"effect": "[parameters('effect')]"}}
    body = {"mode": "All", "parameters": parameters, "policyRule": rule}
    definition = Definition.load({"properties": body}, strict, name="kinds.json")
    with pytest.raises(PolicyFailure) as refused:
        definition.bind({"effect": "deny"})
    assert str(refused.value) == snapshot(
        """\
'deny' is not among the allowed values [policy.parameter-refused]
  where:   kinds.json: parameters.effect
  allowed: Audit, Deny\
"""
    )


def test_a_refused_assignment() -> None:
    with pytest.raises(PolicyFailure) as refused:
        Assignment.load({"name": "keyless", "properties": {"policyDefinitionId": "x", "enforcementMode": "Sometimes"}})
    assert str(refused.value) == snapshot(
        """\
'Sometimes' is no mode [policy.assignment-refused]
  where:   keyless: properties.enforcementMode
  allowed: Default, DoNotEnforce, Enroll\
"""
    )


def test_a_file_without_cases(tmp_path: Path) -> None:
    path = tmp_path / "cases.yaml"
    path.write_text("case: []")
    with pytest.raises(PolicyFailure) as refused:
        check(path)
    assert str(refused.value).replace(str(tmp_path), "") == snapshot(
        """\
The file has no list of cases [policy.cases-unreadable]
  where:   /cases.yaml
  allowed: a mapping with the key 'cases'\
"""
    )
