"""Initiatives of a subscription: policy definitions that are assigned together."""

from modelyard.arm import policy_definition
from modelyard.arm.table import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:PolicySetDefinition",
    type="Microsoft.Authorization/policySetDefinitions",
    path=(
        "/subscriptions/{subscriptionId}/providers/Microsoft.Authorization/policySetDefinitions"
        "/{policySetDefinitionName}"
    ),
    api_version=policy_definition.API_VERSION,
    envelope=frozenset(),
    nested=False,
    required=frozenset({"properties.policyDefinitions"}),
    read_only=frozenset({"systemData"}),
    server_filled=frozenset(
        {
            "properties.metadata",
            "properties.policyType",
            "properties.version",
            "properties.versions",
        }
    ),
)
