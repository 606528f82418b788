"""States of resources: where assignments reach, who is spared of judgement, and keys that stay."""

from typing import Any

import pytest
from tests.policy.contoso import (
    ACCOUNT,
    CONTEXT,
    GROUP,
    NOW,
    ROOT,
    SUBSCRIPTION,
    a_deployment,
    an_account,
    an_assignment,
    an_exemption,
    evaluate,
)

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_registry import Library, load
from modelyard.policy.evaluation import admission
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN


@pytest.mark.parametrize(
    ("scope", "reached"),
    [
        (SUBSCRIPTION, True),
        (SUBSCRIPTION.upper(), True),
        (GROUP, True),
        (ACCOUNT, True),
        (GROUP + "-other", False),
        ("/subscriptions/99999999-2222-3333-4444-555555555555", False),
        (ROOT, True),
        (ROOT + "-other", False),
    ],
)
def test_scopes(library: Library, scope: str, reached: bool) -> None:
    """An assignment reaches its scope and all below; a name that only begins the same is another scope."""
    found = evaluate(library, an_account(), an_assignment(scope), management_groups=[ROOT.upper()])
    assert bool(found) is reached


OPEN_ACCOUNT = {
    **an_account(disableLocalAuth=False).document,
    "id": f"{SUBSCRIPTION}/resourceGroups/<resourceGroupName>/providers/Microsoft.CognitiveServices/accounts/contoso",
}


@pytest.mark.parametrize(
    ("scope", "more", "exempt", "state"),
    [
        (SUBSCRIPTION, {}, "", ComplianceState.NON_COMPLIANT),
        (GROUP, {}, "", ComplianceState.UNDECIDED),
        (f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/another", {}, "", None),
        ("/subscriptions/99999999-2222-3333-4444-555555555555/resourceGroups/rg", {}, "", None),
        (SUBSCRIPTION, {"notScopes": [GROUP]}, "", ComplianceState.UNDECIDED),
        (SUBSCRIPTION, {"notScopes": ["/subscriptions/*/resourceGroups/managed-*"]}, "", ComplianceState.UNDECIDED),
        (SUBSCRIPTION, {}, GROUP, ComplianceState.UNDECIDED),
        (
            SUBSCRIPTION,
            {},
            f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/another",
            ComplianceState.NON_COMPLIANT,
        ),
    ],
)
def test_whoever_does_not_know_the_group_yet_decides_nothing_that_hangs_on_it(
    library: Library, scope: str, more: dict[str, Any], exempt: str, state: ComplianceState | None
) -> None:
    """A first preview of a program may not know it: a denial at that group must neither be passed over nor made up."""
    exemptions = [an_exemption(exempt)] if exempt else []
    found = evaluate(
        library, EvaluatedResource(OPEN_ACCOUNT, CONTEXT), an_assignment(scope, **more), exemptions=exemptions
    )
    assert [each.state for each in found] == ([state] if state else [])
    assert all(each.waits_for == ("resourceGroupName",) for each in found if each.state is ComplianceState.UNDECIDED)
    complies = EvaluatedResource({**OPEN_ACCOUNT, "properties": {"disableLocalAuth": True}}, CONTEXT)
    fine = evaluate(library, complies, an_assignment(scope, **more), exemptions=exemptions)
    assert all(each.state is ComplianceState.COMPLIANT for each in fine)


def test_excluded_scopes(library: Library) -> None:
    assert not evaluate(library, an_account(), an_assignment(notScopes=[GROUP.lower()]))
    assert evaluate(library, an_account(), an_assignment(notScopes=[f"{GROUP}-other"]))


def test_a_violation_has_a_key_that_stays(library: Library) -> None:
    """Baselines and trends are kept by this key, so it takes no notice of anybody's spelling."""
    (found,) = evaluate(library, an_account(disableLocalAuth=False), an_assignment())
    assert found.state is ComplianceState.NON_COMPLIANT
    assert found.key == (
        f"{SUBSCRIPTION}/providers/microsoft.authorization/policyassignments/keyless",
        "",
        ACCOUNT.lower(),
    )


def test_states(library: Library) -> None:
    def state(resource: EvaluatedResource, **properties: Any) -> ComplianceState:
        return evaluate(library, resource, an_assignment(**properties))[0].state

    assert state(an_account(disableLocalAuth=True)) is ComplianceState.COMPLIANT
    assert state(an_account(disableLocalAuth=False)) is ComplianceState.NON_COMPLIANT
    assert state(an_account(disableLocalAuth=UNKNOWN)) is ComplianceState.UNDECIDED


def test_policies_that_do_not_apply_are_not_listed(library: Library) -> None:
    """A report of a thousand not-applicable rows hides the one that matters."""
    assert not evaluate(library, an_account(), an_assignment(parameters={"effect": {"value": "Disabled"}}))
    assert not evaluate(library, a_deployment(), an_assignment())


@pytest.mark.parametrize(
    ("details", "state"),
    [
        ({}, ComplianceState.UNKNOWN),
        ({"details": {}}, ComplianceState.UNKNOWN),
        ({"details": {"defaultState": "Unknown"}}, ComplianceState.UNKNOWN),
        ({"details": {"defaultState": "compliant"}}, ComplianceState.COMPLIANT),
        ({"details": {"defaultState": "NonCompliant"}}, ComplianceState.NON_COMPLIANT),
        ({"details": {"defaultState": "Non-compliant"}}, ComplianceState.NON_COMPLIANT),
        ({"details": {"defaultState": "[parameters('state')]"}}, ComplianceState.COMPLIANT),
    ],
)
def test_what_nobody_attested_has_the_state_the_definition_gives_it(
    strict: Fields, details: dict[str, Any], state: ComplianceState
) -> None:
    body = {
        "mode": "All",
        "parameters": {"state": {"type": "String", "defaultValue": "Compliant"}},
        "policyRule": {"if": {"field": "kind", "equals": "AIServices"}, "then": {"effect": "manual", **details}},
    }
    assigned = Assigned([Assignment.load(an_assignment(definition="attest"))], load([("attest", body)], strict))
    assert [each.state for each in assigned.evaluate(an_account(), NOW)] == [state]
    assert not admission.write(assigned, an_account(), NOW).denied
