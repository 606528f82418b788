"""Where things apply: the ARM ids of the stack's subscription, resource group and account, and names made of them.

All of it is known before anything is created, so that a first preview has no unknowns where policy looks. The
subscription's id is asked of the provider where the stack file leaves it to the login.
"""

import uuid
from functools import cached_property

import pulumi

from modelyard.arm import account, management_group, resource_group
from modelyard.config.policy_names import GROUPS, SUBSCRIPTION
from modelyard.config.stack import Stack

NAMESPACE = uuid.UUID("5f3d1c0e-7f0b-5a54-9c1e-3d7a1f6b2c48")
"""Of the names that have to be GUIDs. To change it would replace every role assignment there is."""


def guid(*parts: str) -> str:
    """The GUID for these parts: always the same, without regard to case, as ARM's ids have none."""
    return str(uuid.uuid5(NAMESPACE, "|".join(part.lower() for part in parts)))


class Scopes:
    """The scopes of one stack, by the words that a stack file has for them."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @cached_property
    def subscription_id(self) -> pulumi.Output[str]:
        if self._stack.subscription_id is not None:
            return pulumi.Output.from_input(self._stack.subscription_id)
        from pulumi_azure_native import authorization

        return authorization.get_client_config_output().subscription_id

    def id(self, scope: str) -> pulumi.Output[str]:
        """The id of `subscription`, `resourceGroup`, `account` or `managementGroups/<name>`; an ARM id is its own."""
        names = {
            "resourceGroupName": self._stack.account.resource_group,
            "accountName": self._stack.account.name,
        }
        templates = {
            "subscription": "/subscriptions/{subscriptionId}",
            "resourceGroup": resource_group.ROW.path,
            "account": account.PATH,
        }
        if scope.startswith(GROUPS):
            return pulumi.Output.from_input(management_group.PATH.format(managementGroupId=scope.removeprefix(GROUPS)))
        if scope not in templates:
            return pulumi.Output.from_input(scope)
        template = templates[scope]
        return self.subscription_id.apply(lambda found: template.format(subscriptionId=found, **names))

    def extension(self, scope: str, kind: str, name: str) -> pulumi.Output[str]:
        """The id of what Microsoft.Authorization keeps of a kind (`policyAssignments`) at a scope."""
        return self.id(scope).apply(lambda at: f"{at}/providers/Microsoft.Authorization/{kind}/{name}")

    def guid(self, scope: str, *parts: pulumi.Input[str]) -> pulumi.Output[str]:
        """The GUID for a scope and what there is below it."""
        return pulumi.Output.all(self.id(scope), *parts).apply(lambda known: guid(*known))

    def role_definition(self, role_guid: pulumi.Input[str], scope: str = SUBSCRIPTION) -> pulumi.Output[str]:
        """The id of a role definition, as ARM shows it in an assignment at the scope: a group has no subscription."""
        if scope.startswith(GROUPS):
            return pulumi.Output.format("/providers/Microsoft.Authorization/roleDefinitions/{0}", role_guid)
        return pulumi.Output.format(
            "/subscriptions/{0}/providers/Microsoft.Authorization/roleDefinitions/{1}", self.subscription_id, role_guid
        )


def ahead(resource: pulumi.CustomResource, id: pulumi.Input[str]) -> pulumi.Output[str]:  # noqa: A002 - ARM calls it id
    """The id that a resource has or will have. Whoever takes it waits for the resource as for its own `id`, but a first
    preview knows it already, so that nothing about policies is undecided there.
    """
    return pulumi.Output.all(resource.urn, id).apply(lambda known: str(known[1]))
