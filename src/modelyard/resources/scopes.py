"""Where things apply: the ARM ids of the stack's subscription, resource group and account, and names made of them.

All of it is known before anything is created, so that a first preview has no unknowns where policy looks.
"""

import uuid
from dataclasses import dataclass

from modelyard.arm import kinds
from modelyard.config.policy_names import GROUPS, SUBSCRIPTION
from modelyard.config.stack import Stack

NAMESPACE = uuid.UUID("5f3d1c0e-7f0b-5a54-9c1e-3d7a1f6b2c48")
"""Of the names that have to be GUIDs. To change it would replace every role assignment there is."""


def guid(*parts: str) -> str:
    """The GUID for these parts: always the same, without regard to case, as ARM's ids have none."""
    return str(uuid.uuid5(NAMESPACE, "|".join(part.lower() for part in parts)))


@dataclass(frozen=True, slots=True)
class Scopes:
    """The scopes of one stack, by the words that a stack file has for them."""

    stack: Stack
    subscription_id: str

    def id(self, scope: str) -> str:
        """The id of `subscription`, `resourceGroup`, `account` or `managementGroups/<name>`; an ARM id is its own."""
        templates = {
            "subscription": "/subscriptions/{subscriptionId}",
            "resourceGroup": kinds.RESOURCE_GROUP.path,
            "account": kinds.ACCOUNT.path,
        }
        if scope.startswith(GROUPS):
            return kinds.MANAGEMENT_GROUP.format(managementGroupId=scope.removeprefix(GROUPS))
        return templates.get(scope, scope).format(
            subscriptionId=self.subscription_id,
            resourceGroupName=self.stack.account.resource_group,
            accountName=self.stack.account.name,
        )

    def extension(self, scope: str, kind: str, name: str) -> str:
        """The id of what Microsoft.Authorization keeps of a kind (`policyAssignments`) at a scope."""
        return f"{self.id(scope)}/providers/Microsoft.Authorization/{kind}/{name}"

    def guid(self, scope: str, *parts: str) -> str:
        """The GUID for a scope and what there is below it."""
        return guid(self.id(scope), *parts)

    def role_definition(self, role_guid: str, scope: str = SUBSCRIPTION) -> str:
        """The id of a role definition, as ARM shows it in an assignment at the scope: a group has no subscription."""
        at = "" if scope.startswith(GROUPS) else f"/subscriptions/{self.subscription_id}"
        return f"{at}/providers/Microsoft.Authorization/roleDefinitions/{role_guid}"
