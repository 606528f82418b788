"""Assignments: overrides, initiatives' parameters and messages; what Azure wouldn't take is refused, not guessed at."""

from typing import Any

import pytest
from tests.policy.contoso import a_deployment, an_account, an_assignment, evaluate

from modelyard.catalog.policy_selectors import EFFECTS, replacements
from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_registry import Library, load
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.effects.effect import Effect
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState
from modelyard.policy.failures import AssignmentRefused, DefinitionRefused, ParameterRefused
from modelyard.policy.language.fields import Fields


@pytest.mark.parametrize(
    ("written", "override", "taken"),
    [
        ("audit", "Deny", True),
        ("deny", "disabled", True),
        ("disabled", "deny", True),
        ("audit", "auditIfNotExists", False),
        ("auditIfNotExists", "disabled", True),
        ("auditIfNotExists", "deny", False),
        ("manual", "audit", False),
        ("[parameters('effect')]", "deny", True),
        ("[parameters('effect')]", "audit", False),
    ],
)
def test_an_override_takes_the_place_of_its_kin(strict: Fields, written: str, override: str, taken: bool) -> None:
    """Azure refuses an override that isn't among the allowed values, or that the rule has no details for."""
    details = {"details": {"type": "Microsoft.Insights/diagnosticSettings"}} if written == "auditIfNotExists" else {}
    rule = {"if": {"field": "kind", "exists": True}, "then": {"effect": written, **details}}
    parameters = {"effect": {"type": "String", "allowedValues": ["Deny", "Disabled"], "defaultValue": "Deny"}}
    library = load([("kinds", {"mode": "All", "parameters": parameters, "policyRule": rule})], strict)
    assignment = Assignment.load(
        an_assignment(definition="kinds", overrides=[{"kind": "policyEffect", "value": override}])
    )
    if taken:
        assert assignment.bind(library)
    else:
        with pytest.raises(DefinitionRefused) as refused:
            assignment.bind(library)
        assert refused.value.place == "policyRule.then.effect"


def test_every_effect_is_known_in_both_rooms() -> None:
    """What a stack file takes for an effect is what the evaluator does."""
    assert set(EFFECTS) == {str(effect) for effect in Effect}
    assert {effect for effect in Effect if replacements(effect) == EFFECTS} == {Effect.DISABLED}


def test_more_overrides_than_azure_takes() -> None:
    overrides = [{"kind": "policyEffect", "value": "Audit"}] * 11
    with pytest.raises(AssignmentRefused) as refused:
        Assignment.load(an_assignment(overrides=overrides))
    assert (refused.value.where, refused.value.allowed) == ("keyless: properties.overrides", "10")


def test_overrides(library: Library) -> None:
    """The effect that counts is the override's, where it means the resource."""
    override = {
        "kind": "policyEffect",
        "value": "Audit",
        "selectors": [{"kind": "resourceLocation", "in": ["swedencentral"]}],
    }
    (found,) = evaluate(library, an_account(), an_assignment(overrides=[override]))
    assert found.result is not None
    assert found.result.effect_as_written == "Audit"
    override["selectors"] = [{"kind": "resourceLocation", "notIn": ["swedencentral"]}]
    (found,) = evaluate(library, an_account(), an_assignment(overrides=[override]))
    assert found.result is not None
    assert found.result.effect_as_written == "Deny"


def test_initiatives_hand_parameters_down(with_initiative: Library) -> None:
    assignment = an_assignment(definition="house", parameters={"skus": {"value": ["GlobalStandard"]}})
    states = {each.bound.reference: each.state for each in evaluate(with_initiative, a_deployment(), assignment)}
    assert states == {"skus": ComplianceState.COMPLIANT, "pinned": ComplianceState.NON_COMPLIANT}
    states = {
        each.bound.reference: each.state
        for each in evaluate(with_initiative, a_deployment(), an_assignment(definition="house"))
    }
    assert states == {"skus": ComplianceState.NON_COMPLIANT, "pinned": ComplianceState.NON_COMPLIANT}


