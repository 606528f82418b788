"""Policy definitions: a rule of Azure Policy with its parameters, assigned elsewhere.

One at a management group is found by the assignments to that group.
"""

from modelyard.arm.resource_types import ResourceType, Scope

ROW = ResourceType(
    token="azure-native:authorization:PolicyDefinition",
    type="Microsoft.Authorization/policyDefinitions",
    noun="policy definition",
    scopes=(Scope.SUBSCRIPTION, Scope.MANAGEMENT_GROUP),
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
