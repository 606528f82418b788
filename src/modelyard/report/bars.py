"""Bars of the HTML page: violations by policy and by control, and what became of the resources.

They are elements of the page and no drawings, so that names stay as large as its other text on a telephone, break where
they are long, and are read out as the list that they are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelyard.findings import Severity
from modelyard.report.policy_finding import PolicyFinding

MOST = 12
"""Bars in a chart; what comes after the longest is told below them."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: the name of its colour in the page's styles, its length in percent of the longest bar."""

    colour: str
    count: int
    length: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A name, how many it has, and by what."""

    name: str
    count: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A chart, the longest bar first; `rest` tells what was left out."""

    title: str
    bars: tuple[Bar, ...]
    rest: str = ""


def drawn(violations: Sequence[PolicyFinding]) -> tuple[Bars, ...]:
    """The charts that have something to show."""
    policies = [(each.policy or each.definition, each.severity) for each in violations]
    controls = [(control, each.severity) for each in violations for control in each.frameworks]
    titled = (("Violations by policy", policies), ("Violations by control of a compliance framework", controls))
    return tuple(_bars(title, counted) for title, counted in titled if counted)


def parted(counts: Iterable[tuple[str, int]]) -> tuple[Part, ...]:
    """One bar of the whole length, by colour."""
    shown = [(colour, count) for colour, count in counts if count]
    whole = sum(count for _, count in shown)
    return tuple(Part(colour, count, _percent(count, whole)) for colour, count in shown)


def _bars(title: str, counted: Sequence[tuple[str, Severity]]) -> Bars:
    totals, parts = Counter(name for name, _ in counted), Counter(counted)
    order = sorted(totals, key=lambda name: (-totals[name], name))
    longest = totals[order[0]]
    rest = order[MOST:]
    return Bars(
        title,
        tuple(
            Bar(
                name,
                totals[name],
                tuple(
                    Part(severity.value, parts[name, severity], _percent(parts[name, severity], longest))
                    for severity in Severity
                    if parts[name, severity]
                ),
            )
            for name in order[:MOST]
        ),
        f"and {len(rest)} more with {sum(totals[name] for name in rest):,}" if rest else "",
    )


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 2)
