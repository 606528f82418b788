"""What of a resource changes: its inputs before and after, member by member.

Which members count is the provider's to say (`detailedDiff`): it knows what Azure fills in by itself. How they differ
is read from the inputs, since the provider tells lists by position, and a content filter with one entry less would
seem to be another from there on. Entries that have a name are told by it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from modelyard.arm import pulumi_sentinels
from modelyard.arm.translation import PropertyMap
from modelyard.files import JsonObject
from modelyard.report.change import SECRET, UNKNOWN, Change

INDEX = re.compile(r"\[[^\]]*\]")
PART = re.compile(r'\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.\[\]]+)')
NAMES = ("name", "blocklistName", "key", "id")
QUALIFIER = "source"
ABSENT = object()


def changes(step: JsonObject) -> tuple[Change, ...]:
    """The changes that a step's metadata tells; none of a create or a delete."""
    old, new = ((step.get(side) or {}).get("inputs") or {} for side in ("old", "new"))
    if not old or not new or not step.get("new"):
        return ()
    details: Mapping[str, Any] = step.get("detailedDiff") or {name: {} for name in step.get("diffs") or ()}
    forced = {plain(path) for path, each in details.items() if str(each.get("diffKind", "")).endswith("-replace")}
    return between(old, new, details, forced or set(step.get("keys") or ()))


def between(
    old: PropertyMap, new: PropertyMap, details: Iterable[str], forced: Set[str] = frozenset()
) -> tuple[Change, ...]:
    """The changes between inputs at the paths that count; a path in `forced` makes another resource."""
    details = tuple(details)
    counted = {plain(path) for path in details}
    found = [
        Change(path, _shown(before), _shown(after), replaces=_within(plain(path), forced))
        for path, before, after in _differences("", old, new)
        if _within(plain(path), counted)
    ]
    told = {plain(each.path) for each in found}
    silent = (path for path in details if not _within(plain(path), told))
    return (*found, *(_by_place(path, old, new, plain(path) in forced) for path in silent))


def plain(path: str) -> str:
    """A path without what tells a list's entries apart."""
    return INDEX.sub(lambda found: f".{found[0][2:-2]}" if found[0].startswith('["') else "", path).lstrip(".")


def _within(path: str, others: Set[str]) -> bool:
    """Whether one of the others is the same place, or one within the other."""
    return any(path == each or path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in others)


def _differences(path: str, old: Any, new: Any) -> Iterator[tuple[str, Any, Any]]:
    if old == new and type(old) is type(new):
        return
    if _is_object(old) and _is_object(new):
        for name in [*old, *(each for each in new if each not in old)]:
            yield from _differences(_joined(path, name), old.get(name, ABSENT), new.get(name, ABSENT))
    elif isinstance(old, list) and isinstance(new, list) and (named := _named(old, new)):
        yield from (each for key, before, after in named for each in _differences(f"{path}[{key}]", before, after))
    elif old is ABSENT and _is_object(new) and not path.endswith("]"):
        yield from (each for name in new for each in _differences(_joined(path, name), ABSENT, new[name]))
    elif new is ABSENT and _is_object(old) and not path.endswith("]"):
        yield from (each for name in old for each in _differences(_joined(path, name), old[name], ABSENT))
    else:
        yield path, old, new


def _is_object(value: Any) -> bool:
    return isinstance(value, dict) and pulumi_sentinels.SIGNATURE not in value


def _joined(path: str, name: str) -> str:
    part = f'["{name}"]' if "." in name or "[" in name else name
    return part if not path else f"{path}{part}" if part.startswith("[") else f"{path}.{part}"


def _named(old: list[Any], new: list[Any]) -> list[tuple[str, Any, Any]]:
    """Entries of both lists that belong together, by their names; empty where they have none, or one twice."""
    before, after = _by_name(old), _by_name(new)
    if before is None or after is None:
        return []
    keys = [*before, *(key for key in after if key not in before)]
    return [(key, before.get(key, ABSENT), after.get(key, ABSENT)) for key in keys]


def _by_name(entries: list[Any]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    for entry in entries:
        name = next((entry[key] for key in NAMES if entry.get(key)), None) if isinstance(entry, dict) else None
        if not isinstance(name, str):
            return None
        key = f"{name}, {entry[QUALIFIER]}" if isinstance(entry.get(QUALIFIER), str) else name
        if key in found:
            return None
        found[key] = entry
    return found


def _by_place(path: str, old: Mapping[str, Any], new: Mapping[str, Any], forced: bool) -> Change:
    """A difference that the inputs don't show: of a secret, of an order, or of what Azure has."""
    return Change(path, _shown(_at(old, path)), _shown(_at(new, path)), replaces=forced)


def _at(value: Any, path: str) -> Any:
    for quoted, index, name in PART.findall(path):
        if index:
            value = value[int(index)] if isinstance(value, list) and int(index) < len(value) else ABSENT
        else:
            value = value.get(quoted or name, ABSENT) if isinstance(value, dict) else ABSENT
    return value


def _shown(value: Any) -> Any:
    """The value without what is secret or unknown in it."""
    if value is ABSENT:
        return None
    if isinstance(value, dict):
        if pulumi_sentinels.SIGNATURE in value:
            return SECRET
        return {name: _shown(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_shown(each) for each in value]
    return UNKNOWN if isinstance(value, str) and value in pulumi_sentinels.UNKNOWNS else value
