"""Policy assignments: a definition or an initiative put to work on a scope.

Azure refuses to change the definition or the location of one that exists (400, seen by the tests behind
hashicorp/terraform-provider-azurerm#15623), so both mean a new assignment.
"""

from modelyard.arm import policy_definition
from modelyard.arm.table import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:PolicyAssignment",
    type="Microsoft.Authorization/policyAssignments",
    path="/{scope}/providers/Microsoft.Authorization/policyAssignments/{policyAssignmentName}",
    api_version=policy_definition.API_VERSION,
    envelope=frozenset({"identity", "location"}),
    nested=False,
    read_only=frozenset(
        {
            "systemData",
            "identity.principalId",
            "identity.tenantId",
            "properties.effectiveDefinitionVersion",
            "properties.instanceId",
            "properties.latestDefinitionVersion",
            "properties.scope",
        }
    ),
    server_filled=frozenset(
        {
            "properties.assignmentType",
            "properties.definitionVersion",
            "properties.enforcementMode",
            "properties.metadata",
        }
    ),
    replace_on=frozenset({"location", "properties.policyDefinitionId"}),
    string_sets=frozenset({"identity.userAssignedIdentities"}),
)
