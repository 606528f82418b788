"""What the operators and functions of `graph_query` mean, value by value, and how a path is followed.

Microsoft docs, kusto/query (A): =~ and has ignore capitals, == doesn't; has finds a whole term, which is a run of
letters and digits. Values that aren't there compare as empty.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

Row = Mapping[str, Any]


def at(row: Any, keys: Iterable[str]) -> Any:
    """The value at a path; None where there is none. Columns and members are found by their exact names."""
    for key in keys:
        if isinstance(row, Mapping):
            row = row.get(key)
        elif isinstance(row, list) and key.isdecimal() and int(key) < len(row):
            row = row[int(key)]
        else:
            return None
    return row


def text(value: Any) -> str:
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right or text(left) == text(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return text(left).lower() == text(right).lower()
    return bool(left == right) or text(left) == text(right)


def same(left: Any, right: Any) -> bool:
    return text(left).lower() == text(right).lower()


def has(left: Any, right: Any) -> bool:
    wanted = re.escape(text(right).lower())
    return re.search(rf"(?<![0-9a-z]){wanted}(?![0-9a-z])", text(left).lower()) is not None


def rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, int | float):
        return 1, value
    return (0, 0) if value is None else (2, text(value))


def ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        one, other = rank(left), rank(right)
        return one[0] == other[0] != 0 and holds(one[1], other[1])

    return compare


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": equal,
    "!=": lambda left, right: not equal(left, right),
    "=~": same,
    "!~": lambda left, right: not same(left, right),
    "has": has,
    "contains": lambda left, right: text(right).lower() in text(left).lower(),
    "startswith": lambda left, right: text(left).lower().startswith(text(right).lower()),
    "endswith": lambda left, right: text(left).lower().endswith(text(right).lower()),
    "<": ordered(lambda one, other: one < other),
    "<=": ordered(lambda one, other: one <= other),
    ">": ordered(lambda one, other: one > other),
    ">=": ordered(lambda one, other: one >= other),
}
EMPTINESS: Mapping[str, bool] = {"isempty": True, "isnull": True, "isnotempty": False, "isnotnull": False}


def whole(value: Any) -> int | None:
    try:
        return int(float(text(value)))
    except (ValueError, OverflowError):
        return None


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "tostring": text,
    "tolower": lambda value: text(value).lower(),
    "toupper": lambda value: text(value).upper(),
    "toint": whole,
    "tolong": whole,
}


def columns(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Name and type of each column, for a reply in the form of a table."""
    kinds: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            kind = (
                "object"
                if isinstance(value, Mapping | list)
                else "boolean"
                if isinstance(value, bool)
                else "integer"
                if isinstance(value, int)
                else "string"
            )
            if value is not None or name not in kinds:
                kinds[name] = kind
    yield from kinds.items()
