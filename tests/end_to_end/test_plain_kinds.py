"""Kinds without logic from the stack file to the sandbox and back, with the commands that users have."""

import json
from typing import Any

import pytest

from .conftest import Yard

POLICY = {
    "properties": {
        "displayName": "Approved connections",
        "mode": "All",
        "policyRule": {
            "if": {
                "allOf": [
                    {"field": "type", "equals": "Microsoft.CognitiveServices/accounts/projects/connections"},
                    {"field": "Microsoft.CognitiveServices/accounts/projects/connections/authType", "equals": "AAD"},
                ]
            },
            "then": {"effect": "audit"},
        },
    }
}
STACK = """\
config:
  azure-native:location: swedencentral
  modelyard:target: sandbox
  modelyard:account:
    name: contoso-plain
    resourceGroup: rg-contoso-plain
    network:
      publicNetworkAccess: Enabled
    allowProjectManagement: true
    locks:
      keep: {level: CanNotDelete}
    encryptionScopes:
      data: {keySource: Microsoft.CognitiveServices}
    connections:
      index: {category: CognitiveSearch, authType: AAD, target: "https://contoso.search.windows.net"}
      vendor:
        category: ApiKey
        authType: ApiKey
        target: https://api.contoso.com
        credentials:
          key:
            secure: v1:bm90IG91cnM=:c29tZWJvZHkgZWxzZSdz
    diagnosticSettings:
      audit:
        storageAccountId: /subscriptions/s/resourceGroups/rg/providers/Microsoft.Storage/storageAccounts/logs
        logs: [{categoryGroup: allLogs, enabled: true}]
  modelyard:projects:
    agents:
      displayName: Agents
      identity: {type: SystemAssigned}
      connections:
        search:
          category: CognitiveSearch
          authType: AAD
          target: https://contoso.search.windows.net
  modelyard:policies:
    approved-connections:
      definition: team/approved-connections
"""


@pytest.mark.engine
def test_a_kind_without_logic_lives_its_whole_life(yard: Yard) -> None:
    """Checked, declared, declared again without a change, audited by one of its aliases, and deleted.

    The key of a connection is somebody else's secret at first, which the sandbox can't open; then one of the sandbox's.
    """
    own = yard.project / "policies/azure"
    own.mkdir(parents=True, exist_ok=True)
    (own / "approved-connections.json").write_text(json.dumps(POLICY))
    (yard.project / "stacks/Pulumi.plain.yaml").write_text(STACK)
    yard.modelyard("check", "plain")

    first = yard.modelyard("up", "plain", "--json")
    again = yard.modelyard("up", "plain", "--json")
    key = "modelyard:account.connections.vendor.credentials.key"
    yard.pulumi("config", "set", "--stack", "plain", "--secret", "--path", key, "a-key-of-the-vendor")
    changed = yard.modelyard("up", "plain", "--json")
    audit = yard.modelyard("audit", "plain", "--json", expect=None)
    state = yard.pulumi("stack", "export", "--stack", "plain")
    destroyed = yard.modelyard("destroy", "plain", "--json")

    assert declared(state.json) == {
        "projects:agents", "connections:agents/search", "connections:index", "connections:vendor",
        "encryptionScopes:data", "locks:keep", "diagnosticSettings:audit",
    }  # fmt: skip
    assert "1 secret of Pulumi.plain.yaml can't be opened in the sandbox: stand-ins are used" in first.err
    assert set(again.json["data"]["changes"]) == {"same"}
    assert "stand-ins" not in changed.err, "a secret that was set in the sandbox is itself"
    assert changed.json["data"]["changes"]["update"] == 1
    assert "a-key-of-the-vendor" not in changed.out + changed.err + state.out
    assert "projects.agents.connections.search" in audit.out, "the finding names the key of the stack file"
    assert "delete" in destroyed.json["data"]["changes"]


def declared(state: Any) -> set[str]:
    kinds = ("projects", "connections", "encryptionScopes", "locks", "diagnosticSettings")
    found = set()
    for each in state["deployment"]["resources"]:
        kind = str(each.get("id", "")).rstrip("/").split("/")[-2:-1]
        if kind and kind[0] in kinds:
            found.add(f"{kind[0]}:{each['urn'].rpartition('::')[2]}")
    return found
