"""Dotted places (`properties.model.version`) in a tree of plain values, and the table's places as Pulumi sees them.

The table names places in ARM's body. Pulumi's inputs and outputs have the same shape, except that the members of
`properties` stand at the top where a row is not nested.
"""

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from modelyard.arm.resource_types import ResourceType

ArmDocument: TypeAlias = dict[str, Any]
"""A JSON object as ARM has it: a request's body or a reply, `properties` inside, in ARM's camelCase names."""

ArmObject: TypeAlias = Mapping[str, Any]
"""The same read only, or a member of it: `properties`, `sku`, a model, a rate limit."""


PROPERTIES = "properties"


def surface(row: ResourceType, places: Iterable[str]) -> frozenset[str]:
    """The table's places as places of Pulumi's inputs and outputs."""
    if row.nested:
        return frozenset(places)
    names = dict(row.renamed)
    return frozenset(names.get(place, place.removeprefix(f"{PROPERTIES}.")) for place in places)


def member(row: ResourceType, name: str) -> str:
    """The member of ARM's `properties` that a flattened input goes to."""
    return next((place.removeprefix(f"{PROPERTIES}.") for place, known in row.renamed if known == name), name)


def flattened(row: ResourceType, member: str) -> str:
    """The name a member of ARM's `properties` has at the top of Pulumi's outputs."""
    return dict(row.renamed).get(f"{PROPERTIES}.{member}", member)


def members(row: ResourceType) -> frozenset[str]:
    """The inputs at the top that are members of ARM's document, with `properties` or, of a flat row, its members."""
    if row.nested:
        return row.envelope | ({PROPERTIES} if row.schema.properties else frozenset())
    inside = row.schema.properties.get("properties", {})
    writable = (name for name in inside if f"{PROPERTIES}.{name}" not in row.read_only)
    return row.envelope | {flattened(row, name) for name in writable}


def find(tree: Any, place: str) -> Any:
    """The value at the place; None where there is none."""
    for name in place.split("."):
        if not isinstance(tree, dict):
            return None
        tree = tree.get(name)
    return tree


def without(tree: ArmDocument, places: Iterable[str]) -> ArmDocument:
    """A copy without what is at these places; an object that this leaves empty goes too."""
    direct = {place for place in places if "." not in place}
    below: dict[str, set[str]] = {}
    for place in places:
        head, dot, rest = place.partition(".")
        if dot:
            below.setdefault(head, set()).add(rest)
    result = {}
    for key, value in tree.items():
        if key in direct:
            continue
        if key in below and isinstance(value, dict) and value:
            pruned = without(value, below[key])
            if not pruned:
                continue
            result[key] = pruned
        else:
            result[key] = value
    return result


def with_value(tree: ArmDocument, place: str, change: Any) -> ArmDocument:
    """A copy where `change(value)` stands in for the value at the place; the tree itself where nothing is there."""
    head, dot, rest = place.partition(".")
    if head not in tree:
        return tree
    if not dot:
        return {**tree, head: change(tree[head])}
    if not isinstance(tree[head], dict):
        return tree
    return {**tree, head: with_value(tree[head], rest, change)}
