"""`append` and `modify`: what they would change, computed for one resource.

Source: Microsoft docs, effect-append and effect-modify (A).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.policy import terms
from modelyard.policy.compilation import Compilation
from modelyard.policy.effects.names import Effect
from modelyard.policy.fields import Field
from modelyard.policy.resource import Resource
from modelyard.policy.terms import Term
from modelyard.policy.unknown import Truth, Unknown

OPERATIONS = {"add": "add", "addorreplace": "addOrReplace", "remove": "remove"}
CONFLICT_EFFECTS = {"audit", "deny", "disabled"}


@dataclass(frozen=True, slots=True)
class Change:
    """One operation with its values. `applies` may be unknown, and so may `value`.

    `written` is the field as the definition has it, `field` what it comes to.
    """

    operation: str
    written: str
    field: Field | None
    value: Any = None
    applies: Truth = True


@dataclass(frozen=True, slots=True)
class _Operation:
    operation: str
    written: str
    name: Term
    value: Term
    condition: Term

    def computed(self, resource: Resource, compilation: Compilation, place: str) -> Change:
        applies = self.condition.get(resource)
        if not isinstance(applies, bool | Unknown):
            applies = str(applies).casefold() == "true"
        name = self.name.get(resource)
        if isinstance(name, Unknown):
            return Change(self.operation, self.written, None, applies=name)
        value = self.value.get(resource) if applies is not False else None
        return Change(self.operation, self.written, compilation.field(str(name), place), value, applies)


@dataclass(frozen=True, slots=True)
class Changes:
    """The operations of one definition. `conflict` is what happens where one can't be done: deny, audit or disabled."""

    operations: tuple[_Operation, ...]
    conflict: str
    roles: tuple[str, ...]
    compilation: Compilation
    place: str

    def computed(self, resource: Resource) -> tuple[Change, ...]:
        """Each operation for this resource. Raises EvaluationFailed where an expression fails."""
        return tuple(each.computed(resource, self.compilation, self.place) for each in self.operations)


def compile_changes(effect: Effect, details: Any, compilation: Compilation, place: str) -> Changes:
    """The details of append or modify. Raises DefinitionRefused."""
    if effect is Effect.APPEND:
        if not isinstance(details, list) or not details:
            compilation.refuse(place, "'append' takes an array of field and value")
        rows = [(f"{place}[{at}]", row) for at, row in enumerate(details)]
        return Changes(tuple(_append(row, compilation, where) for where, row in rows), "deny", (), compilation, place)
    if not isinstance(details, Mapping):
        compilation.refuse(place, "'modify' takes an object with operations")
    named = {name.lower(): value for name, value in details.items()}
    operations = named.get("operations")
    if not isinstance(operations, list) or not operations:
        compilation.refuse(f"{place}.operations", "'modify' takes an array of operations")
    conflict = terms.template(named.get("conflicteffect", "deny"), compilation, f"{place}.conflictEffect").value
    if isinstance(conflict, Unknown):
        conflict = "deny"
    if not isinstance(conflict, str) or conflict.lower() not in CONFLICT_EFFECTS:
        compilation.refuse(
            f"{place}.conflictEffect", f"'{conflict}' is no conflict effect", allowed="audit, deny, disabled"
        )
    compiled = tuple(_modify(row, compilation, f"{place}.operations[{at}]") for at, row in enumerate(operations))
    roles = tuple(str(role) for role in named.get("roledefinitionids") or ())
    return Changes(compiled, conflict.lower(), roles, compilation, place)


def _append(row: Any, compilation: Compilation, place: str) -> _Operation:
    named = _members(row, {"field", "value"}, compilation, place)
    if "value" not in named:
        compilation.refuse(place, "an appended field needs a value")
    return _operation("append", named, compilation, place)


def _modify(row: Any, compilation: Compilation, place: str) -> _Operation:
    named = _members(row, {"operation", "field", "value", "condition"}, compilation, place)
    written = str(named.get("operation", ""))
    operation = OPERATIONS.get(written.lower())
    if operation is None:
        compilation.refuse(
            f"{place}.operation", f"'{written}' is no operation of modify", allowed=", ".join(OPERATIONS.values())
        )
    if operation != "remove" and "value" not in named:
        compilation.refuse(place, f"'{operation}' needs a value")
    made = _operation(operation, named, compilation, place)
    if operation == "remove" and made.name.constant and not str(made.name.value).lower().startswith("tags"):
        compilation.refuse(f"{place}.field", "only tags can be removed")
    return made


def _members(row: Any, allowed: set[str], compilation: Compilation, place: str) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        compilation.refuse(place, "an operation is an object")
    named = {name.lower(): value for name, value in row.items()}
    for name in row:
        if name.lower() not in allowed:
            compilation.refuse(f"{place}.{name}", f"'{name}' is no part of it", allowed=", ".join(sorted(allowed)))
    if not isinstance(named.get("field"), str):
        compilation.refuse(f"{place}.field", "'field' takes a string")
    return named


def _operation(operation: str, named: Mapping[str, Any], compilation: Compilation, place: str) -> _Operation:
    name = terms.template(named["field"], compilation, f"{place}.field")
    if name.constant and isinstance(name.value, str):
        compilation.field(name.value, f"{place}.field")
    return _Operation(
        operation,
        named["field"],
        name,
        terms.template(named.get("value"), compilation, f"{place}.value"),
        terms.template(named.get("condition", True), compilation, f"{place}.condition"),
    )
