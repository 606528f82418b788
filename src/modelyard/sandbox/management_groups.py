"""Management groups of the sandbox's tenant: which stands below which, and which subscriptions stand in them.

The tenant's root group has the tenant's id for its name, and everything stands below it (Microsoft docs, management
groups, A). Roles, policies and definitions of a group hold for all that stands below it, at any depth.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from modelyard.sandbox.local_azure import LocalAzure

COLLECTION = "management groups"
"""Documents {"name", "displayName", "parent"} by the folded id of a group, {"parent"} by that of a subscription."""
GROUPS = "/providers/microsoft.management/managementgroups/"
SUBSCRIPTIONS = "/subscriptions/"
DEEPEST = 6
"""Levels below the root (Microsoft docs, management groups, A)."""


def root(azure: LocalAzure) -> str:
    """The folded id of the group above every subscription."""
    return f"{GROUPS}{azure.tenant_id.lower()}"


def exists(azure: LocalAzure, group: str) -> bool:
    """Whether there is a group of this id."""
    folded = group.lower().rstrip("/")
    return folded == root(azure) or (folded.startswith(GROUPS) and azure.store.get(COLLECTION, folded) is not None)


def names(azure: LocalAzure) -> tuple[str, ...]:
    """The folded ids of all groups, the root first."""
    return (root(azure), *(key for key, _ in azure.store.scan(COLLECTION, GROUPS)))


def parent(azure: LocalAzure, id: str) -> str:  # noqa: A002 - ARM calls it id
    """The folded id of the group that a group or a subscription stands in; empty for the root, and for no group."""
    folded = id.lower().rstrip("/")
    return _parents(azure).get(folded, root(azure) if folded.startswith(SUBSCRIPTIONS) else "")


def chain(azure: LocalAzure, scope: str) -> tuple[str, ...]:
    """The groups above a scope, the nearest first; of a group those above it."""
    folded = scope.lower().rstrip("/")
    if folded.startswith(SUBSCRIPTIONS):
        at = "/".join(folded.split("/")[:3])
    elif folded.startswith(GROUPS):
        at = "/".join(folded.split("/")[:5])
    else:
        return ()
    chains: dict[str, tuple[str, ...]] = azure.derived("chains of management groups", (COLLECTION,), dict)
    if at not in chains:
        chains[at] = tuple(_upwards(azure, at))
    return chains[at]


def above(azure: LocalAzure, upper: str, lower: str) -> bool:
    """Whether `lower` is `upper` itself or below it."""
    upper, lower = upper.lower().rstrip("/"), lower.lower().rstrip("/")
    return not upper or lower == upper or lower.startswith(f"{upper}/") or upper in chain(azure, lower)


def place(azure: LocalAzure, id: str, group: str, **members: str) -> None:  # noqa: A002 - ARM calls it id
    """Let a group or a subscription stand in a group."""
    azure.store.put(COLLECTION, id.lower().rstrip("/"), {**members, "parent": group.lower().rstrip("/")})


def _upwards(azure: LocalAzure, at: str) -> Iterator[str]:
    while at := parent(azure, at):
        yield at


def _parents(azure: LocalAzure) -> Mapping[str, str]:
    return azure.derived("parents in management groups", (COLLECTION,), partial(_read, azure))


def _read(azure: LocalAzure) -> dict[str, str]:
    return {key: str(document["parent"]) for key, document in azure.store.scan(COLLECTION)}
