"""Access: role assignments on the account or its resource group.

The name of an assignment is made of scope, principal and role, which Azure lets exist once together: so it is the same
on every machine, and whoever made the assignment before by this rule is found and not hit (RoleAssignmentExists).
"""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.role_assignment import RoleAssignment
from modelyard.config.stack import Stack
from modelyard.resources.account import Account
from modelyard.resources.role_definition import RoleDefinitions
from modelyard.resources.scopes import Scopes, ahead


class Access(pulumi.ComponentResource):
    """Every entry of `access`. The key in the stack file is the logical name alone; Azure never sees it."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        scopes: Scopes,
        account: Account,
        roles: RoleDefinitions | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Access", name, {}, opts)
        self.assignments: Mapping[str, pulumi.Resource] = {
            key: self._assignment(key, entry, scopes, account, roles) for key, entry in stack.access.items()
        }
        self.register_outputs({"names": list(self.assignments)})

    def _assignment(
        self, key: str, entry: RoleAssignment, scopes: Scopes, account: Account, roles: RoleDefinitions | None
    ) -> authorization.RoleAssignment:
        waits = account.before if entry.scope == "account" else account.governed
        role: pulumi.Output[str] = pulumi.Output.from_input(entry.role_guid or "")
        definition_id = scopes.role_definition(role)
        if roles is not None and entry.role_definition is not None:
            role = roles.guids[entry.role_definition]
            # By this Pulumi knows that the assignment has to go before the role does, if that is replaced.
            definition_id = ahead(roles.definitions[entry.role_definition], scopes.role_definition(role))
        return authorization.RoleAssignment(
            key,
            scope=scopes.id(entry.scope),
            role_assignment_name=scopes.guid(entry.scope, entry.principal_id, role),
            principal_id=entry.principal_id,
            principal_type=entry.principal_type,
            role_definition_id=definition_id,
            condition=entry.condition,
            condition_version=entry.condition_version,
            description=entry.description,
            opts=pulumi.ResourceOptions(parent=self, depends_on=waits),
        )
