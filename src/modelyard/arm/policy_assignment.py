"""Policy assignments: a definition or an initiative put to work on a scope.

Azure refuses to change the definition or the location of one that exists (400, seen by the tests behind
hashicorp/terraform-provider-azurerm#15623), so both mean a new assignment.
"""

from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:PolicyAssignment",
    type="Microsoft.Authorization/policyAssignments",
    noun="policy assignment",
    section="policies",
    delay=0.0,
    server_filled=frozenset(
        {
            "properties.assignmentType",
            "properties.definitionVersion",
            "properties.enforcementMode",
            "properties.metadata",
        }
    ),
    replace_on=frozenset({"location", "properties.policyDefinitionId"}),
)
