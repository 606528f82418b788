"""A compiled condition with what is needed to explain it: its test, its parts, and how to read what it compares."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language.compilation import Get, Test
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.term import Term


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
