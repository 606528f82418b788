"""Where things apply: ARM ids of the stack's subscription, group and account, and where definitions are kept.

All of it is known before anything is created, so that a first preview has no unknowns where policy looks.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from modelyard.arm import kinds
from modelyard.config.policy_names import GROUPS, SUBSCRIPTION, home
from modelyard.config.stack import Stack

DefinitionHomes = Mapping[str, tuple[str, ...]]
"""The scopes (`subscription`, `managementGroups/<name>`) by the key or the reference of what is kept there.

An assignment finds what stands at its own scope or above it. Which group stands above which nobody asks, so each that
is assigned at has its own copy; one that only the stack's own group and subscription use is kept once.
"""


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


def initiative_homes(stack: Stack) -> DefinitionHomes:
    """By key. An initiative that nothing assigns is kept at the subscription, for others to assign."""
    return {
        key: _sorted(home(each.scope) for each in stack.policies.values() if each.initiative == key)
        for key in stack.initiatives
    }


def definition_homes(stack: Stack, initiatives: DefinitionHomes) -> DefinitionHomes:
    """By reference, of definitions that the stack declares; an initiative's members stand where it does."""
    assigned = [(each.definition.reference, home(each.scope)) for each in stack.policies.values() if each.definition]
    held = [
        (member.definition.reference, at)
        for key, initiative in stack.initiatives.items()
        for member in initiative.members
        for at in initiatives[key]
    ]
    return {
        reference: _sorted(at for named, at in (*assigned, *held) if named == reference)
        for reference in stack.policy_definitions
    }


def _sorted(scopes: Iterable[str]) -> tuple[str, ...]:
    """Once each, the subscription first; where nothing says where, the subscription."""
    found = set(scopes) or {SUBSCRIPTION}
    return tuple(sorted(found, key=lambda each: (each != SUBSCRIPTION, each)))


def logical_name(name: str, at: str) -> str:
    """In Pulumi: the name alone at the subscription, with the group's name behind it elsewhere."""
    return name if at == SUBSCRIPTION else f"{name}@{group(at)}"


def group(at: str) -> str:
    """The name of the management group."""
    return at.partition("/")[2]
