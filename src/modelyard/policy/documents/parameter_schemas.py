"""JSON schemas that a definition gives its object parameters.

Azure reads them as Json.NET Schema does, draft 2019-09 (Microsoft docs, definition-structure-parameters, A). Nothing is
fetched: a reference to another document is refused.
"""

from collections.abc import Iterator, Mapping
from typing import Any


def unusable(schema: Any) -> str:
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


def misfit(schema: Mapping[str, Any], value: Any) -> str:
    """How a value breaks the schema; empty when it doesn't."""
    from jsonschema import Draft201909Validator
    from jsonschema.exceptions import best_match
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        wrong = best_match(Draft201909Validator(schema, registry=Registry()).iter_errors(value))
    except Unresolvable as missing:
        return f"the schema can't be followed: {missing}"
    return "" if wrong is None else f"the value breaks the parameter's schema at {wrong.json_path}: {wrong.message}"


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        schema = list(schema.values())
    for inner in schema if isinstance(schema, list) else ():
        yield from _references(inner)
