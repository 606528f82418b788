"""Model deployments: a name for a model under a configuration. `sku` stands beside `properties`, never inside (P17)."""

from modelyard.arm import account
from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:Deployment",
    type=f"{account.TYPE}/deployments",
    noun="deployment",
    section="deployments",
    lock=account.TYPE,
    delay=0.2,
    server_filled=frozenset(
        {
            "properties.currentCapacity",
            "properties.model.version",
            "properties.raiPolicyName",
            "properties.versionUpgradeOption",
        }
    ),
)
