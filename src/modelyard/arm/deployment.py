"""Model deployments: a name for a model under a configuration. `sku` stands beside `properties`, never inside (P17)."""

from modelyard.arm import account
from modelyard.arm.table import Autoname, ResourceType

ROW = ResourceType(
    token="azure-native:cognitiveservices:Deployment",
    type="Microsoft.CognitiveServices/accounts/deployments",
    path=account.PATH + "/deployments/{deploymentName}",
    api_version=account.API_VERSION,
    envelope=frozenset({"sku", "tags"}),
    required=frozenset({"sku.name"}),
    read_only=frozenset(
        {
            "etag",
            "systemData",
            "properties.callRateLimit",
            "properties.capabilities",
            "properties.dynamicThrottlingEnabled",
            "properties.model.callRateLimit",
            "properties.provisioningState",
            "properties.rateLimits",
            "properties.scaleSettings.activeCapacity",
        }
    ),
    server_filled=frozenset(
        {
            "properties.currentCapacity",
            "properties.model.version",
            "properties.raiPolicyName",
            "properties.versionUpgradeOption",
        }
    ),
    autoname=Autoname.COPY,
)
