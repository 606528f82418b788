"""An audit that found nothing is worth what it knew: no policy, or none for these resources, mustn't look harmless."""

from typing import Any

import pytest

from modelyard.arm.resource_types import rows
from modelyard.audit import assignment_coverage
from modelyard.audit.audited_resource import Subject
from modelyard.policy.documents import definition_registry
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields

KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
HERE, ELSEWHERE = "/subscriptions/here", "/subscriptions/elsewhere"
ACCOUNT = Subject(
    {"id": f"{HERE}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/a", "type": "x"}, "account"
)


def book(source: str, *scopes: str) -> Rulebook:
    kind = "Microsoft.Authorization/policyAssignments"
    documents = [
        {"id": f"{scope}/providers/{kind}/{number}", "type": kind, "properties": {"policyDefinitionId": KEYLESS}}
        for number, scope in enumerate(scopes)
    ]
    return Rulebook.of(documents, source)


def known(rulebook: Rulebook, *subjects: Subject) -> tuple[assignment_coverage.AssignmentCoverage, ...]:
    fields = Fields(aliases.from_rows(rows()))
    assigned, refused = rulebook.put_to_work(definition_registry.standard(fields), fields)
    assert refused == ()
    return assignment_coverage.known(assigned.bound, rulebook, subjects)


@pytest.mark.parametrize(
    ("scopes", "says", "codes"),
    [
        ((), [], ["audit.no-policies"]),
        ((HERE,), ["1 in azure"], []),
        ((ELSEWHERE,), ["1 in azure, which applies to none of these resources"], ["audit.nothing-reached"]),
        ((HERE, ELSEWHERE, ELSEWHERE), ["3 in azure, 2 of which apply to none of these resources"], []),
        (
            (ELSEWHERE, ELSEWHERE),
            ["2 in azure, all of which apply to none of these resources"],
            ["audit.nothing-reached"],
        ),
    ],
)
def test_what_was_known_is_told(scopes: tuple[str, ...], says: list[str], codes: list[str]) -> None:
    found = known(book("azure", *scopes), ACCOUNT)
    assert [str(each) for each in found] == says
    told = assignment_coverage.findings(found, [ACCOUNT])
    assert [each.code for each in told] == codes
    assert all(each.remedy for each in told)


def test_an_assignment_of_several_sources_counts_with_each() -> None:
    found = known(book("stack dev", HERE) | book("azure", HERE, ELSEWHERE), ACCOUNT)
    data: dict[str, Any] = {name: dict(counts) for name, counts in assignment_coverage.as_data(found).items()}
    assert data == {"azure": {"assignments": 2, "reaching": 1}, "stack dev": {"assignments": 1, "reaching": 1}}


def test_where_nothing_is_looked_at_nothing_can_be_reached() -> None:
    assert assignment_coverage.findings(known(book("azure", HERE)), []) == ()


def test_definitions_that_nothing_assigns_are_named() -> None:
    """Whoever names a folder of definitions believes that they were evaluated by."""
    at = f"{HERE}/providers/Microsoft.Authorization"
    rule = {"if": {"field": "location", "equals": "eastus"}, "then": {"effect": "audit"}}
    definitions = [
        {"id": f"{at}/policyDefinitions/{name}", "type": "Microsoft.Authorization/policyDefinitions", "name": name,
         "properties": {"mode": "All", "policyRule": rule}}
        for name in ("Used", "idle")
    ]  # fmt: skip
    kind = "Microsoft.Authorization/policyAssignments"
    to = {"policyDefinitionId": f"{at}/policyDefinitions/used"}
    given = Rulebook.of([*definitions, {"id": f"{at}/policyAssignments/a", "type": kind, "properties": to}], "file")
    fields = Fields(aliases.from_rows(rows()))
    assigned, _ = given.put_to_work(definition_registry.standard(fields), fields)
    assert assignment_coverage.idle(given, assigned.bound) == ("idle",)
