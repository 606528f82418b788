"""Microsoft's own client for policies, unmodified, through the proxy: it judges shapes and statuses."""

from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.server import Running

policy = pytest.importorskip("azure.mgmt.resource.policy", reason="azure-mgmt-resource-policy is not installed")

KEYLESS = "71ef260a-8f18-47b7-abcb-62d0673d94dc"
GUARDRAILS = "5207647b-3e83-4e28-b836-c382cb5e2a2e"
RULE = {
    "if": {
        "allOf": [
            {"field": "type", "equals": "Microsoft.Resources/subscriptions/resourceGroups"},
            {"field": "location", "notEquals": "swedencentral"},
        ]
    },
    "then": {"effect": "[parameters('effect')]"},
}
EFFECT = {"type": "String", "allowedValues": ["Audit", "Deny"], "defaultValue": "Audit"}


class Pipeline:
    """A credential of the pipeline's, made in the sandbox's directory."""

    def __init__(self, running: Running) -> None:
        self._running = running

    def get_token(self, *scopes: str, **_: object) -> AccessToken:
        azure = self._running.azure
        audience = scopes[0].removesuffix("/.default")
        token = self._running.do(lambda: tokens.issue(azure, seed_data.object_id("pipeline"), audience))
        return AccessToken(token, int(azure.clock.now().timestamp()) + 3600)


@pytest.fixture
def policies(running: Running) -> Iterator[Any]:
    options = {
        "proxies": {"https": running.proxy},
        "connection_verify": str(running.ca_file),
        "use_env_settings": False,
        "retry_total": 0,
    }
    with policy.PolicyClient(Pipeline(running), running.azure.subscription_id, **options) as client:
        yield client


@pytest.fixture
def put(running: Running, client: httpx2.Client) -> Any:
    """Make a resource group, as any client of ARM's would."""
    token = Pipeline(running).get_token("https://management.azure.com/.default").token

    def made(name: str, location: str) -> httpx2.Response:
        path = f"/subscriptions/{running.azure.subscription_id}/resourceGroups/{name}?api-version=2024-03-01"
        headers = {"Authorization": f"Bearer {token}"}
        return client.put(f"https://management.azure.com{path}", json={"location": location}, headers=headers)

    return made


def test_definitions_initiatives_and_assignments(policies, put, running):
    scope = f"/subscriptions/{running.azure.subscription_id}"
    written = {"mode": "All", "displayName": "Home", "parameters": {"effect": EFFECT}, "policyRule": RULE}
    definition = policies.policy_definitions.create_or_update("home", {"properties": written})
    assert definition.properties.policy_type == "Custom"
    assert definition.system_data.created_by
    member = {
        "policyDefinitionId": definition.id,
        "policyDefinitionReferenceId": "home",
        "parameters": {"effect": {"value": "Deny"}},
    }
    wanted = {"properties": {"policyDefinitions": [member]}}
    initiative = policies.policy_set_definitions.create_or_update("guard", wanted)
    messages = [{"message": "Ask the platform team."}]
    assigned = policies.policy_assignments.create(
        scope, "guarded", {"properties": {"policyDefinitionId": initiative.id, "nonComplianceMessages": messages}}
    )
    assert assigned.properties.scope == scope

    denied = put("rg-us", "eastus")
    assert denied.status_code == 403
    error = denied.json()["error"]
    assert error["code"] == "RequestDisallowedByPolicy"
    assert error["additionalInfo"][0]["info"]["policyDefinitionReferenceId"] == "home"
    assert "Ask the platform team." in error["message"]
    assert put("rg-se", "swedencentral").status_code == 201

    assert [one.name for one in policies.policy_assignments.list()] == ["guarded"]
    assert [one.name for one in policies.policy_assignments.list_for_resource_group("rg-se")] == ["guarded"]
    overrides = [{"kind": "policyEffect", "value": "Audit"}]
    patched = policies.policy_assignments.update(scope, "guarded", {"properties": {"overrides": overrides}})
    assert patched.properties.overrides[0].value == "Audit"
    assert put("rg-us", "eastus").status_code == 201

    with pytest.raises(HttpResponseError) as kept:
        policies.policy_definitions.delete("home")
    assert kept.value.error
    assert kept.value.error.code == "InvalidDeletePolicyDefinitionRequest"
    policies.policy_assignments.delete(scope, "guarded")
    policies.policy_set_definitions.delete("guard")
    policies.policy_definitions.delete("home")
    with pytest.raises(ResourceNotFoundError):
        policies.policy_definitions.get("home")


def test_azures_own(policies):
    built_in = policies.policy_definitions.get_built_in(KEYLESS).properties
    assert built_in.parameters["effect"].allowed_values == ["Audit", "Deny", "Disabled"]
    assert KEYLESS in {one.name for one in policies.policy_definitions.list_built_in()}
    assert len(policies.policy_set_definitions.get_built_in(GUARDRAILS).properties.policy_definitions) == 12
