"""Access: role assignments on the account or its resource group.

The name of an assignment is made of scope, principal and role, which Azure lets exist once together: so it is the same
on every machine, and an assignment that was made before by this rule is found and not hit (RoleAssignmentExists).
"""

from collections.abc import Mapping

from modelyard.arm.json_path import ArmDocument
from modelyard.config.role_assignment import RoleAssignment
from modelyard.config.stack import Stack
from modelyard.resources.resource import Component, Concern, Reference, Resource, present, row
from modelyard.resources.scopes import Scopes

COMPONENT = Component("Access", "access")


def concern(stack: Stack, scopes: Scopes, waits: Mapping[str, tuple[Resource, ...]], roles: Concern) -> Concern:
    """Every entry of `access` by its key, which is the logical name alone; Azure never sees it.

    `waits` is what each assignment waits for, by the stack file's word for its scope.
    """
    return Concern(
        COMPONENT,
        {key: _assignment(key, entry, scopes, waits, roles) for key, entry in stack.access.items()},
    )


def _assignment(
    key: str, entry: RoleAssignment, scopes: Scopes, waits: Mapping[str, tuple[Resource, ...]], roles: Concern
) -> Resource:
    role, definition = entry.role_guid or "", None
    if entry.role_definition is not None:
        definition = roles.resources[entry.role_definition]
        role = definition.parameters["roleDefinitionId"]
    id_ = scopes.role_definition(role)
    body: ArmDocument = present(
        {
            "principalId": entry.principal_id,
            "principalType": entry.principal_type,
            # By the reference Pulumi knows that the assignment must go before the role does, if that is replaced.
            "roleDefinitionId": Reference(definition, value=id_) if definition else id_,
            "condition": entry.condition,
            "conditionVersion": entry.condition_version,
            "description": entry.description,
        }
    )
    return Resource(
        component=COMPONENT,
        row=row("authorization:RoleAssignment"),
        name=key,
        parameters={
            "scope": scopes.id(entry.scope),
            "roleAssignmentName": entry.name or scopes.guid(entry.scope, entry.principal_id, role),
        },
        body={"properties": body},
        depends_on=waits[entry.scope],
    )
