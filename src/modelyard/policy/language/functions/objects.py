"""Functions on objects, and the set operations that take arrays or objects."""

from collections.abc import Hashable
from typing import Any

from modelyard.files import JsonDocument
from modelyard.policy.language.functions.arrays import identity, same
from modelyard.policy.language.functions.table import Function, array, brief, integer, mapping, room, text
from modelyard.policy.language.unknown import EvaluationFailed


def create(*pairs: Any) -> JsonDocument:
    if len(pairs) % 2:
        raise EvaluationFailed("createObject() takes names and values in pairs")
    return {text("createObject", name): value for name, value in zip(pairs[::2], pairs[1::2], strict=True)}


def union(*values: Any) -> Any:
    """Arrays without repetition, in order of first sight; objects merged deeply, the later one counting."""
    if isinstance(values[0], list):
        found: dict[Hashable, Any] = {}
        for value in values:
            for each in array("union", value):
                found.setdefault(identity(each), each)
        room("union", len(found))
        return list(found.values())
    merged: dict[str, Any] = {}
    for value in values:
        _merge(merged, mapping("union", value))
    return merged


def _merge(target: dict[str, Any], source: dict[str, Any]) -> None:
    for name, value in source.items():
        if isinstance(value, dict) and isinstance(target.get(name), dict):
            target[name] = dict(target[name])
            _merge(target[name], value)
        else:
            target[name] = value


def intersection(*values: Any) -> Any:
    """What all arrays hold, or the members all objects share with equal values."""
    if isinstance(values[0], list):
        others = [{identity(each) for each in array("intersection", value)} for value in values[1:]]
        return [each for each in values[0] if all(identity(each) in other for other in others)]
    rest = [mapping("intersection", value) for value in values]
    return {
        name: value
        for name, value in rest[0].items()
        if all(name in other and same(value, other[name]) for other in rest[1:])
    }


def shallow_merge(values: Any) -> JsonDocument:
    merged: dict[str, Any] = {}
    for value in array("shallowMerge", values):
        merged |= mapping("shallowMerge", value)
    return merged


def items(value: Any) -> list[JsonDocument]:
    return [{"key": name, "value": each} for name, each in sorted(mapping("items", value).items())]


def member(target: Any, name: Any) -> Any:
    """`target.name` or `target[0]`. Fails for what isn't there, as ARM does."""
    if not _holds(target, name):
        raise EvaluationFailed(f"there is no {brief(name)} to take")
    return try_get(target, name)


def _holds(target: Any, name: Any) -> bool:
    if isinstance(target, dict) and isinstance(name, str):
        return name in target or name.lower() in map(str.lower, target)
    return isinstance(target, list) and isinstance(name, int) and 0 <= name < len(target)


def try_get(target: Any, *names: Any) -> Any:
    """The member under a name, or a chain of them; null where one is missing."""
    for name in names:
        if isinstance(target, dict):
            key = text("tryGet", name)
            target = (
                target[key] if key in target else {each.lower(): one for each, one in target.items()}.get(key.lower())
            )
        elif isinstance(target, list):
            at = integer("tryGet", name)
            target = target[at] if 0 <= at < len(target) else None
        else:
            return None
    return target


FUNCTIONS = (
    Function("createObject", 0, None, create, partial=True),
    Function("union", 1, None, union),
    Function("intersection", 2, None, intersection),
    Function("shallowMerge", 1, 1, shallow_merge),
    Function("items", 1, 1, items, partial=True),
    Function("objectKeys", 1, 1, lambda value: sorted(mapping("objectKeys", value)), partial=True),
    Function("tryGet", 2, None, try_get, partial=True),
)
