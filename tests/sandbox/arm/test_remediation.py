"""A remediation mends what was there before the policy; one that only says so would leave keys on."""

from typing import Any

import pytest

from modelyard.sandbox import seed_data

KEYS_OFF = "14de9e63-1b31-492e-a5a3-c3f7fd57f555"
DEPLOY_LOGS = "55d1f543-d1b0-4811-9663-d6d0dbc6326d"
CONTRIBUTOR = "25fbc0a9-bd7c-42a3-aa1a-3b75d497ee68"
CONDITION = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}


@pytest.fixture
def account(pipeline: Any) -> str:
    """An account with keys, made before any policy."""
    made: str = pipeline.account(pipeline.group())
    return made


def remediate(pipeline: Any, assigned: str, name: str = "mend", scope: str = "", **properties: Any) -> Any:
    where = f"{scope or pipeline.subscription}/providers/Microsoft.PolicyInsights/remediations/{name}"
    return pipeline("PUT", where, {"properties": {"policyAssignmentId": assigned, **properties}})


def allow(pipeline: Any, assigned: str, scope: str | None = None, principal: str = "") -> None:
    """Give the assignment's identity the role that its definition asks for."""
    principal = principal or pipeline("GET", assigned).json()["identity"]["principalId"]
    role = f"/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"
    at = scope or pipeline.subscription
    where = f"{at}/providers/Microsoft.Authorization/roleAssignments/{seed_data.object_id('mend')}"
    given = {"principalId": principal, "roleDefinitionId": role, "principalType": "ServicePrincipal"}
    assert pipeline("PUT", where, {"properties": given}).status_code == 201


def counted(reply: Any) -> tuple[int, int, int]:
    status = reply.json()["properties"]["deploymentStatus"]
    return status["totalDeployments"], status["successfulDeployments"], status["failedDeployments"]


def test_what_was_there_before_is_changed(pipeline, account):
    assigned = pipeline.assign(KEYS_OFF, identity=True)
    allow(pipeline, assigned)
    assert {one["complianceState"] for one in pipeline.states()} == {"NonCompliant"}
    done = remediate(pipeline, assigned)
    assert done.status_code == 201
    assert done.json()["properties"]["provisioningState"] == "Succeeded"
    assert counted(done) == (1, 1, 0)
    assert pipeline("GET", account).json()["properties"]["disableLocalAuth"] is True
    assert {one["complianceState"] for one in pipeline.states()} == {"Compliant"}
    again = remediate(pipeline, assigned)
    assert (again.status_code, counted(again)) == (200, (0, 0, 0)), "a second one finds nothing to do"


def test_the_identity_needs_its_role(pipeline, account):
    """The commonest way in which a remediation fails in Azure: nobody gave the identity a role."""
    assigned = pipeline.assign(KEYS_OFF, identity=True)
    done = remediate(pipeline, assigned).json()["properties"]
    assert done["provisioningState"] == "Failed"
    assert "AuthorizationFailed" in done["statusMessage"]
    assert "disableLocalAuth" not in pipeline("GET", account).json()["properties"]


def test_an_identity_that_was_there_before_mends_too(pipeline, account, assignment_body):
    mender = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mender"
    assigned = f"{pipeline.subscription}/providers/Microsoft.Authorization/policyAssignments/ruled"
    managed = {"type": "UserAssigned", "userAssignedIdentities": {mender: {}}}
    made = pipeline("PUT", assigned, {**assignment_body(KEYS_OFF, identity=True), "identity": managed})
    assert counted(remediate(pipeline, assigned)) == (1, 0, 1), "nobody has given it a role yet"
    allow(pipeline, assigned, principal=made.json()["identity"]["userAssignedIdentities"][mender]["principalId"])
    assert counted(remediate(pipeline, assigned)) == (1, 1, 0)


def test_only_what_is_meant(pipeline, account):
    other = pipeline.account(pipeline.group("rg-other"), "other")
    assigned = pipeline.assign(KEYS_OFF, identity=True)
    allow(pipeline, assigned)
    group = other.partition("/providers/")[0]
    assert counted(remediate(pipeline, assigned, filters={"locations": ["westus"]})) == (0, 0, 0)
    assert counted(remediate(pipeline, assigned, "one", scope=group)) == (1, 1, 0)
    assert "disableLocalAuth" not in pipeline("GET", account).json()["properties"]
    assert counted(remediate(pipeline, assigned, "two", filters={"resourceIds": [account]})) == (1, 1, 0)


def test_from_a_management_group_it_reaches_what_is_below(pipeline, azure, account, refused):
    """The assignment, its identity's role and the remediation stand above; whoever has rights below has none there."""
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    assigned = pipeline.assign(KEYS_OFF, identity=True, scope=root)
    allow(pipeline, assigned, root)
    refused(remediate(pipeline.as_("developer"), assigned, scope=root), "forbidden")
    assert counted(remediate(pipeline, assigned, scope=root)) == (1, 1, 0)
    assert pipeline("GET", account).json()["properties"]["disableLocalAuth"] is True


def test_templates_are_not_run_and_that_is_said(pipeline, account):
    assigned = pipeline.assign(DEPLOY_LOGS, "deploy", identity=True, parameters={"logAnalytics": "/subscriptions/x"})
    allow(pipeline, assigned)
    done = remediate(pipeline, assigned).json()["properties"]
    assert done["provisioningState"] == "Failed"
    assert "runs no deployment templates" in done["statusMessage"]


def test_kept_listed_and_deleted(pipeline, account, refused):
    assigned = pipeline.assign(KEYS_OFF, identity=True)
    made = remediate(pipeline, assigned).json()
    where = f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/remediations"
    assert pipeline("GET", f"{where}/mend").json() == made
    assert [one["name"] for one in pipeline("GET", where).json()["value"]] == ["mend"]
    assert pipeline("DELETE", f"{where}/mend").status_code == 200
    assert pipeline("DELETE", f"{where}/mend").status_code == 204
    refused(pipeline("GET", f"{where}/mend"), "remediation-not-found")


def test_an_assignment_is_needed(pipeline, refused):
    refused(remediate(pipeline, "/subscriptions/x"), "bad-remediation")
