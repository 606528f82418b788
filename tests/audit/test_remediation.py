"""Where a remediation stands: at its assignment's scope, under a name that no other stack has there."""

import pytest

from modelyard.audit.remediation import Task

ASSIGNMENTS = "providers/Microsoft.Authorization/policyAssignments"
REMEDIATIONS = "providers/Microsoft.PolicyInsights/remediations"


@pytest.mark.parametrize(
    ("scope", "assignment"),
    [
        ("/subscriptions/x/resourceGroups/rg-ai", "keys-off"),
        ("/subscriptions/x", "dev-keys-off"),
        ("/providers/Microsoft.Management/managementGroups/contoso-ai", "dev-keys-off"),
    ],
)
def test_a_task_stands_where_its_assignment_does(scope: str, assignment: str) -> None:
    """Two stacks with a policy of one name would otherwise replace each other's remediation at a shared scope."""
    task = Task("keys-off", f"{scope}/{ASSIGNMENTS}/{assignment}")
    assert task.url == f"{scope}/{REMEDIATIONS}/modelyard-{assignment}"
    member = Task("keys-off", f"{scope}/{ASSIGNMENTS}/{assignment}", "Keys")
    assert member.url == f"{scope}/{REMEDIATIONS}/modelyard-{assignment}-keys"
