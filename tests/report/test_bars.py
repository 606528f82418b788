"""Bars say who has most, and by what; what they leave out they tell."""

from typing import Any

from modelyard.findings import Severity
from modelyard.report import charts


def test_nothing_is_drawn_of_nothing() -> None:
    assert charts.bars(()) == ()
    assert charts.parted((("error", 0), ("right", 0))) == ()


def test_the_most_frequent_come_first_and_the_rest_is_told(rule: Any) -> None:
    found = [rule(str(count), f"Policy {at:02}") for at in range(charts.MOST + 3) for count in range(at + 1)]
    (by_policy,) = charts.bars(found)
    assert [(each.name, each.count) for each in by_policy.bars][:2] == [("Policy 14", 15), ("Policy 13", 14)]
    assert len(by_policy.bars) == charts.MOST
    assert by_policy.rest == "and 3 more with 6"


def test_a_bar_is_parted_by_severity_and_as_long_as_its_share_of_the_longest(rule: Any) -> None:
    found = (rule("a"), rule("b", severity=Severity.NOTE), rule("c"), rule("d"), rule("e", "Another"))
    (by_policy,) = charts.bars(found)
    first, second = by_policy.bars
    assert [(part.colour, part.count, part.length) for part in first.parts] == [("error", 3, 75.0), ("note", 1, 25.0)]
    assert sum(part.length for part in second.parts) == 25.0


def test_a_policy_without_a_name_is_known_by_its_definition(rule: Any) -> None:
    (by_policy,) = charts.bars((rule(policy="", definition="modelyard/keyless"),))
    assert by_policy.bars[0].name == "modelyard/keyless"


def test_controls_are_drawn_where_an_initiative_maps_them(rule: Any) -> None:
    found = (rule(frameworks=("CIS_2.1", "ISO_27001_A.9")), rule("b", frameworks=("CIS_2.1",)))
    *_, controls = charts.bars(found)
    assert controls.title == "Violations by control of a compliance framework"
    assert [(each.name, each.count) for each in controls.bars] == [("CIS_2.1", 2), ("ISO_27001_A.9", 1)]
