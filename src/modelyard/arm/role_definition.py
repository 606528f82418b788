"""Role definitions: what a role may do. Its name in ARM is a GUID; `roleName` is what people call it."""

from modelyard.arm.resource_types import ResourceType

ROW = ResourceType(
    token="azure-native:authorization:RoleDefinition",
    type="Microsoft.Authorization/roleDefinitions",
    noun="role definition",
    section="roleDefinitions",
    server_filled=frozenset({"properties.type"}),
    renamed=(("properties.type", "roleType"),),
    uuid_name=True,
)
