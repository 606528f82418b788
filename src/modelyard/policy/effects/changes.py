"""`append` and `modify`: what they would change, computed for one resource.

Source: Microsoft docs, effect-append and effect-modify (A).
"""

from dataclasses import dataclass
from typing import Any

from modelyard.policy.effects import details as members
from modelyard.policy.effects.details import Details
from modelyard.policy.effects.effect import Effect
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language import expressions, value_compiler
from modelyard.policy.language.compilation import Compilation, Term
from modelyard.policy.language.fields import Field
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

OPERATIONS = {"add": "add", "addorreplace": "addOrReplace", "remove": "remove"}
CONFLICT_EFFECTS = {"audit", "deny", "disabled"}
MEMBERS = ("roleDefinitionIds", "conflictEffect", "operations")
NOT_IN_A_CONDITION = {"field": "field()", "resourcegroup": "resourceGroup()", "subscription": "subscription()"}
""""Doesn't support the following Policy functions" (effect-modify, A)."""
MACHINES = frozenset({"microsoft.compute/virtualmachines", "microsoft.compute/virtualmachinescalesets"})
"""The only types whose identity modify changes; of others it is not applicable (effect-modify, A)."""


@dataclass(frozen=True, slots=True)
class FieldOperation:
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

    def computed(self, resource: EvaluatedResource, compilation: Compilation, place: str) -> FieldOperation:
        applies = self.condition.get(resource)
        if not isinstance(applies, bool | Unknown):
            applies = str(applies).casefold() == "true"
        name = self.name.get(resource)
        if isinstance(name, Unknown):
            return FieldOperation(self.operation, self.written, None, applies=name)
        value = self.value.get(resource) if applies is not False else None
        try:
            found = compilation.field(name, place)
        except DefinitionRefused as wrong:
            raise EvaluationFailed(wrong.what) from wrong
        return FieldOperation(self.operation, self.written, found, value, applies)


@dataclass(frozen=True, slots=True)
class Changes:
    """The operations of one definition. `conflict` is what happens where one can't be done: deny, audit or disabled."""

    operations: tuple[_Operation, ...]
    conflict: str
    roles: tuple[str, ...]
    compilation: Compilation
    place: str

    @property
    def of_machines(self) -> bool:
        """Whether machines alone can be changed so: the identity of anything else puts the whole policy aside."""
        modified = (each.name.value for each in self.operations if each.operation != "append")
        return any(str(name).lower() == "identity.type" for name in modified)

    def computed(self, resource: EvaluatedResource) -> tuple[FieldOperation, ...]:
        """Each operation for this resource. Raises EvaluationFailed where an expression fails."""
        return tuple(each.computed(resource, self.compilation, self.place) for each in self.operations)


def compile_changes(effect: Effect, details: Any, compilation: Compilation, place: str) -> Changes:
    """The details of append or modify. Raises DefinitionRefused."""
    if effect is Effect.APPEND:
        if not isinstance(details, list) or not details:
            compilation.refuse(place, "'append' takes an array of field and value")
        rows = [(f"{place}[{at}]", row) for at, row in enumerate(details)]
        return Changes(tuple(_append(row, compilation, where) for where, row in rows), "deny", (), compilation, place)
    found = members.read(details, MEMBERS, compilation, place, of="'modify'")
    operations = found.get("operations")
    if not isinstance(operations, list) or not operations:
        compilation.refuse(found.at("operations"), "'modify' takes an array of operations")
    conflict = value_compiler.template(
        found.get("conflictEffect", "deny"), compilation, found.at("conflictEffect")
    ).value
    if isinstance(conflict, Unknown):
        conflict = "deny"
    if not isinstance(conflict, str) or conflict.lower() not in CONFLICT_EFFECTS:
        compilation.refuse(
            found.at("conflictEffect"), f"'{conflict}' is no conflict effect", allowed="audit, deny, disabled"
        )
    at_operations = found.at("operations")
    compiled = tuple(_modify(row, compilation, f"{at_operations}[{at}]") for at, row in enumerate(operations))
    return Changes(compiled, conflict.lower(), members.roles(found, compilation, of="'modify'"), compilation, place)


def _append(row: Any, compilation: Compilation, place: str) -> _Operation:
    found = members.read(row, ("field", "value"), compilation, place, of="an appended field")
    if "value" not in found:
        compilation.refuse(place, "an appended field needs a value")
    return _operation("append", found, compilation)


def _modify(row: Any, compilation: Compilation, place: str) -> _Operation:
    found = members.read(row, ("operation", "field", "value", "condition"), compilation, place, of="an operation")
    written = str(found.get("operation", ""))
    operation = OPERATIONS.get(written.lower())
    if operation is None:
        compilation.refuse(
            found.at("operation"), f"'{written}' is no operation of modify", allowed=", ".join(OPERATIONS.values())
        )
    if operation != "remove" and "value" not in found:
        compilation.refuse(place, f"'{operation}' needs a value")
    made = _operation(operation, found, compilation)
    if operation == "remove" and made.name.constant and not str(made.name.value).lower().startswith("tags"):
        compilation.refuse(found.at("field"), "only tags can be removed")
    return made


def _operation(operation: str, found: Details, compilation: Compilation) -> _Operation:
    written, at_field = found.get("field"), found.at("field")
    if not isinstance(written, str):
        compilation.refuse(at_field, "'field' takes a string")
    name = value_compiler.template(written, compilation, at_field)
    if name.constant and not isinstance(name.value, Unknown):
        found_field = compilation.field(name.value, at_field)
        if operation != "append":
            _check_modifiable(found_field, compilation, at_field)
    return _Operation(
        operation,
        written,
        name,
        value_compiler.template(found.get("value"), compilation, found.at("value")),
        _condition(found.get("condition", True), compilation, found.at("condition")),
    )


def _check_modifiable(field: Field, compilation: Compilation, place: str) -> None:
    """Refuse an alias that a table says modify can't change; note one of which no table says it can.

    Source: Microsoft docs, effect-modify, "Modify operations": Azure refuses it when the definition is written (A).
    """
    if field.modifiable is False and not compilation.built_in:
        compilation.refuse(
            place,
            f"modify can't change '{field.name}'",
            allowed="aliases whose defaultMetadata has the attribute Modifiable",
            remedy="look the alias up: az provider show --expand resourceTypes/aliases --namespace <namespace>",
        )
    if field.modifiable is None and field.type is not None and not compilation.built_in:
        note = f"{place}: no table says whether modify can change '{field.name}'; Azure refuses the definition if not"
        compilation.notes[note] = None


def _condition(written: Any, compilation: Compilation, place: str) -> Term:
    if isinstance(written, str) and expressions.is_expression(written):
        for call in expressions.calls(compilation.tree(written, place)):
            if call.name.lower() in NOT_IN_A_CONDITION:
                compilation.refuse(
                    place,
                    f"an operation's condition can't ask {NOT_IN_A_CONDITION[call.name.lower()]}",
                    remedy="put the question into the rule's 'if'",
                )
    return value_compiler.template(written, compilation, place)
