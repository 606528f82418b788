"""What differs between a resource's old and new inputs, and which differences mean a new resource. Pure.

As in azure-native, inputs are compared with inputs: what the server fills in, or takes and never returns, differs only
when the program says something else. Every URL parameter and every `replace_on` place of the row replaces.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from modelyard.arm.json_path import find, surface, with_value
from modelyard.arm.resource_types import ResourceType
from modelyard.arm.translation import NOTE, PropertyMap, PulumiInputs
from modelyard.provider.values import reveal

Path = tuple[str | int, ...]


class DifferenceKind(StrEnum):
    """What happened at a path."""

    ADD = "ADD"
    DELETE = "DELETE"
    UPDATE = "UPDATE"


@dataclass(frozen=True, slots=True)
class PropertyChange:
    """One difference; `replaces` says that it can't be made in place."""

    path: Path
    kind: DifferenceKind
    replaces: bool = False

    @property
    def text(self) -> str:
        """The path as Pulumi writes it: `properties.model.version`, `tags["cost center"]`, `rules[0]`."""
        text = ""
        for step in self.path:
            if isinstance(step, int):
                text += f"[{step}]"
            elif step.isidentifier():
                text += f".{step}" if text else step
            else:
                text += '["' + step.replace('"', '\\"') + '"]'
        return text


def changes(
    row: ResourceType, old: PulumiInputs, new: PulumiInputs, outputs: PropertyMap | None = None
) -> tuple[PropertyChange, ...]:
    """All differences between two sets of inputs.

    An input that is newly stated and says what the resource's output said already does not replace it.
    """
    before, after = _comparable(row, old), _comparable(row, new)
    replacing = frozenset(row.parameters) | surface(row, row.replace_on)
    found = []
    for path, kind in _walk(before, after, ()):
        replaces = _replaces(path, replacing, before, after)
        if replaces and kind is DifferenceKind.ADD and outputs is not None:
            place = _place(path)
            replaces = find(dict(outputs), place) != find(after, place)
        found.append(PropertyChange(path, kind, replaces))
    return tuple(found)


def normalized_location(location: object) -> object:
    """`Sweden Central` and `swedencentral` are the same place."""
    return location.replace(" ", "").lower() if isinstance(location, str) else location


def _comparable(row: ResourceType, inputs: dict[str, Any]) -> dict[str, Any]:
    """The inputs with everything in the form in which equal means the same to Azure."""
    plain: dict[str, Any] = {name: value for name, value in reveal(inputs).items() if not name.startswith(NOTE)}
    plain = with_value(plain, "location", normalized_location)
    for place in surface(row, row.string_sets):
        plain = with_value(plain, place, lambda ids: sorted(ids, key=str) if isinstance(ids, list) else ids)
    return plain


def _walk(old: Any, new: Any, path: Path) -> Iterator[tuple[Path, DifferenceKind]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in [*old, *(name for name in new if name not in old)]:
            yield from _member(old, new, name, path)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = dict(enumerate(old)), dict(enumerate(new))
        for index in range(max(len(old), len(new))):
            yield from _member(before, after, index, path)
    elif type(old) is not type(new) or old != new:
        yield path, DifferenceKind.UPDATE


def _member(
    old: Mapping[Any, Any], new: Mapping[Any, Any], key: str | int, path: Path
) -> Iterator[tuple[Path, DifferenceKind]]:
    if key not in new:
        yield (*path, key), DifferenceKind.DELETE
    elif key not in old:
        yield (*path, key), DifferenceKind.ADD
    else:
        yield from _walk(old[key], new[key], (*path, key))


def _place(path: Path) -> str:
    return ".".join(step for step in path if isinstance(step, str))


def _replaces(path: Path, replacing: frozenset[str], old: dict[str, Any], new: dict[str, Any]) -> bool:
    place = _place(path)
    for target in replacing:
        if place == target or place.startswith(f"{target}."):
            return True
        if target.startswith(f"{place}.") and find(old, target) != find(new, target):
            return True
    return False
