"""What is at hand while one definition is compiled: its parameters, its fields, the counts around, the limits.

Source of the limits: Microsoft docs, definition-structure-policy-rule, "Policy rule limits" (A).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, cast

from modelyard.files import JsonObject
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language import expressions
from modelyard.policy.language.aliases import SHIPPED_DATE
from modelyard.policy.language.expressions import Expression
from modelyard.policy.language.fields import BUILT_IN, Field, Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth

Get = Callable[[EvaluatedResource], Any]
Test = Callable[[EvaluatedResource], Truth]

CONDITIONS, EXISTENCE_CONDITIONS, FUNCTIONS = 4096, 128, 2048
ARGUMENTS, DEPTH, EXPRESSION_LENGTH = 128, 64, 81920
FIELD_COUNTS_PER_ARRAY, VALUE_COUNTS, VALUE_COUNT_MEMBERS = 5, 10, 100


@dataclass(frozen=True, slots=True)
class Counted:
    """A `count` around a condition: the field or the name it counts by, and its place on the resource's stack.

    turns   for a counted value, how often its condition is asked, with the values counted around it
    """

    slot: int
    field: Field | None = None
    name: str = ""
    turns: int = 1


@dataclass(slots=True)
class Tally:
    """How much of each limited thing a rule has used; `loops` counts what is read from a member being counted."""

    conditions: int = 0
    existence_conditions: int = 0
    functions: int = 0
    value_counts: int = 0
    loops: int = 0
    field_counts: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compilation:
    """Surroundings of one piece of a rule. `parameters` is by folded name; a missing value is an Unknown in it.

    `catalog_dated`: the definition holds dates of the catalog, so its `utcNow()` is the market's. `built_in`: it is
    Azure's own, which the limits for authors don't bind. `notes` are what was taken though nobody here knows it.
    """

    definition: str
    parameters: JsonObject
    fields: Fields
    policy: Mapping[str, str] = field(default_factory=dict)
    trees: dict[str, Expression] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)
    counts: tuple[Counted, ...] = ()
    related: bool = False
    catalog_dated: bool = False
    built_in: bool = False
    depth: int = 0
    notes: dict[str, None] = field(default_factory=dict)

    def refuse(self, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> NoReturn:
        """Stop: the definition can't be evaluated as Azure would. Raises DefinitionRefused."""
        raise DefinitionRefused(self.definition, place, problem, allowed=allowed, remedy=remedy)

    def within(self, counted: Counted) -> "Compilation":
        """The surroundings inside a count's `where`."""
        return replace(self, counts=(*self.counts, counted), depth=self.depth + 1)

    def limit(self, place: str, used: int, allowed: int, what: str) -> None:
        """Refuse a rule that Azure would refuse for its size."""
        if used > allowed and not self.built_in:
            self.refuse(place, f"{used} {what} are more than Azure Policy takes", allowed=f"at most {allowed}")

    def tree(self, text: str, place: str) -> Expression:
        """The tree of an expression, read once for a definition however often it is compiled."""
        known = self.trees.get(text)
        if known is None:
            self.limit(place, len(text), EXPRESSION_LENGTH, "characters in an expression")
            try:
                known = expressions.parse(text)
            except (expressions.ExpressionError, RecursionError) as wrong:
                self.refuse(place, str(wrong) or "the expression is nested too deeply")
            self.trees[text] = known
        calls = list(expressions.calls(known))
        self.tally.functions += len(calls)
        self.limit(place, self.tally.functions, FUNCTIONS, "function calls in a rule")
        self.limit(place, expressions.depth(known), DEPTH, "levels of nested functions")
        self.limit(place, max((len(call.arguments) for call in calls), default=0), ARGUMENTS, "arguments to a function")
        return known

    def field(self, name: Any, place: str) -> Field:
        """The field of a name. Refuses what is neither a field nor an alias."""
        if not isinstance(name, str):
            self.refuse(place, f"'{name}' names no field", allowed="a string")
        try:
            found = self.fields.find(name)
        except ValueError as wrong:
            self.refuse(
                place,
                str(wrong),
                allowed=", ".join(BUILT_IN) + ", tags['name'], or an alias such as Namespace/type/property",
                remedy="look the alias up: az provider show --expand resourceTypes/aliases --namespace <namespace>",
            )
        if found.unlisted:
            note = f"{place}: '{found.name}' is not among the aliases that its type had on {SHIPPED_DATE}"
            self.notes[note] = None
        return found

    def reader(self, found: Field) -> tuple[Get, bool]:
        """How to read a field from where we stand, and whether that gives a list of selected values.

        Inside a count, a field that shares the counted array is read from the member being counted.
        """
        around, shared = self.shared(found)
        if around is None:
            return (lambda resource: resource.find(found)), len(found.segments) > 1
        self.tally.loops += 1
        slot, last = around.slot, shared - 1

        def read(resource: EvaluatedResource) -> Any:
            segments = resource.segments(found)[shared:]
            return resource.select(resource.current[slot][last], segments, found)

        return read, len(found.segments) - shared > 1

    def shared(self, found: Field) -> tuple[Counted | None, int]:
        """The count around us that binds most of the field's `[*]`s, and how many it binds."""
        best: Counted | None = None
        most = 0
        for counted in reversed(self.counts):
            if counted.field is None:
                continue
            same = 0
            for one, two in zip(found.prefixes, counted.field.prefixes, strict=False):
                if one != two:
                    break
                same += 1
            if same > most:
                best, most = counted, same
        return best, most


NOBODY = cast("EvaluatedResource", None)
"""Placeholder for evaluating terms that don't read the resource."""


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled value. `lenient`: a member it lacks reads as an empty string (what context functions return)."""

    get: Get
    constant: bool = False
    value: Any = None
    lenient: bool = False


def constant(value: Any) -> Term:
    """A value that doesn't depend on the resource."""
    return Term(lambda _: value, constant=True, value=value)


def folded(get: Get, *parts: Term) -> Term:
    """The term of `get`, computed now if all its parts are constant."""
    if all(part.constant for part in parts):
        try:
            return constant(get(NOBODY))
        except EvaluationFailed:
            return Term(get)
    return Term(get)
