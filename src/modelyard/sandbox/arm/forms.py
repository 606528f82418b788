"""What JSON the members of a body are made of, which is found out before anybody looks at what they say.

A form is `str`, `bool`, `int` or `float`; `ANY`; `[form]`, a list; or an object, a mapping from names to forms, in
which `*` stands for every other name. Members that a form doesn't name may be anything, and null says that nothing is
given, but not inside a list. The types are those of azure-mgmt-cognitiveservices 14.1, azure-mgmt-authorization 4.0 and
azure-mgmt-resource-policy 1.0 (A). Azure is known to answer a wrong one with 400 (C); that it reads no text as a number
or a flag is inferred (R), and better found here.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

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
SHOWN = 10
"""Wrong places that one message names."""


def check(form: Form, body: Any) -> None:
    """InvalidRequestContent, which names every place where the body isn't of the form."""
    wrong = list(_wrong(form, body, ""))
    if wrong:
        more = [f"and {len(wrong) - SHOWN} more"] if len(wrong) > SHOWN else []
        raise refuse("bad-content", reason="; ".join([*wrong[:SHOWN], *more]))


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


def is_guid(text: str) -> bool:
    """Whether a text is a GUID as Azure writes them: with hyphens, without braces."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
