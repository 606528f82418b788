"""Role assignments: who may do what, where. Only the description and the condition of one can change."""

from modelyard.arm.table import Autoname, ResourceType

ROW = ResourceType(
    token="azure-native:authorization:RoleAssignment",
    type="Microsoft.Authorization/roleAssignments",
    path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    api_version="2022-04-01",
    envelope=frozenset(),
    nested=False,
    required=frozenset({"properties.principalId", "properties.roleDefinitionId"}),
    read_only=frozenset(
        {
            "systemData",
            "properties.createdBy",
            "properties.createdOn",
            "properties.scope",
            "properties.updatedBy",
            "properties.updatedOn",
        }
    ),
    server_filled=frozenset({"properties.principalType", "properties.conditionVersion"}),
    replace_on=frozenset(
        {
            "properties.delegatedManagedIdentityResourceId",
            "properties.principalId",
            "properties.principalType",
            "properties.roleDefinitionId",
        }
    ),
    autoname=Autoname.UUID,
)
