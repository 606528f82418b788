"""The trend over kept runs: violations of each severity, run by run. The page's template draws it as SVG.

Colours are the page's variables, which browsers resolve in SVG as in any element; the drawing needs no script.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from modelyard.findings import Severity
from modelyard.report.history_entry import HistoryEntry

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


def drawn(runs: Sequence[HistoryEntry]) -> Chart:
    """The runs at equal distances: pipelines don't run by the clock."""
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
