"""Role assignments: who may do what, where. Only the description and the condition of one can change."""

from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:RoleAssignment",
    type="Microsoft.Authorization/roleAssignments",
    noun="role assignment",
    section="access",
    delay=0.0,
    server_filled=frozenset({"properties.principalType", "properties.conditionVersion"}),
    replace_on=frozenset(
        {
            "properties.delegatedManagedIdentityResourceId",
            "properties.principalId",
            "properties.principalType",
            "properties.roleDefinitionId",
        }
    ),
    uuid_name=True,
)
