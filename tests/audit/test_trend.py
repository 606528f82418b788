"""Kept runs show which way things go, so none is counted twice, none is lost, and none belongs to another stack."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.audit import trend
from modelyard.failures import Failure
from modelyard.report.history_entry import HistoryEntry

AT = datetime(2026, 11, 23, 17, 4, 5, tzinfo=UTC)
RUN = HistoryEntry(
    at=AT,
    stack="dev",
    resources=23,
    violating=2,
    severities={"error": 1, "warning": 1, "note": 0},
    policies={"Stay near": 2},
    known=1,
    undecided=3,
    exempt=4,
)


def test_a_run_is_read_as_it_was_kept(tmp_path: Path) -> None:
    assert trend.read(tmp_path) == (), "there is none before the first"
    assert trend.add(tmp_path, RUN) == (RUN,)
    assert trend.read(tmp_path) == (RUN,)
    assert trend.read(tmp_path / trend.NAME) == (RUN,), "a folder holds it under its own name"


def test_a_file_is_made_where_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "audits" / "dev.jsonl"
    trend.add(file, RUN)
    assert len(file.read_text().splitlines()) == 1
    assert [each.name for each in file.parent.iterdir()] == ["dev.jsonl"], "and nothing is left beside it"


def test_two_reports_of_one_run_keep_it_once(tmp_path: Path) -> None:
    trend.add(tmp_path, RUN)
    assert trend.add(tmp_path, replace(RUN, at=AT + timedelta(seconds=40))) == (RUN,)
    assert len(trend.add(tmp_path, replace(RUN, at=AT + timedelta(seconds=40), violating=1))) == 2, "it says otherwise"
    assert len(trend.add(tmp_path, replace(RUN, at=AT + timedelta(minutes=2)))) == 3, "it is another run"
    assert len(trend.add(tmp_path, replace(RUN, stack="prod"))) == 4


@given(st.lists(st.integers(0, 10_000), unique=True, max_size=12), st.integers(1, 6))
def test_runs_lie_in_the_order_of_time_and_the_oldest_go(
    tmp_path_factory: pytest.TempPathFactory, minutes: list[int], keep: int
) -> None:
    place = tmp_path_factory.mktemp("trend")
    for each in minutes:
        trend.add(place, replace(RUN, at=AT + timedelta(minutes=each)), keep)
    kept = [each.at for each in trend.read(place)]
    assert kept == sorted(kept)
    assert len(kept) == min(len(minutes), keep)
    if minutes and len(minutes) <= keep:
        assert kept[-1] == AT + timedelta(minutes=max(minutes))


def test_moments_of_several_zones_are_compared_as_moments(tmp_path: Path) -> None:
    east = replace(RUN, at=AT.astimezone(timezone(timedelta(hours=9))) + timedelta(minutes=5))
    trend.add(tmp_path, east)
    assert [each.at for each in trend.add(tmp_path, RUN)] == [AT, east.at]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "the { that opens here is not closed"),
        ("[]", "isn't an object"),
        ('{"at": "2026-11-23T17:04:05"}', "has no time zone"),
        ('{"at": "2026-11-23T17:04:05+00:00"}', "it lacks stack"),
        ('{"at": "yesterday"}', "'yesterday' is not a date and time"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nothing_is_overwritten(tmp_path: Path, line: str, says: str) -> None:
    """Half a year of runs is not thrown away for one line."""
    trend.add(tmp_path, RUN)
    file = tmp_path / trend.NAME
    before = f"{file.read_text()}{line}\n"
    file.write_text(before)
    with pytest.raises(Failure, check=lambda failure: failure.code == "audit.trend-unreadable") as caught:
        trend.add(tmp_path, replace(RUN, at=AT + timedelta(days=1)))
    assert says in str(caught.value)
    assert f"{file}:2" in str(caught.value)
    assert file.read_text() == before
