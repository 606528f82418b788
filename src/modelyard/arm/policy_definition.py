"""Policy definitions of a subscription: a rule of Azure Policy with its parameters, assigned elsewhere."""

from modelyard.arm.table import ResourceType

API_VERSION = "2025-01-01"

ROW = ResourceType(
    token="azure-native:authorization:PolicyDefinition",
    type="Microsoft.Authorization/policyDefinitions",
    path="/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/policyDefinitions/{policyDefinitionName}",
    api_version=API_VERSION,
    envelope=frozenset(),
    nested=False,
    read_only=frozenset({"systemData"}),
    server_filled=frozenset(
        {
            "properties.metadata",
            "properties.mode",
            "properties.policyType",
            "properties.version",
            "properties.versions",
        }
    ),
)
