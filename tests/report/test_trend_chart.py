"""The trend says in words what it draws, and takes its colours from the page."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from modelyard.report import trend_chart
from modelyard.report.result import Report
from modelyard.report.run import run

AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_a_trend_tells_where_it_began_and_where_it_is(rule: Any) -> None:
    worse = Report("audit", rulings=(rule("a"), rule("b")), resources=3)
    runs = [run(replace(worse, rulings=worse.rulings[: 2 - at]), AT + timedelta(days=at)) for at in range(3)]
    words = "2 violations in 3 resources on 2026-11-01, 0 in 3 on 2026-11-03, 3 runs in all"
    trend = trend_chart.drawn(runs)
    assert trend.words == words
    drawing = ElementTree.fromstring(str(trend.svg))
    assert drawing.get("role") == "img"
    assert drawing.get("aria-label") == f"Trend over kept runs: {words}"
    assert "var(--error)" in trend.svg
    assert "http" not in str(trend.svg).replace("http://www.w3.org/", ""), "no address beside the names of SVG itself"
