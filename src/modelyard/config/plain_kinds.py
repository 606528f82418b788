"""Entries of the stack file for kinds without logic, read as ARM's types say.

An entry has the members of ARM's document, without the level `properties` and without what only the server writes, and
the sections of what is inside it. It comes out as a map in ARM's names, secrets among it still as `Secret`. A form is
built when the first entry of its kind is read, so that a stack without one pays nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Annotated, Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationInfo
from pydantic_core import CoreSchema, PydanticCustomError, SchemaValidator, core_schema

from modelyard.arm.json_path import PROPERTIES
from modelyard.arm.resource_types import ResourceType, rows
from modelyard.arm.schema import READ_ONLY, SECRET, STRING_SET, Schema
from modelyard.arm.schema import members as schema_members
from modelyard.config.scalar import Scalar, as_flag, as_text, as_whole
from modelyard.config.secret import Secret

SECURE = "secure: …, as `pulumi config set --secret --path` writes it"
SECURE_FORM: Mapping[str, Any] = {
    "type": "object",
    "properties": {"secure": {"type": "string"}},
    "required": ["secure"],
    "additionalProperties": False,
}
PLAIN = frozenset(
    {"type", "description", "enum", "const", "anyOf", "pattern", "minLength", "maxLength", "minimum", "maximum"}
)
"""What of a form is written as it is."""
FRACTION = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?")


@cache
def section(row: ResourceType) -> Any:
    """The type of a section: a map of names to entries, for `Fitting.each`."""
    return dict[Annotated[str, _Name(row)], Annotated[dict[str, Any], _Entry(row)]]


def children(row: ResourceType) -> tuple[ResourceType, ...]:
    """The rows whose sections stand below an entry of this one."""
    return tuple(each for each in rows() if each.parent is row)


@dataclass(frozen=True, slots=True)
class _Name:
    """A name, held to the pattern of ARM's types."""

    row: ResourceType

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._held, _text({}))

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", **self.row.schema.name}

    def _held(self, name: str) -> str:
        return _limited(name, self.row.schema.name, "config.name-not-allowed", f"not a valid name of a {self.row.noun}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """One entry of a section."""

    row: ResourceType

    def __get_pydantic_core_schema__(self, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return _object(flat(self.row), _hidden(self.row), "", _sections(self.row))

    def __get_pydantic_json_schema__(self, _core: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return described(self.row)


def flat(row: ResourceType) -> Schema:
    """ARM's types of an entry: the members beside `properties` and those in it, on one level."""
    body, inside = row.schema.body, row.schema.properties
    beside = {name: each for name, each in body["properties"].items() if name != PROPERTIES}
    required = [name for name in body.get("required", ()) if name != PROPERTIES]
    return {
        **inside,
        "properties": {**beside, **inside.get("properties", {})},
        "required": [*required, *inside.get("required", ())],
    }


def _hidden(row: ResourceType) -> set[str]:
    return {place.removeprefix(f"{PROPERTIES}.") for place in row.secret}


def _sections(row: ResourceType) -> dict[str, core_schema.TypedDictField]:
    found = {child.section: TypeAdapter(section(child)).core_schema for child in children(row)}
    return {name: core_schema.typed_dict_field(each, required=False) for name, each in found.items()}


def described(row: ResourceType) -> dict[str, Any]:
    """JSON Schema of an entry, with ARM's descriptions, for editors and the docs."""
    entry = _described(flat(row), _hidden(row), "")
    below = {
        child.section: {
            "type": "object",
            "additionalProperties": described(child),
            "description": f"{child.noun[0].upper()}{child.noun[1:]}s by name.",
        }
        for child in children(row)
    }
    return {**entry, "properties": {**entry["properties"], **below}}


def _described(form: Schema, hidden: set[str], at: str) -> dict[str, Any]:
    """A form as it is written in the stack file. Members of all variants stand side by side, each value with its
    own.
    """
    if form.get(SECRET):
        return {**SECURE_FORM, **_kept(form, "description")}
    if form.get(STRING_SET):
        return {"type": "array", "items": {"type": "string"}, **_kept(form, "description")}
    found: dict[str, Any] = {key: value for key, value in form.items() if key in PLAIN}
    members: dict[str, Any] = {}
    for name, member, _ in schema_members(form):
        if READ_ONLY not in member:
            one = _described(member, hidden, f"{at}{name}.")
            members[name] = one if name not in members else _either(members[name], one)
    if members:
        found |= {"properties": members, "additionalProperties": False, **_kept(form, "required")}
    elif isinstance(form.get("additionalProperties"), Mapping):
        found["additionalProperties"] = SECURE_FORM if _within(hidden, at) else form["additionalProperties"]
    if "items" in form:
        found["items"] = _described(form["items"], hidden, at)
    return found


def _either(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """What a member may be in one variant or in another."""
    if one == other:
        return one
    if {"const", "enum"} & set(one) and "const" in other:
        return {**_kept(one, "description"), "enum": [*one.get("enum", [one.get("const")]), other["const"]]}
    if "properties" in one and "properties" in other:
        both = {**other["properties"], **one["properties"]}
        return {**_kept(one, "type", "description", "additionalProperties"), "properties": both}
    return one if "properties" in one else other


def _kept(form: Schema, *keys: str) -> dict[str, Any]:
    return {key: form[key] for key in keys if form.get(key)}


def _within(hidden: set[str], at: str) -> bool:
    return any(at.startswith(f"{place}.") for place in hidden)


# --- forms -----------------------------------------------------------------------------------------------------------


def _object(
    form: Schema, hidden: set[str], at: str = "", more: Mapping[str, core_schema.TypedDictField] | None = None
) -> CoreSchema:
    variants = form.get("oneOf", ())
    if variants and "discriminator" in form:
        chooses = form["discriminator"]["propertyName"]
        shapes = {
            each["properties"][chooses]["const"]: partial(_shape, form, each, hidden, at, more) for each in variants
        }
        return core_schema.with_info_plain_validator_function(_Variants(chooses, shapes))
    return _shape(form, {}, hidden, at, more)


def _shape(
    form: Schema, variant: Schema, hidden: set[str], at: str, more: Mapping[str, core_schema.TypedDictField] | None
) -> CoreSchema:
    members = {**form.get("properties", {}), **variant.get("properties", {})}
    required = {*form.get("required", ()), *variant.get("required", ())}
    fields = {
        name: core_schema.typed_dict_field(_form(member, hidden, f"{at}{name}"), required=name in required)
        for name, member in members.items()
        if not member.get(READ_ONLY)
    }
    return core_schema.typed_dict_schema({**fields, **(more or {})}, extra_behavior="forbid", strict=True)


@dataclass(frozen=True)
class _Variants:
    """An object whose members depend on the value of one. A place in it doesn't name the variant, as pydantic's
    would.
    """

    chooses: str
    shapes: Mapping[str, partial[CoreSchema]]

    def __call__(self, value: Any, info: ValidationInfo) -> Any:
        given = value.get(self.chooses) if isinstance(value, Mapping) else None
        chosen = given.text if isinstance(given, Scalar) else None
        if chosen is None or chosen not in self.shapes:
            # Whatever else is said, it must name one that is known; only that is told.
            words = core_schema.literal_schema(sorted(self.shapes))
            only = core_schema.typed_dict_schema(
                {self.chooses: core_schema.typed_dict_field(_before(as_text, words), required=True)},
                extra_behavior="ignore",
            )
            return SchemaValidator(only).validate_python(value, strict=True, context=info.context)
        return _validator(self.shapes[chosen]).validate_python(value, strict=True, context=info.context)


@cache
def _validator(shape: "partial[CoreSchema]") -> SchemaValidator:
    return SchemaValidator(shape())


def _form(form: Schema, hidden: set[str], at: str) -> CoreSchema:
    """The reader of one member. `hidden` are the places of secrets, `at` is where this one is."""
    if form.get(STRING_SET):
        ids = core_schema.tuple_schema([_text({})], variadic_item_index=0, strict=True)
        return core_schema.no_info_after_validator_function(lambda given: {each: {} for each in given}, ids)
    if form.get("type") == "array":
        items = core_schema.tuple_schema([_form(form.get("items", {}), hidden, at)], variadic_item_index=0, strict=True)
        return core_schema.no_info_after_validator_function(list, items)
    if form.get("type") == "object" and "additionalProperties" in form and not form.get("properties"):
        # A map of texts among credentials holds the credentials: ARM's types mark none in it.
        each = {SECRET: True} if _within(hidden, f"{at}.") else form["additionalProperties"]
        return core_schema.dict_schema(_text({}), _form(each, hidden, at), strict=True)
    if form.get("type") == "object" and (form.get("properties") or form.get("oneOf")):
        return _object(form, hidden, f"{at}.")
    return _scalar(form)


def _scalar(form: Schema) -> CoreSchema:
    kind = form.get("type")
    if form.get(SECRET):
        return core_schema.no_info_plain_validator_function(_secret)
    if "enum" in form or "const" in form:
        return _before(as_text, core_schema.literal_schema(form["enum"] if "enum" in form else [form["const"]]))
    if kind == "integer":
        whole = core_schema.int_schema(ge=form.get("minimum"), le=form.get("maximum"), strict=True)
        return _before(as_whole, whole)
    if kind == "string" or "anyOf" in form:
        return _text(form)
    if kind == "boolean":
        return _before(as_flag, core_schema.bool_schema(strict=True))
    read = _number if kind == "number" else _anything
    return core_schema.with_info_plain_validator_function(read)


def _before(read: Any, inner: CoreSchema) -> CoreSchema:
    return core_schema.with_info_before_validator_function(read, inner)


def _text(form: Schema) -> CoreSchema:
    text = _before(as_text, core_schema.str_schema(strict=True))
    if not {"pattern", "minLength", "maxLength"} & set(form):
        return text
    held = partial(_limited, form=form, code="config.value-not-allowed", message="not of the form that ARM takes")
    return core_schema.no_info_after_validator_function(held, text)


def _limited(value: str, form: Schema, code: str, message: str) -> str:
    short, long = form.get("minLength", 0), form.get("maxLength", len(value))
    if short <= len(value) <= long and re.search(form.get("pattern", ""), value):
        return value
    rules = [f"text of the pattern {form['pattern']}"] if "pattern" in form else []
    rules += [f"at least {short} characters"] if short else []
    rules += [f"at most {form['maxLength']} characters"] if "maxLength" in form else []
    raise PydanticCustomError(code, message, {"found": value, "allowed": ", ".join(rules)})


def _secret(value: Any) -> Secret:
    if isinstance(value, Secret):
        return value
    raise PydanticCustomError(
        "config.value-not-allowed",
        "this value must be encrypted",
        {"found": "plain text" if isinstance(value, Scalar) else "no text", "allowed": SECURE},
    )


def _number(value: Any, _info: ValidationInfo) -> float:
    if isinstance(value, Scalar) and value.plain and FRACTION.fullmatch(value.text):
        return float(value.text)
    raise PydanticCustomError(
        "config.wrong-type", "a number is expected", {"found": repr(value), "allowed": "decimal digits, without quotes"}
    )


def _anything(value: Any, info: ValidationInfo) -> Any:
    """A value of no stated type: quotes make a text, and anything else is what JSON would take it for."""
    if isinstance(value, dict):
        return {name: _anything(each, info) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_anything(each, info) for each in value]
    if isinstance(value, Scalar) and value.plain:
        if value.text in ("true", "false"):
            return value.text == "true"
        if FRACTION.fullmatch(value.text):
            return float(value.text) if "." in value.text else int(value.text)
    return as_text(value, info)
