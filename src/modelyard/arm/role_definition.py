"""Role definitions: what a role may do. Its name in ARM is a GUID; `roleName` is what people call it."""

from modelyard.arm.table import Autoname, ResourceType

ROW = ResourceType(
    token="azure-native:authorization:RoleDefinition",
    type="Microsoft.Authorization/roleDefinitions",
    path="/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    api_version="2022-05-01-preview",
    envelope=frozenset(),
    nested=False,
    read_only=frozenset(
        {
            "systemData",
            "properties.createdBy",
            "properties.createdOn",
            "properties.updatedBy",
            "properties.updatedOn",
        }
    ),
    server_filled=frozenset({"properties.type"}),
    renamed=(("properties.type", "roleType"),),
    autoname=Autoname.UUID,
)
