"""How everything here is measured: two things in turn within one run, and the ratio of their medians.

Absolute times say more about the machine than about the code; a ratio of neighbours in time holds when the machine's
speed drifts.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of the table: what was measured, what it is held against, and the bound it should keep.

    `kept` is None where it couldn't be measured here, and the detail says why.
    """

    name: str
    figure: str
    bound: str
    kept: bool | None
    detail: str = ""


def seconds(action: Callable[[], object]) -> float:
    """The wall time of one run."""
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def in_turn(first: Callable[[], object], second: Callable[[], object], runs: int) -> tuple[float, float]:
    """Median seconds of both, run in turn after one warm-up each."""
    first()
    second()
    pairs = [(seconds(first), seconds(second)) for _ in range(runs)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def ratio(name: str, measured: float, reference: float, at_most: float, against: str) -> Row:
    """A row for a time that may be at most so many times another."""
    value = measured / reference
    return Row(
        name,
        f"{value:.2f} ×",
        f"≤ {at_most} × {against}",
        value <= at_most,
        f"{measured * 1000:.0f} ms against {reference * 1000:.0f} ms",
    )


def table(rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    cells = [("figure", "measured", "bound", "", "detail")]
    words = {True: "kept", False: "MISSED", None: "–"}
    cells += [(row.name, row.figure, row.bound, words[row.kept], row.detail) for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(5)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])
