"""What a result rests on: the whole tree, and the part that decided."""

from typing import Any

import pytest
from inline_snapshot import snapshot

from modelyard.catalog.market import Market
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import own
from modelyard.policy.documents.policy import RuleOutcome, RuleResult
from modelyard.policy.evaluation.data_plane_resource import deployment
from modelyard.policy.evaluation.policy_index import Index
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN

RULE = {
    "anyOf": [
        {"allOf": [{"field": "kind", "equals": "OpenAI"}, {"field": "location", "in": ["westus"]}]},
        {
            "allOf": [
                {"not": {"field": "tags['team']", "exists": True}},
                {
                    "count": {
                        "field": "properties.rules[*]",
                        "where": {"field": "properties.rules[*].action", "equals": "Allow"},
                    },
                    "greater": 1,
                },
            ]
        },
    ]
}
DOCUMENT: dict[str, Any] = {
    "kind": "AIServices",
    "location": "westus",
    "properties": {"rules": [{"action": "Allow"}, {"action": "Deny"}, {"action": "allow"}]},
}


def _result(fields: Fields, document: dict[str, Any], rule: dict[str, Any] = RULE) -> RuleResult:
    body = {"mode": "All", "policyRule": {"if": rule, "then": {"effect": "audit"}}}
    return Definition.load(body, fields, name="test").bind({}).evaluate(EvaluatedResource(document))


def test_the_whole_tree(fields: Fields) -> None:
    assert list(_result(fields, DOCUMENT).explain().lines()) == snapshot(
        [
            "true     anyOf",
            "  false    allOf",
            "    false    field kind ('AIServices') equals 'OpenAI'",
            "    true     field location ('westus') in ['westus']",
            "  true     allOf",
            "    true     not",
            "      false    field tags['team'] (missing) exists true",
            "    true     count properties.rules[*] (2) greater 1",
            "      true     [0] field properties.rules[*].action ('Allow') equals 'Allow'",
            "      false    [1] field properties.rules[*].action ('Deny') equals 'Allow'",
            "      true     [2] field properties.rules[*].action ('allow') equals 'Allow'",
        ]
    )


def test_what_decided(fields: Fields) -> None:
    """Of the branches that came out otherwise nothing is shown."""
    decided = _result(fields, DOCUMENT).decided_by
    assert [line for line in decided.lines() if "kind" in line] == []
    assert [leaf.place for leaf in decided.leaves()] == [
        "policyRule.if.anyOf[1].allOf[0].not",
        "policyRule.if.anyOf[1].allOf[1]",
    ]


@pytest.mark.parametrize("kind", ["AIServices", "OpenAI", UNKNOWN])
@pytest.mark.parametrize("location", ["westus", "eastus", None])
@pytest.mark.parametrize("tags", [{}, {"team": "x"}])
def test_what_decided_is_a_part_of_the_whole_tree(fields: Fields, kind: Any, location: Any, tags: Any) -> None:
    """Branches that can't have decided aren't looked at, which must not show."""
    result = _result(fields, {**DOCUMENT, "kind": kind, "location": location, "tags": tags})
    assert result.decided_by.document() == result.explain().decisive().document()


def test_what_an_undecided_verdict_rests_on(fields: Fields) -> None:
    result = _result(fields, {**DOCUMENT, "kind": UNKNOWN, "tags": {"team": "x"}})
    assert (result.outcome, result.waits_for) == (RuleOutcome.UNDECIDED, ("kind",))
    assert list(result.decided_by.lines()) == snapshot(
        ["unknown  anyOf", "  unknown  allOf", "    unknown  field kind (not known: kind) equals 'OpenAI'"]
    )


def test_what_a_failed_evaluation_rests_on(fields: Fields) -> None:
    rule = {"allOf": [{"field": "kind", "exists": True}, {"value": "[div(1, 0)]", "equals": 1}]}
    result = _result(fields, DOCUMENT, rule)
    assert (result.outcome, result.reason, result.effect) == (RuleOutcome.FAILED, "div() by zero", "deny")
    assert list(result.decided_by.lines()) == snapshot(
        ["-        allOf", "  -        value [div(1, 0)] (missing) equals 1  error: div() by zero"]
    )


def test_the_index_shows_a_resource_to_policies_of_its_type_only(strict: Fields) -> None:
    """Thousands of resources by hundreds of definitions stay quick because most never meet."""
    library = own(strict)
    names = ("keyless", "account-kind", "pinned-versions")
    index = Index(library.definition("test", f"modelyard/{name}").bind({}) for name in names)
    account = EvaluatedResource(
        {"type": "Microsoft.CognitiveServices/accounts", "kind": "OpenAI", "properties": UNKNOWN}
    )
    assert [policy.definition.name for policy in index.policies_for(account)] == [
        "modelyard/keyless",
        "modelyard/account-kind",
    ]
    found = {policy.definition.name: str(effect) for policy, effect in index.effects(account)}
    assert found == {"modelyard/keyless": "Unknown(properties.disableLocalAuth)", "modelyard/account-kind": "deny"}
    assert not index.policies_for(EvaluatedResource({"type": "Microsoft.Search/searchServices"}))


def test_a_deployment_as_its_data_mode_sees_it(strict: Fields) -> None:
    """The guardrail definitions look at a component that joins the deployment with its content filter."""
    component = "Microsoft.CognitiveServices.Data/accounts/deployments"
    rule = {
        "if": {
            "allOf": [
                {"field": "type", "equals": component},
                {
                    "count": {
                        "field": f"{component}/raiPolicy.contentFilters[*]",
                        "where": {
                            "field": f"{component}/raiPolicy.contentFilters[*].blocking",
                            "equals": "true",
                        },
                    },
                    "equals": 0,
                },
                {"field": f"{component}/model.publisher", "notIn": ["OpenAI"]},
            ]
        },
        "then": {"effect": "audit"},
    }
    definition = Definition.load({"mode": "Microsoft.CognitiveServices.Data", "policyRule": rule}, strict, name="guard")
    policy = definition.bind({})
    filters = {"properties": {"contentFilters": [{"name": "Hate", "blocking": False}]}}
    mistral, gpt = ("Mistral AI", "Mistral-Large-3", "1"), ("OpenAI", "gpt-5.4", "2026-03-05")

    def outcome(format_: str, name: str, version: str, **known: Any) -> RuleOutcome:
        model = {"format": format_, "name": name, "version": version}
        arm = {"id": "/x", "name": "chat", "properties": {"model": model}}
        component = deployment(arm, market=Market.load(), **known)
        return policy.evaluate(EvaluatedResource(component, EvaluationContext())).outcome

    assert outcome(*mistral, rai_policy=filters) is RuleOutcome.VIOLATION
    assert outcome(*gpt, rai_policy=filters) is RuleOutcome.COMPLIANT
    assert outcome("Nobody", "no-model", "1", rai_policy=filters) is RuleOutcome.UNDECIDED, "a publisher nobody knows"
    assert outcome(*mistral, rai_policy=None) is RuleOutcome.VIOLATION
    assert outcome(*mistral) is RuleOutcome.UNDECIDED
