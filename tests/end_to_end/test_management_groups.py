"""Policies above the subscription: declared there, in force below, and gone with the stack."""

from typing import Any

import pytest

pytestmark = pytest.mark.engine

STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:account:
    name: contoso-above
    resourceGroup: rg-contoso-above
    network:
      publicNetworkAccess: Enabled
  modelyard:deployments:
    chat: {{model: gpt-5.4@2026-03-05, sku: {sku}, capacity: 1}}
  modelyard:policies:
    skus:
      definition: team/allowed-deployment-skus
      scope: managementGroups/{group}
      parameters: {{skus: [GlobalStandard]}}
"""


def test_a_policy_at_a_management_group_rules_what_is_below(yard: Any) -> None:
    group = yard.inside["AZURE_TENANT_ID"]  # the root group has the tenant's id for a name
    file = yard.project / "stacks/Pulumi.above.yaml"
    file.write_text(STACK.format(group=group, sku="GlobalStandard"))
    made = yard.modelyard("up", "above", "--no-smoke", "--json").json
    assert made["data"]["changes"]["create"] > 0
    again = yard.modelyard("up", "above", "--no-smoke", "--json").json
    assert again["data"]["changed"] is False, "what is at the group is read back as it was declared"

    said = yard.modelyard("audit", "--scope", "subscription", "--json").json
    (assignment,) = said["data"]["assignments"]
    assert assignment.lower().startswith(f"/providers/microsoft.management/managementgroups/{group}/")

    file.write_text(STACK.format(group=group, sku="DataZoneStandard"))
    found = yard.modelyard("audit", "above", "--json", expect=1).json["rulings"]
    assert [(each["resource_name"], each["standing"]) for each in found] == [("chat", "denied")]
    yard.modelyard("destroy", "above", "--yes")
    assert yard.modelyard("audit", "--scope", "subscription", "--json").json["data"]["assignments"] == []
