"""Where an assignment or an exemption reaches: everything at its scope and below, without regard to case.

A management group reaches a resource whose subscription is below it; which groups those are is handed in.

A repository of policies may exclude scopes by pattern (`/subscriptions/*/resourceGroups/managed-*`); Azure itself knows
no patterns, and no id of it has an asterisk.
"""

from collections.abc import Iterable
from fnmatch import fnmatchcase

GROUPS = "/providers/microsoft.management/managementgroups/"


def normalized(scope: str) -> str:
    """A scope to compare: folded, without a slash at its end."""
    return scope.lower().rstrip("/")


def within(scope: str, resource_id: str, management_groups: Iterable[str] = ()) -> bool:
    """Whether a resource stands at or below a scope. `management_groups` are ids of those above its subscription."""
    scope, found = normalized(scope), normalized(resource_id)
    if "*" in scope:
        containers = (subscription(found), resource_group(found), *map(normalized, management_groups))
        return any(fnmatchcase(each, scope) for each in containers)
    if scope.startswith(GROUPS):
        return scope in map(normalized, management_groups) or found.startswith(scope + "/")
    return found == scope or found.startswith(scope + "/")


OPEN = "<"
"""How a piece of an id begins that isn't known yet, as a preview has them: `<resourceGroupName>`."""


def open_pieces(resource_id: str) -> tuple[str, ...]:
    """The pieces that aren't known yet, by name."""
    return tuple(piece.strip("<>") for piece in resource_id.split("/") if piece.startswith(OPEN))


def may_be_within(scope: str, resource_id: str) -> bool:
    """Whether a resource may turn out to stand in a scope, once its id is known."""
    asked, there = (normalized(each).split("/") for each in (scope, resource_id))
    pairs = zip(asked, there, strict=False)
    return len(asked) <= len(there) and all(fnmatchcase(is_, one) or is_.startswith(OPEN) for one, is_ in pairs)


def parent(extension_id: str) -> str:
    """The scope an assignment or exemption is written at: its id up to its own type."""
    folded = extension_id.lower()
    at = max(folded.rfind("/providers/microsoft.authorization/"), 0)
    return extension_id[:at]


def resource_group(resource_id: str) -> str:
    """The id of the resource group a resource stands in; empty for one that stands in none."""
    pieces = resource_id.strip("/").split("/")
    if len(pieces) >= 4 and pieces[2].lower() == "resourcegroups":
        return "/" + "/".join(pieces[:4])
    return ""


def subscription(resource_id: str) -> str:
    """The id of the subscription a resource stands in; empty for one that stands in none."""
    pieces = resource_id.strip("/").split("/")
    return "/" + "/".join(pieces[:2]) if len(pieces) >= 2 and pieces[0].lower() == "subscriptions" else ""
