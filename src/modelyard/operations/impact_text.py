"""What a change of policies would do, in words and as JSON."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.arm.resource_types import by_type
from modelyard.audit.impact import WORDS, ImpactLine
from modelyard.destination import TargetName

SHOWN = 5
"""Resources of one stack that are named before the rest is counted."""


def text(
    found: Sequence[ImpactLine],
    targets: Mapping[str, TargetName],
    documents: Sequence[str],
    looked: str,
    *,
    whole: bool,
) -> str:
    """The lines, and what they rest on. That nothing comes of a change is said only where the `whole` was looked at."""
    lines = []
    for line in found:
        said = f"{line.name}{_title(line)} {WORDS[line.change]} {_resources(line)}"
        lines.append(f"{said} in {_count(len(line.stacks), 'stack')}")
        for stack in line.stacks:
            names = list(dict.fromkeys(each.ruling.resource_name for each in line.moves if each.stack == stack))
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            lines.append(f"  {stack} ({targets[stack]}): {', '.join(names[:SHOWN])}{more}")
    changed = f"{_count(len(documents), 'policy', 'policies')} differ{'s' * (len(documents) == 1)}"
    if not documents:
        changed = "no policy differs" if whole else "no policy that can be read differs"
    nothing = ", and nothing comes of it" if whole and documents and not lines else ""
    return "\n".join([*lines, f"{changed}{nothing}; {looked}"])


def looked_at(resources: int, stacks: int, left_out: int) -> str:
    """`87 resources in 12 stacks evaluated, 1 stack left out`."""
    said = f"{_count(resources, 'resource')} in {_count(stacks, 'stack')} evaluated"
    return f"{said}, {_count(left_out, 'stack')} left out" if left_out else said


def _title(line: ImpactLine) -> str:
    """What the assignment is called, and how many of the name there are."""
    said = [line.display_name] if line.display_name != line.name else []
    several = len(line.assignments)
    return (
        f" ({', '.join([*said, *([f'{several} assignments'] if several > 1 else [])])})" if said or several > 1 else ""
    )


def _resources(line: ImpactLine) -> str:
    """`14 deployments and 2 accounts`."""
    kinds: Counter[str] = Counter()
    for kind, _ in {(each.ruling.resource_type, (each.stack, each.ruling.resource.lower())) for each in line.moves}:
        row = by_type().get(kind.lower())
        kinds[row.noun if row is not None else "resource"] += 1
    return " and ".join(_count(number, kind) for kind, number in sorted(kinds.items(), key=lambda each: -each[1]))


def _count(number: int, one: str, many: str = "") -> str:
    plural = many or (f"{one[:-1]}ies" if one.endswith("y") else f"{one}s")
    return f"{number} {one if number == 1 else plural}"


def data(found: Sequence[ImpactLine]) -> list[dict[str, Any]]:
    return [
        {
            "assignment": line.name,
            "displayName": line.display_name,
            "assignments": list(line.assignments),
            "change": line.change.value,
            "resources": line.resources,
            "stacks": len(line.stacks),
            "of": [
                {
                    "stack": move.stack,
                    "assignment": move.ruling.assignment_id,
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
    ]
