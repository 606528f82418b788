"""The trend says in words what it draws, and what it draws is in proportion."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from modelyard.report import charts
from modelyard.report.history_entry import HistoryEntry, run
from modelyard.report.result import Report

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def runs(rule: Any) -> list[HistoryEntry]:
    worse = Report("audit", policy_findings=(rule("a"), rule("b")), resources=3)
    return [
        run(replace(worse, policy_findings=worse.policy_findings[: 2 - at]), AT + timedelta(days=at)) for at in range(3)
    ]


def test_a_trend_tells_where_it_began_and_where_it_is(runs: list[HistoryEntry]) -> None:
    words = "2 violations in 3 resources on 2026-11-01, 0 in 3 on 2026-11-03, 3 runs in all"
    assert charts.trend(runs).words == words


def test_a_line_falls_as_its_counts_do(runs: list[HistoryEntry]) -> None:
    drawing = charts.trend(runs)
    [error] = [line for line in drawing.lines if line.colour == "error"]
    heights = [y for _, y in error.corners]
    assert heights[2] == drawing.floor, "no violation is at the floor"
    assert drawing.floor - heights[0] == 2 * (drawing.floor - heights[1]), "two are twice as high as one"
    assert [tick.count for tick in drawing.ticks] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(("most", "step"), [(0, 1), (4, 1), (5, 2), (8, 2), (9, 5), (20, 5), (21, 10), (4001, 2000)])
def test_the_grid_has_round_figures_above_every_count(most: int, step: int) -> None:
    assert charts._step(most) == step
