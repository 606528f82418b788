"""References in a state to resources that aren't in it any more.

A replacement that was cut short leaves one behind: the old resource is gone and the new one isn't there, but its entry
stays and still names what it waited for, which a later run deletes (seen with 3.250). The CLI then refuses every
command on the stack as a "snapshot integrity error". What is gone is not to be waited for, so it isn't named any more.
"""

from collections.abc import Mapping
from typing import Any


def loose(state: Mapping[str, Any]) -> tuple[str, ...]:
    """The URNs of the resources that refer to what isn't there."""
    return tuple(each["urn"] for each, tied in _tied(state) if each != tied)


def tied(state: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of an exported state without such references."""
    return {**state, "deployment": {**state["deployment"], "resources": [each for _, each in _tied(state)]}}


def _tied(state: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], dict[str, Any]]]:
    resources = state["deployment"].get("resources") or ()
    there = {each["urn"] for each in resources}
    return [(each, _without_missing(each, there)) for each in resources]


def _without_missing(resource: Mapping[str, Any], there: set[str]) -> dict[str, Any]:
    result = dict(resource)
    for member in ("parent", "deletedWith"):
        if result.get(member) and result[member] not in there:
            del result[member]
    if result.get("dependencies"):
        result["dependencies"] = [urn for urn in result["dependencies"] if urn in there]
    if result.get("propertyDependencies"):
        result["propertyDependencies"] = {
            key: waits and [urn for urn in waits if urn in there]
            for key, waits in result["propertyDependencies"].items()
        }
    return result
