"""An assignment in mode Enroll judges all that it covers and enforces on what is enrolled, and nowhere else."""

from typing import Any

import pytest
from tests.policy.contoso import GROUP, NOW, SUBSCRIPTION, admit_enrolled, an_account, an_assignment, evaluate

from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.enrollment import Enrollment
from modelyard.policy.evaluation.compliance import ComplianceState
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled
from modelyard.policy.failures import AssignmentRefused

KEYLESS = f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/keyless"
IN_SWEDEN = [{"name": "here", "selectors": [{"kind": "resourceLocation", "in": ["swedencentral"]}]}]
ELSEWHERE = [{"name": "there", "selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]
OF_SOMEBODY = [{"name": "who", "selectors": [{"kind": "userPrincipalId", "in": ["1"]}]}]


def written(scope: str = GROUP, **properties: Any) -> dict[str, Any]:
    kind = "Microsoft.Authorization/policyEnrollments"
    return {
        "id": f"{scope}/providers/{kind}/wave-one",
        "name": "wave-one",
        "type": kind,
        "properties": {"policyAssignmentId": KEYLESS, **properties},
    }


@pytest.mark.parametrize(
    ("enrollment", "state", "enforced"),
    [
        (None, ComplianceState.NON_COMPLIANT, False),
        (written(), ComplianceState.NON_COMPLIANT, True),
        (written(SUBSCRIPTION), ComplianceState.NON_COMPLIANT, True),
        (written(f"{GROUP}-other"), ComplianceState.NON_COMPLIANT, False),
        (written(policyAssignmentId=f"{KEYLESS}-2"), ComplianceState.NON_COMPLIANT, False),
        (written(policyDefinitionReferenceIds=["skus"]), ComplianceState.NON_COMPLIANT, False),
        (written(resourceSelectors=IN_SWEDEN), ComplianceState.NON_COMPLIANT, True),
        (written(resourceSelectors=ELSEWHERE), ComplianceState.NON_COMPLIANT, False),
        (written(resourceSelectors=OF_SOMEBODY), ComplianceState.UNDECIDED, False),
    ],
)
def test_what_is_enrolled_is_enforced(
    library: Library, enrollment: dict[str, Any] | None, state: ComplianceState, enforced: bool
) -> None:
    """What isn't enrolled has a compliance record all the same (Microsoft docs, enrollment-structure)."""
    enrollments = [Enrollment.load(enrollment)] if enrollment else []
    (found,) = evaluate(library, an_account(), an_assignment(enforcementMode="Enroll"), enrollments=enrollments)
    assert (found.state, found.enforced) == (state, enforced)


def test_a_deny_stops_what_is_enrolled_alone(library: Library) -> None:
    mode: dict[str, Any] = {"enforcementMode": "enroll", "parameters": {"effect": {"value": "Deny"}}}
    assert admit_enrolled(library, an_account(), [], an_assignment(**mode)).denied == ()
    enrolled = admit_enrolled(library, an_account(), [Enrollment.load(written())], an_assignment(**mode))
    assert [each.bound.assignment.name for each in enrolled.denied] == ["keyless"]


def test_an_enrollment_means_nothing_to_an_assignment_in_another_mode(library: Library) -> None:
    for mode, enforced in (("Default", True), ("DoNotEnforce", False)):
        given = an_assignment(enforcementMode=mode)
        (found,) = evaluate(library, an_account(), given, enrollments=[Enrollment.load(written())])
        assert found.enforced is enforced, mode


def test_what_was_pulled_keeps_enrollments() -> None:
    """A file of a scope that has none stays as it was before there were any."""
    for documents in ([written()], []):
        pulled = Pulled(SUBSCRIPTION, "azure", NOW, Rulebook.of(documents, "azure"))
        text = pulled.to_json()
        assert ("enrollments" in text) is bool(documents)
        assert list(Pulled.from_json(text, "file").book.enrollments.values()) == documents


@pytest.mark.parametrize("change", [{"policyAssignmentId": None}, {"expiresOn": "2027"}, {"resourceSelectors": 1}])
def test_enrollments_gone_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(AssignmentRefused):
        Enrollment.load(written(**change))
