"""What a change of policies would do, in words and as JSON."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from modelyard.audit.impact import WORDS, Line

NAMES = {
    "accounts": "account",
    "deployments": "deployment",
    "raipolicies": "content filter",
    "raiblocklists": "blocklist",
    "raiblocklistitems": "blocklist entry",
    "resourcegroups": "resource group",
}
"""What people call resources, by the last part of their type; others are resources."""
SHOWN = 5
"""Resources of one stack that are named before the rest is counted."""


def text(found: Sequence[Line], documents: Sequence[str], resources: int, stacks: int) -> str:
    lines = []
    for line in found:
        name = line.assignment_id.rpartition("/")[2]
        title = f" ({line.assignment})" if line.assignment != name else ""
        lines.append(f"{name}{title} {WORDS[line.change]} {_resources(line)} in {_count(len(line.stacks), 'stack')}")
        for stack in line.stacks:
            names = list(dict.fromkeys(each.ruling.resource_name for each in line.moves if each.stack == stack))
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            lines.append(f"  {stack}: {', '.join(names[:SHOWN])}{more}")
    looked = f"{_count(resources, 'resource')} in {_count(stacks, 'stack')} looked at"
    if not documents:
        return f"no policy differs; {looked}"
    changed = f"{_count(len(documents), 'policy', 'policies')} differ{'s' * (len(documents) == 1)}"
    return "\n".join([*lines, f"{changed}{'' if lines else ', and nothing comes of it'}; {looked}"])


def _resources(line: Line) -> str:
    """`14 deployments and 2 accounts`."""
    kinds: Counter[str] = Counter()
    for kind, _ in {(each.ruling.resource_type, (each.stack, each.ruling.resource.lower())) for each in line.moves}:
        kinds[NAMES.get(kind.rpartition("/")[2].lower(), "resource")] += 1
    return " and ".join(_count(number, kind) for kind, number in sorted(kinds.items(), key=lambda each: -each[1]))


def _count(number: int, one: str, many: str = "") -> str:
    plural = many or (f"{one[:-1]}ies" if one.endswith("y") else f"{one}s")
    return f"{number} {one if number == 1 else plural}"


def data(found: Sequence[Line], documents: Sequence[str], stacks: Sequence[str], base: str) -> dict[str, Any]:
    return {
        "base": base,
        "stacks": list(stacks),
        "policies": list(documents),
        "impact": [
            {
                "assignment": line.assignment_id,
                "displayName": line.assignment,
                "change": line.change.value,
                "resources": line.resources,
                "stacks": len(line.stacks),
                "of": [
                    {
                        "stack": move.stack,
                        "resource": move.ruling.resource,
                        "name": move.ruling.resource_name,
                        "definition": move.ruling.definition,
                        "reference": move.ruling.reference,
                        "effect": move.ruling.effect,
                        "position": str(move.ruling.position) if move.ruling.position else None,
                    }
                    for move in line.moves
                ],
            }
            for line in found
        ],
    }
