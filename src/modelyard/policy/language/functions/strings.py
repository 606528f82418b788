"""Functions on strings. ARM compares without regard to case in startsWith, endsWith, indexOf and lastIndexOf only."""

import re
from typing import Any
from uuid import UUID, uuid5

from modelyard.policy.language.functions.conversions import to_text
from modelyard.policy.language.functions.table import LONGEST, Function, array, integer, text
from modelyard.policy.language.unknown import EvaluationFailed

GUID_SPACE = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""The namespace of ARM's guid(), a name-based UUID (version 5) of the arguments joined by hyphens.

Source: Microsoft docs, bicep-functions-string, "guid" (A).
"""


def concat(*parts: Any) -> Any:
    """Strings joined, or arrays one after the other, as the first argument says."""
    if isinstance(parts[0], list):
        return [each for part in parts for each in array("concat", part)]
    return "".join([part if part.__class__ is str else to_text(part) for part in parts])


def starts_with(value: Any, start: Any) -> bool:
    return text("startsWith", value).casefold().startswith(text("startsWith", start).casefold())


def ends_with(value: Any, end: Any) -> bool:
    return text("endsWith", value).casefold().endswith(text("endsWith", end).casefold())


def split(value: Any, delimiters: Any) -> list[str]:
    """The pieces between one delimiter, or any of several."""
    value = text("split", value)
    if isinstance(delimiters, list):
        wanted = sorted((text("split", each) for each in delimiters), key=len, reverse=True)
        return re.split("|".join(map(re.escape, wanted)), value) if wanted else [value]
    return value.split(delimiters) if text("split", delimiters) else [value]


def join(values: Any, delimiter: Any) -> str:
    return text("join", delimiter).join(to_text(each) for each in array("join", values))


def substring(value: Any, start: Any, length: Any = None) -> str:
    """Part of a string. Fails past its end, as ARM does (the docs warn of it)."""
    whole, first = text("substring", value), integer("substring", start)
    count = len(whole) - first if length is None else integer("substring", length)
    if first < 0 or count < 0 or first + count > len(whole):
        raise EvaluationFailed(
            f"substring() of a string of {len(whole)} characters can't begin at {first} and take {count}"
        )
    return whole[first : first + count]


def pad_left(value: Any, length: Any, character: Any = " ") -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise EvaluationFailed("padLeft() takes a string or an integer")
    character = text("padLeft", character)
    if len(character) != 1:
        raise EvaluationFailed("padLeft() pads with one character")
    if integer("padLeft", length) > LONGEST:
        raise EvaluationFailed(f"padLeft() makes strings of at most {LONGEST} characters")
    return str(value).rjust(integer("padLeft", length), character)


def replace(value: Any, old: Any, new: Any) -> str:
    whole, part = text("replace", value), text("replace", old)
    return whole.replace(part, text("replace", new)) if part else whole


PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")


def odd_place(pattern: Any) -> str:
    """A width or a number format after the index, which are .NET's own."""
    found = PLACE.finditer(pattern) if isinstance(pattern, str) else ()
    odd = next((each[0] for each in found if each[1] is not None and not each[1].isdigit()), "")
    return f"format() with '{odd}' isn't supported: of .NET's formats only {{0}} is" if odd else ""


def format_text(pattern: Any, *values: Any) -> str:
    """`{0}` and `{1}` in a text."""

    def put(found: re.Match[str]) -> str:
        if found[0] in {"{{", "}}"}:
            return found[0][0]
        if not found[1].isdigit() or int(found[1]) >= len(values):
            raise EvaluationFailed(f"format() can't put '{found[0]}'")
        return to_text(values[int(found[1])])

    return PLACE.sub(put, text("format", pattern))


def guid(*parts: Any) -> str:
    return str(uuid5(GUID_SPACE, "-".join(text("guid", part) for part in parts)))


FUNCTIONS = (
    Function("concat", 1, None, concat),
    Function("startsWith", 2, 2, starts_with),
    Function("endsWith", 2, 2, ends_with),
    Function("split", 2, 2, split),
    Function("join", 2, 2, join),
    Function("substring", 2, 3, substring),
    Function("padLeft", 2, 3, pad_left),
    Function("replace", 3, 3, replace),
    Function("toLower", 1, 1, lambda value: text("toLower", value).lower()),
    Function("toUpper", 1, 1, lambda value: text("toUpper", value).upper()),
    Function("trim", 1, 1, lambda value: text("trim", value).strip()),
    Function("format", 1, None, format_text, refuses=odd_place),
    Function("guid", 1, None, guid),
)
