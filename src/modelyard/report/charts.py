"""Charts of the HTML page: bars of violations by policy and by control, and the trend over kept runs.

Bars are elements of the page and no drawings, so that names stay as large as its other text on a telephone, break where
they are long, and are read out as the list that they are. The page's template draws the trend as SVG; its colours are
the page's variables, which browsers resolve in SVG as in any element. Neither needs a script.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from modelyard.findings import Severity
from modelyard.report.history_entry import HistoryEntry
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


def bars(violations: Sequence[PolicyFinding]) -> tuple[Bars, ...]:
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


TITLE = "Trend over kept runs"
WIDTH, HEIGHT = 420, 150
LEFT, TOP = 44, 10
"""Pixels for the labels of the counts, and above the highest line."""
POINTS = 40
"""Runs up to which each has its point; more would run into one another."""
TICKS = 4


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the grid: its height in the drawing, and the count that it stands for."""

    y: float
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One severity: the name of its colour in the page's styles, and its corners in the drawing."""

    colour: str
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing, and the same in words. `points` says that each corner is marked."""

    title: str
    words: str
    period: str
    ticks: tuple[Tick, ...]
    lines: tuple[Line, ...]
    points: bool
    width: int = LEFT + WIDTH + 8
    height: int = TOP + HEIGHT + 34
    left: int = LEFT
    floor: int = TOP + HEIGHT


def trend(runs: Sequence[HistoryEntry]) -> Chart:
    """Violations of each severity, run by run, at equal distances: pipelines don't run by the clock."""
    first, last = runs[0], runs[-1]
    step = _step(max((count for run in runs for count in run.severities.values()), default=0))
    top = step * TICKS
    counted = {severity: tuple(run.severities.get(severity.value, 0) for run in runs) for severity in Severity}
    before, now = sum(first.severities.values()), sum(last.severities.values())
    return Chart(
        title=TITLE,
        words=(
            f"{before:,} violations in {first.resources:,} resources on {first.at:%Y-%m-%d}, "
            f"{now:,} in {last.resources:,} on {last.at:%Y-%m-%d}, {len(runs)} runs in all"
        ),
        period=f"runs from {first.at:%Y-%m-%d} to {last.at:%Y-%m-%d}",
        ticks=tuple(Tick(_y(step * number, top), step * number) for number in range(TICKS + 1)),
        lines=tuple(
            Line(severity.value, tuple((_x(at, len(runs)), _y(count, top)) for at, count in enumerate(counts)))
            for severity, counts in counted.items()
        ),
        points=len(runs) <= POINTS,
    )


def _step(most: int) -> int:
    """The distance of the grid's lines: 1, 2 or 5 times a power of ten, so that all counts fit below the highest."""
    power = 1
    while True:
        for factor in (1, 2, 5):
            if factor * power * TICKS >= most:
                return factor * power
        power *= 10


def _x(at: int, runs: int) -> float:
    return round(LEFT + WIDTH * at / max(1, runs - 1), 1)


def _y(count: int, top: int) -> float:
    return round(TOP + HEIGHT * (1 - count / top), 1)
