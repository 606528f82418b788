"""What a refresh makes of a resource's inputs: changes that somebody made in Azure, and nothing else. Pure.

ARM's reply can't be compared with inputs, for it holds defaults and more. So the old outputs are compared with the new
ones, in the part that could be stated as inputs, and what changed between them is carried over to the inputs. A
default that the server filled in is no input and stays none, even when the server changes it.
"""

from typing import Any

from modelyard.arm.json_path import surface
from modelyard.arm.resource_types import ResourceType
from modelyard.arm.translation import PulumiInputs, projection
from modelyard.provider.values import SecretValue


def inputs(row: ResourceType, old: PulumiInputs, before: PulumiInputs, now: PulumiInputs) -> PulumiInputs:
    """The inputs `old`, with what changed between the outputs `before` and `now` (both plain, without secrets)."""
    if not before:
        return old  # a state without outputs: nothing tells what changed
    ignored = surface(row, row.server_filled | row.write_only)
    merged: dict[str, Any] = _merged(old, projection(row, before), projection(row, now), "", ignored)
    return merged


def _merged(base: Any, before: Any, now: Any, place: str, ignored: frozenset[str]) -> Any:
    if before == now:
        return base
    if isinstance(base, SecretValue):
        return SecretValue(_merged(base.value, before, now, place, ignored))
    if isinstance(base, dict) and isinstance(before, dict) and isinstance(now, dict):
        return _merged_object(base, before, now, place, ignored)
    if isinstance(base, list) and isinstance(before, list) and isinstance(now, list):
        known = min(len(base), len(before), len(now))
        items = [_merged(base[i], before[i], now[i], place, ignored) for i in range(known)]
        return items + now[known:]
    return now


def _merged_object(
    base: dict[str, Any], before: dict[str, Any], now: dict[str, Any], place: str, ignored: frozenset[str]
) -> dict[str, Any]:
    result = {}
    for name in [*base, *(name for name in now if name not in base)]:
        inner = f"{place}.{name}" if place else name
        if name in base and name in before and name in now:
            result[name] = _merged(base[name], before[name], now[name], inner, ignored)
        elif name in base:
            if name in now:  # Azure has it since the last look
                result[name] = now[name]
            elif name not in before:  # Azure never shows it
                result[name] = base[name]
        elif before.get(name) != now[name] and inner not in ignored:
            result[name] = now[name]
    return result
