"""Selectors let a policy out in waves: whom they don't mean isn't ruled, and what isn't known is said to be open."""

from dataclasses import replace
from typing import Any

from tests.policy.contoso import CONTEXT, an_account, an_assignment, an_exemption, evaluate

from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN


def test_selectors(library: Library) -> None:
    def found(resource: EvaluatedResource, *selectors: dict[str, Any]) -> tuple[PolicyState, ...]:
        groups = [{"name": "wave", "selectors": list(selectors)}]
        return evaluate(library, resource, an_assignment(resourceSelectors=groups))

    here = {"kind": "resourceLocation", "in": ["Sweden Central"]}
    assert found(an_account(), here)
    assert not found(an_account(), {"kind": "resourceLocation", "in": ["westus"]})
    assert found(an_account(), here, {"kind": "resourceType", "in": ["microsoft.cognitiveservices/accounts"]})
    assert not found(an_account(), here, {"kind": "resourceType", "notIn": ["Microsoft.CognitiveServices/accounts"]})
    hidden = EvaluatedResource({**an_account().document, "location": UNKNOWN}, CONTEXT)
    (open_,) = found(hidden, here)
    assert (open_.state, open_.waits_for, open_.result) == (ComplianceState.UNDECIDED, ("location",), None)


def test_selectors_of_who_asks(library: Library) -> None:
    """Azure knows the caller of a request; an audit of what is there doesn't, and must not pass it over."""
    groups = [
        {"name": "wave", "selectors": [{"kind": "groupPrincipalId", "in": ["2473279E-C807-550F-A457-34C52B4507F2"]}]}
    ]

    def found(*principals: str) -> tuple[PolicyState, ...]:
        asked = replace(CONTEXT, principals=frozenset(principals))
        return evaluate(
            library, EvaluatedResource(an_account().document, asked), an_assignment(resourceSelectors=groups)
        )

    assert found("2473279e-c807-550f-a457-34c52b4507f2", "me")
    assert not found("me")
    (open_,) = evaluate(library, an_account(), an_assignment(resourceSelectors=groups))
    assert (open_.state, open_.waits_for) == (ComplianceState.UNDECIDED, ("requestContext().identity",))


def test_an_exemption_for_some_callers(library: Library) -> None:
    """It spares their requests; whoever isn't known to be among them is ruled."""
    spared = an_exemption(resourceSelectors=[{"selectors": [{"kind": "userPrincipalId", "in": ["me"]}]}])
    for principals, state in ((frozenset({"me"}), ComplianceState.EXEMPT), (UNKNOWN, ComplianceState.NON_COMPLIANT)):
        asked = EvaluatedResource(an_account().document, replace(CONTEXT, principals=principals))
        assert evaluate(library, asked, an_assignment(), exemptions=[spared])[0].state is state
