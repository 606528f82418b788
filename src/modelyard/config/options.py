"""Every option a stack file has, as rows for the docs, `explain`, and guesses at what a wrong key was meant to be."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from modelyard.config.key_path import ANY
from modelyard.config.naming_rules import RULE_OF_PATTERN, RULES

Schema = Mapping[str, Any]
ENTRY = "<name>"
ITEM = ANY


@dataclass(frozen=True, slots=True)
class Option:
    """One key. `path` starts below `modelyard:`; `<name>` stands for a key of the team's own, `[]` for each item.

    `default` is the value as it would be written, `required` or empty; `allowed` is in words.
    """

    path: tuple[str, ...]
    type: str
    default: str
    allowed: str
    description: str

    @property
    def name(self) -> str:
        return self.path[-1]

    def __str__(self) -> str:
        return ".".join(self.path).replace(f".{ITEM}", ITEM)


@cache
def options() -> tuple[Option, ...]:
    """All options in the order of the models, parents before children."""
    from modelyard.config.plain_sections import keys

    schema = keys().model_json_schema(by_alias=True, mode="validation")
    return tuple(_options(schema, schema["$defs"], ()))


def _options(schema: Schema, definitions: Schema, path: tuple[str, ...]) -> Iterator[Option]:
    for key, written in schema.get("properties", {}).items():
        forms = _forms(written, definitions)
        here = (*path, key)
        yield Option(
            path=here,
            type=" or ".join(dict.fromkeys(_type(form) for form in forms)),
            default=_default(key, written, schema),
            allowed="; ".join(filter(None, (_allowed(form) for form in forms))),
            description=written.get("description", ""),
        )
        for form in forms:
            yield from _within(form, definitions, here)


def _within(form: Schema, definitions: Schema, path: tuple[str, ...]) -> Iterator[Option]:
    if _secure(form):
        return
    if "properties" in form:
        yield from _options(form, definitions, path)
    for keyword, step in (("additionalProperties", ENTRY), ("patternProperties", ENTRY), ("items", ITEM)):
        inner = form.get(keyword)
        if keyword == "patternProperties" and inner:
            inner = next(iter(inner.values()))
        if isinstance(inner, Mapping):
            for nested in _forms(inner, definitions):
                yield from _within(nested, definitions, (*path, step))


def _forms(schema: Schema, definitions: Schema) -> list[Schema]:
    """The alternatives a value may take, references followed, null left out."""
    if "$ref" in schema:
        return [definitions[schema["$ref"].rsplit("/", 1)[-1]]]
    if "anyOf" in schema:
        return [
            form for option in schema["anyOf"] for form in _forms(option, definitions) if form.get("type") != "null"
        ]
    return [schema]


def _secure(form: Schema) -> bool:
    return set(form.get("properties", ())) == {"secure"}


def _type(form: Schema) -> str:
    if _secure(form):
        return "secret"
    names = {"string": "text", "integer": "whole number", "boolean": "true or false", "array": "list", "object": "map"}
    return names.get(form["type"], "text") if "type" in form else "any value" if not form else "text"


def _allowed(form: Schema) -> str:
    if "const" in form:
        return str(form["const"])
    if "enum" in form:
        return " | ".join(map(str, form["enum"]))
    if "pattern" in form:
        pattern = str(form["pattern"])
        return RULES.get(RULE_OF_PATTERN.get(pattern, ""), "name@version" if "@" in pattern else f"as {pattern}")
    return f"at least {form['minimum']}" if "minimum" in form else ""


def _default(key: str, written: Schema, schema: Schema) -> str:
    if key in schema.get("required", ()):
        return "required"
    default = written.get("default")
    if isinstance(default, bool):
        return str(default).lower()
    return str(default) if isinstance(default, str | int) else ""
