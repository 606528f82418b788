"""An exemption spares what it names as long as it says, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from tests.policy.contoso import GROUP, NOW, SUBSCRIPTION, an_account, an_assignment, an_exemption, evaluate

from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.evaluation.compliance import ComplianceState
from modelyard.policy.failures import AssignmentRefused


def test_exemptions(library: Library) -> None:
    def state(*exemptions: Exemption) -> ComplianceState:
        return evaluate(library, an_account(), an_assignment(), exemptions=exemptions)[0].state

    assert state(an_exemption()) is ComplianceState.EXEMPT
    assert state(an_exemption(exemptionCategory="mitigated")) is ComplianceState.EXEMPT
    assert state(an_exemption(f"{GROUP}-other")) is ComplianceState.NON_COMPLIANT
    assert state(an_exemption(policyAssignmentId=f"{SUBSCRIPTION}/other")) is ComplianceState.NON_COMPLIANT
    assert state(an_exemption(policyDefinitionReferenceIds=["skus"])) is ComplianceState.NON_COMPLIANT
    assert (
        state(an_exemption(resourceSelectors=[{"selectors": [{"kind": "resourceLocation", "in": ["x"]}]}]))
        is ComplianceState.NON_COMPLIANT
    )


def test_an_exemption_ends_when_it_says(library: Library) -> None:
    """It is kept for the record and no longer honoured; a forgotten waiver must not hide a violation for ever."""
    until = (NOW + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    since = (NOW - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
    assert (
        evaluate(library, an_account(), an_assignment(), exemptions=[an_exemption(expiresOn=until)])[0].state
        is ComplianceState.EXEMPT
    )
    found = evaluate(library, an_account(), an_assignment(), exemptions=[an_exemption(expiresOn=since)])
    assert found[0].state is ComplianceState.NON_COMPLIANT


@pytest.mark.parametrize(
    "change",
    [
        {"policyAssignmentId": None},
        {"exemptionCategory": "Because"},
        {"expiresOn": "next year"},
        {"policyDefinitionReferenceIds": "one"},
        {"resourceSelectors": ["everything"]},
        {"expiresAt": "2027-01-01T00:00:00Z"},
    ],
)
def test_exemptions_gone_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(AssignmentRefused):
        an_exemption(**change)
