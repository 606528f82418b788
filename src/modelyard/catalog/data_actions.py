"""The data actions of AI services that Microsoft's role definitions and captured refusals name.

The table isn't complete, and no public list is: what isn't in it is probably mistyped, and may be newer.
"""

from fnmatch import fnmatchcase
from functools import cache

from modelyard.catalog import tables

NAMESPACE = "microsoft.cognitiveservices/"


@cache
def names() -> tuple[str, ...]:
    """Every data action, some of them families that end in `*`."""
    return tuple(row["action"] for row in tables.rows("data-actions.csv"))


def is_covered(action: str) -> bool:
    """Whether the table speaks of the action's namespace at all."""
    return action.casefold().startswith(NAMESPACE)


def is_listed(action: str) -> bool:
    """Whether the table has the action, or one that a pattern covers; Azure compares them without regard to case."""
    written = action.casefold()
    return any(fnmatchcase(name.casefold(), written) or fnmatchcase(written, name.casefold()) for name in names())
