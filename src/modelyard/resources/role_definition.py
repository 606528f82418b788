"""Custom roles, each kept at the first scope where it may be given."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.stack import Stack
from modelyard.resources.scopes import Scopes


class RoleDefinitions(pulumi.ComponentResource):
    """Every custom role of a stack, by its key. Its GUID comes from scope and key, so a rename of the role keeps it."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        scopes: Scopes,
        group: pulumi.Resource,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:RoleDefinitions", name, {}, opts)
        self.guids: Mapping[str, pulumi.Output[str]] = {
            key: scopes.guid(written.assignable_scopes[0], key) for key, written in stack.role_definitions.items()
        }
        self.definitions: Mapping[str, pulumi.CustomResource] = {
            key: authorization.RoleDefinition(
                key,
                scope=scopes.id(written.assignable_scopes[0]),
                role_definition_id=self.guids[key],
                role_name=written.role_name,
                role_type="CustomRole",
                description=written.description,
                assignable_scopes=[scopes.id(scope) for scope in written.assignable_scopes],
                permissions=[
                    authorization.PermissionArgs(
                        actions=list(written.actions),
                        not_actions=list(written.not_actions),
                        data_actions=list(written.data_actions),
                        not_data_actions=list(written.not_data_actions),
                    )
                ],
                opts=pulumi.ResourceOptions(parent=self, depends_on=[group]),
            )
            for key, written in stack.role_definitions.items()
        }
        self.register_outputs({"names": list(self.definitions)})
