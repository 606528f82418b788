"""When two values are equal, and which is the greater.

Strings compare without regard to case (.NET's InvariantCultureIgnoreCase; Unicode case folding comes closest: ß = SS).
A string that reads as a number equals that number, and "true" equals true. What is null or missing equals the empty
string: so it is in Azure by the words of the author of Microsoft's open evaluator (microsoft/regorus, pull 661, C).
Two ISO 8601 date-times compare as moments. Ordering of other strings is by code point after folding; .NET's linguistic
order of punctuation is not modelled.
"""

import math
import re
from typing import Any

from modelyard.policy.language.dates import moment
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown, find

NUMBER = re.compile(r"\s*[+-]?\d+(\.\d+)?([eE][+-]?\d+)?\s*", re.ASCII)

LONGEST_NUMBER = 300
"""Characters of a text that is read as a number: no double has more digits before its point."""


def number(text: str) -> int | float | None:
    """The number a string stands for; None when it isn't one."""
    found = NUMBER.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if found is None:
        return None
    value = float(text) if found[1] or found[2] else int(text)
    return None if isinstance(value, float) and math.isinf(value) else value


def describe(value: Any) -> str:
    """What kind of JSON value this is, in ARM's words, for messages."""
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "float", str: "string", list: "array", dict: "object"}
    return names.get(type(value), "a value of no JSON type")


def equal(left: Any, right: Any) -> Truth:
    """Whether two values are equal as a condition's `equals` sees it; undecided when an unknown inside one matters."""
    if isinstance(left, str):
        return _text_equals(left, right)
    if isinstance(right, str):
        return _text_equals(right, left)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, int | float) and isinstance(right, int | float):
        return left == right
    if isinstance(left, list | dict) and type(left) is type(right):
        doubts = [doubt for doubt in (find(left), find(right)) if doubt is not None]
        return doubts[0] if doubts else _same(left, right)
    return left is None and right is None


def _text_equals(text: str, other: Any) -> bool:
    if isinstance(other, str):
        return text == other or text.casefold() == other.casefold()
    if isinstance(other, bool):
        return text.casefold() == ("true" if other else "false")
    if isinstance(other, int | float):
        return number(text) == other
    return other is None and not text


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return len(left) == len(right) and all(equal(*pair) is True for pair in zip(left, right, strict=True))
    keys = {key.casefold(): each for key, each in right.items()}
    return len(left) == len(right) and all(
        key.casefold() in keys and equal(each, keys[key.casefold()]) is True for key, each in left.items()
    )


def order(left: Any, right: Any) -> int:
    """Negative, zero or positive as `left` is less than, equal to or greater than `right`.

    Raises EvaluationFailed where Azure does: "if the property type doesn't match the condition type, an error is
    thrown" (Microsoft docs, definition-structure-policy-rule, A).
    """
    if isinstance(left, str) and isinstance(right, str):
        first, second = moment(left), moment(right)
        if first is not None and second is not None:
            return (first > second) - (first < second)
        low, high = left.casefold(), right.casefold()
        return (low > high) - (low < high)
    one, two = _as_number(left), _as_number(right)
    if one is None or two is None:
        raise EvaluationFailed(
            f"a value of type {describe(left)} can't be ordered against one of type {describe(right)}"
        )
    return (one > two) - (one < two)


def _as_number(value: Any) -> int | float | None:
    if isinstance(value, bool | Unknown):
        return None
    if isinstance(value, int | float):
        return value
    return number(value) if isinstance(value, str) else None
