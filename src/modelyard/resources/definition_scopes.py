"""Where definitions and initiatives are kept: at the subscription, and at each management group they are assigned at.

An assignment finds what stands at its own scope or above it. Which group stands above which nobody asks, so each that
is assigned at has its own copy; one that only the stack's own group and subscription use is kept once.
"""

from collections.abc import Iterable, Mapping

from modelyard.config.policy_names import SUBSCRIPTION, home
from modelyard.config.stack import Stack

Homes = Mapping[str, tuple[str, ...]]
"""The scopes (`subscription`, `managementGroups/<name>`) by the key or the reference of what is kept there."""


def of_initiatives(stack: Stack) -> Homes:
    """By key. One that nothing assigns is kept at the subscription, for others to assign."""
    return {
        key: _sorted(home(each.scope) for each in stack.policies.values() if each.initiative == key)
        for key in stack.initiatives
    }


def of_definitions(stack: Stack, initiatives: Homes) -> Homes:
    """By reference, of those that the stack declares; an initiative's members stand where it does."""
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
