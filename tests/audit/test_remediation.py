"""Where a remediation stands: at its assignment's scope, under a name that no other stack has; and what it asks."""

from dataclasses import replace
from typing import Any

import pytest

from modelyard.audit.remediation import Task, run
from modelyard.azure.target import NotSignedIn
from modelyard.failures import Failure

from .conftest import Cloud, Nobody, Principal

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


@pytest.mark.parametrize("at", ["subscription", "root"])
def test_a_remediation_right_after_its_assignment_finds_what_does_not_comply(cloud: Cloud, at: str) -> None:
    """Azure's last look was before the policy was there; below a management group it can't be asked to look anew."""
    scope = getattr(cloud, at)
    details = {
        "roleDefinitionIds": [
            "/providers/Microsoft.Authorization/roleDefinitions/b24988ac-6180-42a0-ab88-20f7382dd24c"
        ],
        "operations": [{"operation": "add", "field": "tags['owner']", "value": "platform"}],
    }
    rule = {"if": {"field": "tags.owner", "exists": False}, "then": {"effect": "modify", "details": details}}
    definition = cloud.put(
        f"{scope}/providers/Microsoft.Authorization/policyDefinitions/owned",
        {"properties": {"mode": "Indexed", "policyRule": rule}},
    )
    assignment = cloud.put(
        f"{scope}/{ASSIGNMENTS}/owned",
        {
            "location": "swedencentral",
            "identity": {"type": "SystemAssigned"},
            "properties": {"policyDefinitionId": definition},
        },
    )
    task = Task("owned", assignment)
    assert run(task, cloud.target).succeeded
    asked = got(cloud, task.url)["properties"]
    assert asked["resourceCount"] == 50_000
    assert asked["resourceDiscoveryMode"] == (
        "ReEvaluateCompliance" if at == "subscription" else "ExistingNonCompliant"
    )


def test_who_is_not_signed_in_and_what_cannot_be_reached_is_told_in_one_line(cloud: Cloud) -> None:
    task = Task("keys-off", f"{cloud.subscription}/{ASSIGNMENTS}/keys-off")
    with pytest.raises(NotSignedIn, match="nobody is signed in") as refused:
        run(task, replace(cloud.target, credential=Nobody))
    assert "long story" not in str(refused.value)
    assert "az login" in refused.value.remedy
    nowhere = replace(cloud.target, transport=replace(cloud.target.transport, proxy="http://127.0.0.1:9"))
    with pytest.raises(Failure, match="keys-off: ", check=lambda failure: failure.code == "audit.remediation-refused"):
        run(task, nowhere)


def got(cloud: Cloud, path: str) -> Any:
    token = Principal(cloud.running).get_token("https://management.azure.com/.default").token
    with cloud.target.transport.client() as http:
        return http.get(
            f"https://management.azure.com{path}?api-version=2021-10-01", headers={"Authorization": f"Bearer {token}"}
        ).json()
