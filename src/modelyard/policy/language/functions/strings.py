"""Functions on strings. ARM compares without regard to case in startsWith, endsWith, indexOf and lastIndexOf only."""

import re
from typing import Any
from uuid import UUID, uuid5

from modelyard.policy.language.functions.conversions import to_text
from modelyard.policy.language.functions.table import Function, array, brief, integer, room, text
from modelyard.policy.language.unknown import EvaluationFailed

GUID_SPACE = UUID("11fb06fb-712d-4ddd-98c7-e71bbd588830")
"""The namespace of ARM's guid(), a name-based UUID (version 5) of the arguments joined by hyphens.

Source: Microsoft docs, bicep-functions-string, "guid" (A).
"""


def concat(*parts: Any) -> Any:
    """Strings joined, or arrays one after the other, as the first argument says."""
    if isinstance(parts[0], list):
        room("concat", sum(len(array("concat", part)) for part in parts))
        return [each for part in parts for each in part]
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
    between, pieces, size = text("join", delimiter), [], 0
    for each in array("join", values):
        pieces.append(to_text(each))
        size = room("join", size + len(pieces[-1]) + len(between) * (len(pieces) > 1))
    return between.join(pieces)


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
    return str(value).rjust(room("padLeft", integer("padLeft", length)), character)


def replace(value: Any, old: Any, new: Any) -> str:
    whole, part, other = text("replace", value), text("replace", old), text("replace", new)
    if not part:
        return whole
    room("replace", len(whole) + whole.count(part) * (len(other) - len(part)))
    return whole.replace(part, other)


PLACE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}")
INDEX = re.compile(r"\d{1,9}", re.ASCII)


def odd_place(pattern: Any) -> str:
    """A width or a number format after the index, which are .NET's own."""
    found = PLACE.finditer(pattern) if isinstance(pattern, str) else ()
    odd = next((each[0] for each in found if each[1] is not None and not INDEX.fullmatch(each[1])), "")
    return f"format() with '{odd}' isn't supported: of .NET's formats only {{0}} is" if odd else ""


def format_text(pattern: Any, *values: Any) -> str:
    """`{0}` and `{1}` in a text."""
    written, texts, size = text("format", pattern), [to_text(each) for each in values], 0

    def put(found: re.Match[str]) -> str:
        nonlocal size
        if found[0] in {"{{", "}}"}:
            return found[0][0]
        if not INDEX.fullmatch(found[1]) or int(found[1]) >= len(texts):
            raise EvaluationFailed(f"format() can't put {brief(found[0])}")
        piece = texts[int(found[1])]
        size = room("format", size + len(piece))
        return piece

    return PLACE.sub(put, written)


def guid(*parts: Any) -> str:
    return str(uuid5(GUID_SPACE, "-".join(text("guid", part) for part in parts)))


MASK = 0xFFFFFFFF
FIRST, SECOND = 0x239B961B, 0xAB0E9789
LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


def unique_string(*parts: Any) -> str:
    """A hash of the arguments, joined by hyphens, as 13 letters.

    It is MurmurHash3 in a form of 64 bits, in base 32 from its highest bits on. Source: Microsoft's provider of
    Terraform for ARM (Azure/terraform-provider-azapi, pull 653, A), and a value that a deployment returned (B).
    """
    data = "-".join(text("uniqueString", part) for part in parts).encode()
    one = two = 0
    for at in range(0, len(data), 8):
        block = data[at : at + 8]
        one ^= _scrambled(block[:4], FIRST, 15, SECOND)
        if len(block) == 8:
            one = ((_rotated(one, 19) + two) * 5 + 0x561CCD1B) & MASK
        two ^= _scrambled(block[4:], SECOND, 17, FIRST)
        if len(block) == 8:
            two = ((_rotated(two, 13) + one) * 5 + 0x0BCAA747) & MASK
    one, two = one ^ len(data), two ^ len(data)
    one = (one + two) & MASK
    two = (two + one) & MASK
    one, two = _mixed(one), _mixed(two)
    one = (one + two) & MASK
    value = ((two + one) & MASK) << 32 | one
    return "".join(LETTERS[(value << 5 * at >> 59) & 31] for at in range(13))


def _rotated(value: int, by: int) -> int:
    return (value << by | value >> 32 - by) & MASK


def _scrambled(piece: bytes, before: int, by: int, after: int) -> int:
    return _rotated(int.from_bytes(piece, "little") * before & MASK, by) * after & MASK


def _mixed(value: int) -> int:
    value = (value ^ value >> 16) * 0x85EBCA6B & MASK
    value = (value ^ value >> 13) * 0xC2B2AE35 & MASK
    return value ^ value >> 16


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
    Function("uniqueString", 1, None, unique_string),
)
