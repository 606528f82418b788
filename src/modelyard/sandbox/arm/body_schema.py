"""What JSON the members of a body are made of, which is found out before anybody looks at what they say.

A form is `str`, `bool`, `int` or `float`; `ANY`; `[form]`, a list; or an object, a mapping from names to forms, in
which `*` stands for every other name. Members that a form doesn't name may be anything, and null says that nothing is
given, but not inside a list. The types are those of ARM, of azure-mgmt-authorization 4.0 and azure-mgmt-resource-policy
1.0 (A). Azure is known to answer a wrong one with 400 (C); that it reads no text as a flag is inferred (R), and better
found here. A text that is a number is taken as one, because clients of Azure's send it: the Azure CLI a capacity.
"""

import re
import uuid
from collections.abc import Collection, Iterator, Mapping
from typing import Any, TypeAlias

from modelyard.arm.schema import READ_ONLY, Schema
from modelyard.arm.schema import members as schema_members
from modelyard.sandbox.arm.answers import refuse

ANY = object
Form: TypeAlias = "type | list[Form] | Mapping[str, Form]"

OBJECT: Form = {}
ENVELOPE: Mapping[str, Form] = {
    "identity": {"type": str, "userAssignedIdentities": {"*": OBJECT}},
    "kind": str,
    "location": str,
    "managedBy": str,
    "sku": {"name": str, "tier": str, "size": str, "family": str, "capacity": int},
    "tags": {"*": str},
}
WORDS: Mapping[type, str] = {str: "a text", bool: "true or false", int: "a whole number", float: "a number"}
WHOLE = re.compile(r"-?\d{1,18}", re.ASCII)
NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,18})?", re.ASCII)
SHOWN = 10
"""Wrong places that one message names."""


def check(form: Form, body: Any) -> None:
    """InvalidRequestContent, which names every place where the body isn't of the form."""
    wrong = list(_wrong(form, body, ""))
    if wrong:
        more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        raise refuse("bad-content", reason="; ".join([*wrong[:SHOWN], *more]))


def numbers(form: Form, body: Any, place: str = "") -> tuple[Any, list[str]]:
    """The body with texts that are numbers read as such, and the places of those."""
    if form in (int, float) and isinstance(body, str) and (WHOLE if form is int else NUMBER).fullmatch(body):
        return (int(body) if form is int else float(body)), [place]
    read: list[str] = []
    if isinstance(form, list) and isinstance(body, list):
        found = [numbers(form[0], each, f"{place}[{at}]") for at, each in enumerate(body)]
        return [each for each, _ in found], [one for _, places in found for one in places]
    if not isinstance(form, Mapping) or not isinstance(body, Mapping):
        return body, read
    after = dict(body)
    for name, each in body.items():
        inner = form.get(name, form.get("*", ANY))
        after[name], places = numbers(inner, each, f"{place}.{name}" if place else name)
        read += places
    return after, read


def _wrong(form: Form, value: Any, place: str) -> Iterator[str]:
    if isinstance(form, type):
        if value is not None and not _is(form, value):
            yield f"{place} must be {WORDS[form]}, not {_called(value)}"
    elif isinstance(form, list):
        if isinstance(value, list):
            for at, each in enumerate(value):
                here = f"{place}[{at}]"
                yield from [f"{here} must not be null"] if _missing(form[0], each) else _wrong(form[0], each, here)
        elif value is not None:
            yield f"{place} must be a list, not {_called(value)}"
    elif isinstance(value, Mapping):
        for name, each in value.items():
            if name in form or "*" in form:
                yield from _wrong(form.get(name, form.get("*", ANY)), each, f"{place}.{name}" if place else name)
    elif value is not None:
        yield f"{place or 'the body'} must be an object, not {_called(value)}"


def _missing(form: Form, value: Any) -> bool:
    return value is None and form is not ANY


def _is(form: type, value: Any) -> bool:
    if isinstance(value, bool):
        return form in (bool, ANY)
    return isinstance(value, int | float if form is float else form)


def _called(value: Any) -> str:
    """What a message calls a JSON value, without repeating it."""
    if isinstance(value, bool):
        return "true or false"
    words = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return words.get(type(value), "null")


# --- forms of ARM's types --------------------------------------------------------------------------------------------

TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "integer": int, "number": float}


def members(schema: Schema, read_only: Collection[str] = (), at: str = "") -> dict[str, Form]:
    """The members of an object of ARM's types that a caller may write; where variants differ about one, it may be
    any.
    """
    found: dict[str, Form] = {}
    for name, member, _ in schema_members(schema):
        if f"{at}{name}" in read_only or member.get(READ_ONLY):
            continue
        form = of(member)
        found[name] = form if found.get(name, form) == form else ANY
    return found


def of(schema: Schema) -> Form:
    """The form of a member of ARM's types."""
    kind = schema.get("type")
    if kind in TYPES:
        return TYPES[str(kind)]
    if kind == "array":
        return [of(schema.get("items", {}))]
    if kind == "object":
        every = {"*": of(each)} if (each := schema.get("additionalProperties")) is not None else {}
        return {**every, **members(schema)}
    texts = (each for each in schema.get("anyOf", ()) if each.get("type") == "string")
    return str if "const" in schema or any(texts) else ANY


def missing(schema: Schema, value: Any, at: str = "") -> list[str]:
    """Places that ARM's types want and the value lacks, where the object around them is given."""
    if isinstance(value, list):
        inside = schema.get("items", {})
        return [
            place for i, each in enumerate(value) for place in missing(inside, each, f"{at.removesuffix('.')}[{i}].")
        ]
    if not isinstance(value, Mapping):
        return []
    schema = _variant(schema, value)
    absent = [f"{at}{name}" for name in schema.get("required", ()) if value.get(name) is None]
    for name, each in schema.get("properties", {}).items():
        absent += missing(each, value.get(name), f"{at}{name}.")
    return absent


def _variant(schema: Schema, value: Mapping[str, Any]) -> Schema:
    """The schema of the variant that the value chooses; the common members where it is none that is known."""
    chooses = schema.get("discriminator", {}).get("propertyName")
    for each in schema.get("oneOf", ()):
        if chooses and each["properties"].get(chooses, {}).get("const") == value.get(chooses):
            needed = [*schema.get("required", ()), *each.get("required", ())]
            return {
                "properties": {**schema.get("properties", {}), **each["properties"]},
                "required": list(dict.fromkeys(needed)),
            }
    return schema


def fits(schema: Schema, name: str) -> bool:
    """Whether a name is one that ARM's types allow."""
    lengths = schema.get("minLength", 1) <= len(name) <= schema.get("maxLength", len(name))
    return lengths and re.search(schema.get("pattern", ""), name) is not None


def rule(schema: Schema) -> str:
    """What ARM's types say of a name, for a message."""
    least, most = schema.get("minLength"), schema.get("maxLength")
    said = [f"the pattern {schema['pattern']}"] if "pattern" in schema else []
    said += [f"at least {least} characters"] if least else []
    return ", ".join([*said, *([f"at most {most} characters"] if most else [])])


def is_guid(text: str) -> bool:
    """Whether a text is a GUID as Azure writes them: with hyphens, without braces."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
