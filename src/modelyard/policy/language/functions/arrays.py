"""Functions on arrays, and those that take an array or a string alike."""

from collections.abc import Hashable
from typing import Any

from modelyard.policy.language.functions.conversions import to_text
from modelyard.policy.language.functions.table import Function, array, integer, room, text
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown, find


def same(left: Any, right: Any) -> bool:
    """Equality inside arrays: of JSON values, strings with regard to case, and true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def identity(value: Any) -> Hashable:
    """What two values that are the same have in common, so that many are found at once."""
    if isinstance(value, dict):
        return "object", frozenset((name, identity(each)) for name, each in value.items())
    if isinstance(value, list):
        return "array", tuple(identity(each) for each in value)
    return isinstance(value, bool), value


def has(items: list[Any], wanted: Any) -> Truth:
    """Whether an array holds a value; undecided when only an unknown member could be it."""
    if any(same(each, wanted) for each in items if not isinstance(each, Unknown)):
        return True
    doubt = find(items)
    return False if doubt is None else doubt


def contains(container: Any, wanted: Any) -> Truth:
    """An array's value, an object's key (without regard to case), a string's part (with regard to case)."""
    if isinstance(container, list):
        doubt = find(wanted)
        return has(container, wanted) if doubt is None else doubt
    if isinstance(container, dict):
        key = text("contains", wanted)
        return key in container or key.lower() in map(str.lower, container)
    if isinstance(container, str):
        return to_text(wanted) in container
    raise EvaluationFailed("contains() takes an array, an object or a string")


def length(value: Any) -> int:
    if isinstance(value, str | list | dict):
        return len(value)
    raise EvaluationFailed("length() takes an array, an object or a string")


def empty(value: Any) -> bool:
    if value is None:
        return True
    return length(value) == 0


def first(value: Any) -> Any:
    if isinstance(value, str):
        return value[:1]
    items = array("first", value)
    return items[0] if items else None


def last(value: Any) -> Any:
    if isinstance(value, str):
        return value[-1:]
    items = array("last", value)
    return items[-1] if items else None


def take(value: Any, count: Any) -> Any:
    count = max(integer("take", count), 0)
    return value[:count] if isinstance(value, str) else array("take", value)[:count]


def skip(value: Any, count: Any) -> Any:
    count = max(integer("skip", count), 0)
    return value[count:] if isinstance(value, str) else array("skip", value)[count:]


def index_of(value: Any, wanted: Any) -> int:
    """Where it first is, from 0; -1 when it isn't. In strings without regard to case."""
    if isinstance(value, list):
        return next((at for at, each in enumerate(value) if same(each, wanted)), -1)
    return text("indexOf", value).lower().find(text("indexOf", wanted).lower())


def last_index_of(value: Any, wanted: Any) -> int:
    if isinstance(value, list):
        return next((at for at in range(len(value) - 1, -1, -1) if same(value[at], wanted)), -1)
    return text("lastIndexOf", value).lower().rfind(text("lastIndexOf", wanted).lower())


def flatten(value: Any) -> list[Any]:
    room("flatten", sum(len(each) if isinstance(each, list) else 1 for each in array("flatten", value)))
    return [inner for each in value for inner in (each if isinstance(each, list) else [each])]


def numbers_from(start: Any, count: Any) -> list[int]:
    start, count = integer("range", start), integer("range", count)
    if not 0 <= count <= 10000:
        raise EvaluationFailed("range() makes 0 to 10,000 numbers")
    return list(range(start, start + count))


def from_end(value: Any, index: Any) -> Any:
    items, index = array("indexFromEnd", value), integer("indexFromEnd", index)
    if not 1 <= index <= len(items):
        raise EvaluationFailed(f"indexFromEnd() has no member {index} in an array of {len(items)}")
    return items[-index]


def try_from_end(value: Any, index: Any) -> Any:
    items, index = array("tryIndexFromEnd", value), integer("tryIndexFromEnd", index)
    return items[-index] if 1 <= index <= len(items) else None


FUNCTIONS = (
    Function("array", 1, 1, lambda value: value if isinstance(value, list) else [value], partial=True, total=True),
    Function("createArray", 0, None, lambda *values: list(values), partial=True, total=True),
    Function("contains", 2, 2, contains, partial=True),
    Function("length", 1, 1, length, partial=True),
    Function("empty", 1, 1, empty, partial=True),
    Function("first", 1, 1, first, partial=True),
    Function("last", 1, 1, last, partial=True),
    Function("take", 2, 2, take, partial=True),
    Function("skip", 2, 2, skip, partial=True),
    Function("indexOf", 2, 2, index_of),
    Function("lastIndexOf", 2, 2, last_index_of),
    Function("flatten", 1, 1, flatten),
    Function("range", 2, 2, numbers_from),
    Function("indexFromEnd", 2, 2, from_end, partial=True),
    Function("tryIndexFromEnd", 2, 2, try_from_end, partial=True),
)
