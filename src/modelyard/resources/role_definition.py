"""Custom roles, each kept at the first scope where it may be given."""

from modelyard.arm.json_path import ArmDocument
from modelyard.config.role_definition import RoleDefinition
from modelyard.config.stack import Stack
from modelyard.resources.resource import Component, Concern, Resource, present, row
from modelyard.resources.scopes import Scopes

COMPONENT = Component("RoleDefinitions", "role-definitions")


def concern(stack: Stack, scopes: Scopes, group: Resource) -> Concern:
    """Every custom role by its key. Its GUID comes from scope and key, so a rename of the role keeps it."""
    return Concern(
        COMPONENT,
        {
            key: Resource(
                component=COMPONENT,
                row=row("authorization:RoleDefinition"),
                name=key,
                parameters={
                    "scope": scopes.id(written.assignable_scopes[0]),
                    "roleDefinitionId": scopes.guid(written.assignable_scopes[0], key),
                },
                body={"properties": _properties(written, scopes)},
                depends_on=(group,),
            )
            for key, written in stack.role_definitions.items()
        },
    )


def _properties(written: RoleDefinition, scopes: Scopes) -> ArmDocument:
    return present(
        {
            "roleName": written.role_name,
            "type": "CustomRole",
            "description": written.description,
            "assignableScopes": [scopes.id(scope) for scope in written.assignable_scopes],
            "permissions": [
                {
                    "actions": list(written.actions),
                    "notActions": list(written.not_actions),
                    "dataActions": list(written.data_actions),
                    "notDataActions": list(written.not_data_actions),
                }
            ],
        }
    )
