"""References in a state to resources that aren't in it any more.

A replacement that was cut short leaves one behind: the old resource is gone and the new one isn't there, but its entry
stays and still names what it waited for, which a later run deletes (seen with 3.250). The CLI then refuses every
command on the stack as a "snapshot integrity error". What is gone is not to be waited for, so it isn't named any more.
"""

from collections.abc import Collection, Mapping
from typing import Any

from modelyard.engine import pending_operations, references
from modelyard.engine.references import Resource


def loose(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The URNs of the resources that refer to what isn't there."""
    there = pending_operations.known(state)
    resources = state["deployment"].get("resources") or ()
    return tuple(each["urn"] for each in resources if _tied(each, there) != each)


def tied(state: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an exported state without such references."""
    there = pending_operations.known(state)
    return references.rewritten(state, lambda each: _tied(each, there))


def _tied(resource: Resource, there: Collection[str]) -> Resource:
    return references.pointed(resource, lambda urn: urn if urn in there else None)
