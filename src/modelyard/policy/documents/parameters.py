"""Parameters of definitions and initiatives: their types, defaults, allowed values and schemas.

Allowed values are compared with regard to case; names are not (Microsoft docs, definition-structure-parameters, A).
What `metadata` says (`strongType`, `assignPermissions`) is for Azure's portal and rules nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.catalog.built_in_policies import NOTHING
from modelyard.policy.documents import written_definition
from modelyard.policy.documents.written_definition import ParameterValues, WrittenParameter
from modelyard.policy.failures import DefinitionRefused, ParameterRefused
from modelyard.policy.language import dates
from modelyard.policy.language.functions.arrays import same
from modelyard.policy.language.unknown import Unknown, find
from modelyard.policy.language.value_order import describe

TYPES: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
    "boolean": lambda value: isinstance(value, bool) or (isinstance(value, str) and value.lower() in {"true", "false"}),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "datetime": lambda value: isinstance(value, str) and dates.moment(value) is not None,
}


@dataclass(frozen=True, slots=True)
class Parameter(WrittenParameter):
    """One declared parameter, to hold values against."""

    def misfit(self, value: Any) -> tuple[str, str]:
        """What is wrong with a value, and what is allowed; two empty texts when nothing is."""
        if isinstance(value, Unknown):
            return "", ""
        if not TYPES[self.type](value):
            return f"the value is of type {describe(value)}", f"a value of type {self.type}"
        if self.allowed:
            for each in value if self.type == "array" and not self._allows(value) else [value]:
                if not isinstance(each, Unknown) and not self._allows(each):
                    return f"'{each}' is not among the allowed values", ", ".join(map(str, self.allowed))
        if self.schema is not None and find(value) is None:
            return _schema_misfit(self.schema, value), "what the parameter's schema takes"
        return "", ""

    def _allows(self, value: Any) -> bool:
        return any(same(value, each) for each in self.allowed)


Declared = Mapping[str, Parameter]


def declared(owner: str, written: Any, *, built_in: bool = False) -> Declared:
    """Parameters by folded name, as a definition or an initiative declares them. Raises DefinitionRefused.

    `built_in`: it is Azure's own, of which some have a default that isn't of their parameter's type.
    """
    return checked(owner, written_definition.parameters(owner, written), built_in=built_in)


def checked(owner: str, rows: Mapping[str, WrittenParameter], *, built_in: bool = False) -> Declared:
    """The parameters, with schemas that can be used and defaults that fit. Raises DefinitionRefused."""
    return {folded: _declared(owner, row, built_in=built_in) for folded, row in rows.items()}


def _declared(owner: str, row: WrittenParameter, *, built_in: bool) -> Parameter:
    place = f"parameters.{row.name}"
    if row.schema is not None:
        problem = _unusable(row.schema) if row.type == "object" else f"a parameter of type {row.type} has no schema"
        if problem:
            raise DefinitionRefused(owner, f"{place}.schema", problem, allowed="a JSON schema, of type object alone")
    parameter = Parameter(row.name, row.type, row.default, row.allowed, row.schema)
    if parameter.default is not NOTHING and not built_in:
        problem, fitting = parameter.misfit(parameter.default)
        if problem:
            raise DefinitionRefused(owner, f"{place}.defaultValue", problem, allowed=fitting)
    return parameter


def values(owner: str, parameters: Declared, given: ParameterValues, *, complete: bool) -> ParameterValues:
    """The value of each parameter by folded name: what is given, else the default.

    One without either is an error when `complete`, and unknown (`parameters('x')`) otherwise. Raises ParameterRefused.
    """
    named = {name.lower(): value for name, value in given.items()}
    for name in given:
        if list(map(str.lower, given)).count(name.lower()) > 1:
            raise ParameterRefused(owner, name, "a value is given twice, since Azure doesn't regard case in names")
        if name.lower() not in parameters:
            known = ", ".join(each.name for each in parameters.values()) or "none"
            raise ParameterRefused(owner, name, "there is no such parameter", allowed=known)
    found: dict[str, Any] = {}
    for folded, parameter in parameters.items():
        value = named.get(folded, parameter.default)
        if value is NOTHING:
            if complete:
                raise ParameterRefused(
                    owner,
                    parameter.name,
                    "no value is given and there is no default",
                    allowed=", ".join(map(str, parameter.allowed)) or f"a value of type {parameter.type}",
                )
            value = Unknown(f"parameters('{parameter.name}')")
        problem, allowed = parameter.misfit(value)
        if problem:
            raise ParameterRefused(owner, parameter.name, problem, allowed=allowed)
        found[folded] = value
    return found


def unwrapped(written: Any) -> ParameterValues:
    """Values as assignments carry them, `{name: {"value": …}}` or bare, as `{name: …}`."""
    if not isinstance(written, Mapping):
        return {}
    return {
        name: each["value"] if isinstance(each, Mapping) and set(each) == {"value"} else each
        for name, each in written.items()
    }


def _unusable(schema: Any) -> str:
    """Why this is no schema that values could be held to; empty when it is one."""
    from jsonschema import Draft201909Validator, SchemaError

    if not isinstance(schema, Mapping):
        return "a schema is an object"
    for reference in _references(schema):
        if not reference.startswith("#"):
            return f"the schema refers to '{reference}', which isn't in it"
    try:
        Draft201909Validator.check_schema(schema)
    except SchemaError as wrong:
        return f"this is no JSON schema: {wrong.message}"
    return ""


def _schema_misfit(schema: Mapping[str, Any], value: Any) -> str:
    """How a value breaks the schema; empty when it doesn't."""
    from jsonschema import Draft201909Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        wrong = best_match(Draft201909Validator(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as missing:
        return f"the schema can't be followed: {missing}"
    except (re.error, RecursionError, ArithmeticError, ValueError, TypeError, LookupError, AttributeError):
        return "the schema can't be followed: it has a pattern or a reference that leads nowhere"
    return "" if wrong is None else f"the value breaks the parameter's schema at {wrong.json_path}: {wrong.message}"


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        yield from _references(inner)
