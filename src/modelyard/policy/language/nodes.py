"""A compiled condition with what is needed to explain it: its test, its parts, and how to read what it compares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language.compilation import Get, Term, Test
from modelyard.policy.language.resource import GROUP, EvaluatedResource
from modelyard.policy.language.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Node:
    """One condition or logical operator of a rule.

    kind       allOf, anyOf, not, field, value or count
    place      JSON path in the definition
    test       true, false or unknown for a resource; raises EvaluationFailed
    subject    what is compared, as written: a field's name, a value's expression, the counted array
    path       for a field, its place in the resource
    operator   `equals` and so on
    actual     reads the value compared; for a count, how many
    target     the value it is compared with
    where      for a count, its inner condition, and `each` to walk the members with that condition's surroundings set
    """

    kind: str
    place: str
    test: Test
    children: tuple["Node", ...] = ()
    subject: str = ""
    path: str = ""
    operator: str = ""
    actual: Get | None = None
    target: Term | None = None
    where: "Node | None" = None
    each: Callable[[EvaluatedResource], Iterator[Any]] | None = None


def leaves(node: Node) -> Iterator[Node]:
    """Every condition in a rule that compares something, outside of counts."""
    if not node.children:
        yield node
    for child in node.children:
        yield from leaves(child)


def required(node: Node) -> frozenset[str] | None:
    """The folded types outside of which the rule can't match; None when it may match any."""
    if node.kind == "allOf":
        found = [types for child in node.children if (types := required(child)) is not None]
        return frozenset.intersection(*found) if found else None
    if node.kind == "anyOf":
        each = [required(child) for child in node.children]
        if not each or any(types is None for types in each):
            return None
        return frozenset().union(*(types for types in each if types is not None))
    if node.kind == "field" and node.path == "type":
        return _named(node)
    return None


def _named(node: Node) -> frozenset[str] | None:
    """The types of `"field": "type"` with equals or in, when they are known without a resource."""
    if node.operator not in {"equals", "in"} or node.target is None or not node.target.constant:
        return None
    names = node.target.value if node.operator == "in" else [node.target.value]
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        return None
    folded = {name.lower() for name in names}
    return frozenset(GROUP if name == "microsoft.resources/resourcegroups" else name for name in folded)


class Hidden:
    """Stands for members of which not even the number is known."""

    __slots__ = ("why",)

    def __init__(self, why: Unknown) -> None:
        self.why = why
