"""Initiatives: policy definitions that are assigned together.

One at a management group is found by the assignments to that group.
"""

from modelyard.arm.resource_types import ResourceType, Scope

ROW = ResourceType(
    token="azure-native:authorization:PolicySetDefinition",
    type="Microsoft.Authorization/policySetDefinitions",
    noun="initiative",
    section="initiatives",
    scopes=(Scope.SUBSCRIPTION, Scope.MANAGEMENT_GROUP),
    server_filled=frozenset(
        {
            "properties.metadata",
            "properties.policyType",
            "properties.version",
            "properties.versions",
        }
    ),
)
