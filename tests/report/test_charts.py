"""Charts say in words what they draw, and draw only where there is something to compare."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from modelyard.findings import Severity
from modelyard.report import charts
from modelyard.report.result import Report
from modelyard.report.run import run

AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.drawn((), ()) == ()


def test_one_run_is_no_trend(rule: Any) -> None:
    report = Report("audit", rulings=(rule(),), resources=3)
    assert charts.drawn((), (run(report, AT),)) == ()


def test_a_trend_tells_where_it_began_and_where_it_is(rule: Any) -> None:
    worse = Report("audit", rulings=(rule("a"), rule("b")), resources=3)
    runs = [run(replace(worse, rulings=worse.rulings[: 2 - at]), AT + timedelta(days=at)) for at in range(3)]
    (trend,) = charts.drawn((), runs)
    assert trend.words == "2 violations in 3 resources on 2026-11-01, 0 in 3 on 2026-11-03, 3 runs in all"


def test_the_most_frequent_come_first_and_the_rest_is_told(rule: Any) -> None:
    found = [rule(str(count), f"Policy {at:02}") for at in range(charts.MOST + 3) for count in range(at + 1)]
    by_policy, by_severity = charts.drawn(found, ())
    assert by_policy.words.startswith("Policy 14: 15; Policy 13: 14;")
    assert by_policy.words.endswith("; and 3 more with 6")
    assert by_severity.words == f"Azure would stop: {len(found)}"


def test_controls_are_drawn_where_an_initiative_maps_them(rule: Any) -> None:
    found = (rule(frameworks=("CIS_2.1", "ISO_27001_A.9")), rule("b", frameworks=("CIS_2.1",), severity=Severity.NOTE))
    *_, controls = charts.drawn(found, ())
    assert controls.title == "Violations by control of a compliance framework"
    assert controls.words == "CIS_2.1: 2; ISO_27001_A.9: 1"


def test_a_drawing_is_one_image_with_its_words_and_the_page_s_colours(rule: Any) -> None:
    first, *_ = charts.drawn((rule(policy='<b>"&'),), ())
    drawing = ElementTree.fromstring(str(first.svg))
    assert drawing.get("role") == "img"
    assert drawing.get("aria-label") == 'Violations by policy: <b>"&: 1'
    assert "var(--error)" in first.svg
    assert "http" not in str(first.svg).replace("http://www.w3.org/", ""), "no address beside the names of SVG itself"


def test_a_long_name_is_cut_in_the_drawing_and_whole_in_words(rule: Any) -> None:
    name = "Deployments " * 12
    first, *_ = charts.drawn((rule(policy=name),), ())
    assert f"{name}: 1" in first.words
    assert "…" in first.svg
