"""Policies above the subscription: declared there, in force below, and gone with the stack."""

from typing import Any

import pytest

pytestmark = pytest.mark.engine

STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
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

    said = yard.modelyard("audit", "--scope", "subscription", "--target", "sandbox", "--json").json
    (assignment,) = said["data"]["assignments"]
    assert assignment.lower().startswith(f"/providers/microsoft.management/managementgroups/{group}/")

    without = STACK.format(group=group, sku="DataZoneStandard").partition("  modelyard:policies:")[0]
    yard.project.joinpath("stacks/Pulumi.beside.yaml").write_text(without.replace("above", "beside"))
    foreseen = yard.modelyard("up", "beside", "--no-smoke", expect=1)
    assert "Azure would stop this" in foreseen.out, "it rules other stacks below the group too, before a write"
    assert "1 denied" in foreseen.out
    refused = yard.modelyard("up", "beside", "--no-smoke", "--ignore-policies", expect=3)
    assert "RequestDisallowedByPolicy" in refused.out, "and whoever goes on meets it there"
    assert "policyAssignments/above-skus" in refused.out
    yard.modelyard("destroy", "beside", "--yes")

    file.write_text(STACK.format(group=group, sku="DataZoneStandard"))
    found = yard.modelyard("audit", "above", "--json", expect=1).json["policyFindings"]
    assert [(each["resource_name"], each["category"]) for each in found] == [("chat", "denied")]
    yard.modelyard("destroy", "above", "--yes")
    assert (
        yard.modelyard("audit", "--scope", "subscription", "--target", "sandbox", "--json").json["data"]["assignments"]
        == []
    )


BEFORE = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-below
    resourceGroup: rg-contoso-below
    disableLocalAuth: false
    network:
      publicNetworkAccess: Enabled
"""
ABOVE = """\
  modelyard:policies:
    keys-off:
      definition: builtin/modify-disable-local-auth
      scope: managementGroups/{group}
  modelyard:exemptions:
    later:
      policy: keys-off
      category: Waiver
      expiresOn: "2099-01-31"
"""


def test_what_remediates_from_above_has_its_role_there(yard: Any) -> None:
    """An exemption below spares the stack's own group; without it the remediation reaches it."""
    file = yard.project / "stacks/Pulumi.below.yaml"
    file.write_text(BEFORE)
    yard.modelyard("up", "below", "--no-smoke")
    policies = ABOVE.format(group=yard.inside["AZURE_TENANT_ID"])
    file.write_text(BEFORE + policies)
    yard.modelyard("up", "below", "--no-smoke")
    spared = yard.modelyard("policy", "remediate", "below").out
    assert spared.splitlines()[1:] == ["keys-off: nothing to correct, as far as Azure has looked since"], "it is exempt"
    file.write_text(BEFORE + policies.partition("  modelyard:exemptions:")[0])
    yard.modelyard("up", "below", "--no-smoke")
    done = yard.modelyard("policy", "remediate", "below", "--json").json["data"]["remediations"]
    assert [(each["policy"], each["changed"], each["failed"]) for each in done] == [("keys-off", 1, 0)]
    yard.modelyard("destroy", "below", "--yes")
    assert (
        yard.modelyard("audit", "--scope", "subscription", "--target", "sandbox", "--json").json["data"]["assignments"]
        == []
    )