def test_overrides_and_messages_by_reference(with_initiative: Library) -> None:
    assignment = an_assignment(
        definition="house",
        overrides=[
            {"kind": "policyEffect", "value": "disabled",
             "selectors": [{"kind": "policyDefinitionReferenceId", "in": ["PINNED"]}]},
        ],
        nonComplianceMessages=[
            {"message": "Ask the platform team."},
            {"message": "Deploy with a SKU that stays in the region.", "policyDefinitionReferenceId": "skus"},
        ],
    )  # fmt: skip
    (found,) = evaluate(with_initiative, a_deployment(), assignment)
    assert found.bound.reference == "skus"
    assert found.message == "Deploy with a SKU that stays in the region."
    assert found.bound.assignment.message("pinned") == "Ask the platform team."


@pytest.mark.parametrize(
    ("change", "failure"),
    [
        ({"policyDefinitionId": None}, AssignmentRefused),
        ({"policyDefinitionId": "/nowhere/to/be/found"}, AssignmentRefused),
        ({"overrides": [{"kind": "policyVersion", "value": "2.0.0"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "policyEffect", "value": "forbid"}]}, DefinitionRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "colour", "in": ["red"]}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType"}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": "accounts"}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": ["resourceType"]}]}, AssignmentRefused),
        ({"resourceSelectors": {"selectors": []}}, AssignmentRefused),
        ({"overrides": [None]}, AssignmentRefused),
        ({"notScopes": "/subscriptions/one"}, AssignmentRefused),
        ({"nonComplianceMessages": ["no"]}, AssignmentRefused),
        ({"enforcementMode": "Sometimes"}, AssignmentRefused),
        ({"notScope": []}, AssignmentRefused),
        ({"definitionVersion": "2.*.*"}, AssignmentRefused),
        ({"overrides": [{"kind": "definitionVersion", "value": "2.0.*"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "colour", "value": "red"}]}, AssignmentRefused),
        ({"overrides": [{"kind": "policyEffect", "value": "modify"}]}, DefinitionRefused),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceRolloutPercentage", "in": []}]}]}, AssignmentRefused),
        (
            {"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": [], "progress": 5}]}]},
            AssignmentRefused,
        ),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": []}] * 2}]}, AssignmentRefused),
        (
            {
                "resourceSelectors": [
                    {
                        "selectors": [
                            {"kind": "resourceLocation", "in": []},
                            {"kind": "resourceWithoutLocation", "in": []},
                        ]
                    }
                ]
            },
            AssignmentRefused,
        ),
        ({"resourceSelectors": [{"selectors": [{"kind": "resourceType", "in": ["a"] * 51}]}]}, AssignmentRefused),
        ({"resourceSelectors": [{"selectors": []}] * 11}, AssignmentRefused),
        ({"parameters": {"effect": {"value": "deny"}}}, ParameterRefused),
        ({"parameters": {"colour": {"value": "red"}}}, ParameterRefused),
    ],
)
def test_assignments_gone_wrong(library: Library, change: dict[str, Any], failure: type[Exception]) -> None:
    with pytest.raises(failure):
        Assigned([Assignment.load(an_assignment(**change))], library)


@pytest.mark.parametrize(
    "rows",
    [
        None,
        [{}],
        [{"policyDefinitionId": "a", "policyDefinitionReferenceId": "r"}] * 2,
        [{"policyDefinitionId": "a", "policyDefinitionReferenceId": each} for each in ("r", "R")],
        [{"policyDefinitionId": "a", "parameter": {}}],
        [{"policyDefinitionId": "a", "groupNames": "one"}],
    ],
)
def test_initiatives_gone_wrong(rows: Any) -> None:
    with pytest.raises(DefinitionRefused):
        Initiative.load({"name": "odd", "properties": {"policyDefinitions": rows}})


def test_members_without_a_reference_id_get_one() -> None:
    """Azure makes one up too, so a definition may be in an initiative twice."""
    ids = ["/providers/Microsoft.Authorization/policyDefinitions/a"] * 3
    rows: list[dict[str, Any]] = [{"policyDefinitionId": each} for each in ids]
    rows[1]["policyDefinitionReferenceId"] = "A-2"
    members = Initiative.load({"name": "twice", "properties": {"policyDefinitions": rows}}).members
    assert [member.reference for member in members] == ["a", "A-2", "a-3"]
    rows[0]["policyDefinitionReferenceId"] = "a-2"
    with pytest.raises(DefinitionRefused, match="used twice"):
        Initiative.load({"name": "twice", "properties": {"policyDefinitions": rows}})
