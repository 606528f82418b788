"""The market's day is in one place: whoever computes it anew would let `check`, a policy and the sandbox disagree."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.catalog.calendar import Calendar

CATALOG = date(2026, 11, 30)
TIMES = st.integers(0, 30_000).map(lambda days: datetime(2026, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=days))
NOW = datetime(2028, 11, 30, 9, 30, tzinfo=UTC)


@given(TIMES, st.integers(0, 10_000))
def test_in_the_sandbox_only_an_advance_moves_the_market(now: datetime, days: int) -> None:
    """The real time that goes by retires nothing there: an example that was right stays right."""
    assert Calendar(now, CATALOG, timedelta(days=days)).market_day("sandbox") == CATALOG + timedelta(days=days)


@given(TIMES, st.integers(0, 10_000))
def test_in_azure_the_real_day_counts_whatever_was_advanced(now: datetime, days: int) -> None:
    calendar = Calendar(now, CATALOG, timedelta(days=days))
    assert (calendar.market_day("azure"), calendar.time("azure")) == (now.date(), now)
    assert calendar.market_time("azure") == now, "a policy that asks for the time gets the same one"


def test_other_clocks_of_the_sandbox_are_real_and_what_was_advanced() -> None:
    calendar = Calendar(NOW, CATALOG, timedelta(days=2))
    assert calendar.time("sandbox") == NOW + timedelta(days=2)
    assert calendar.market_time("sandbox") == datetime(2026, 12, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("pointed", "day"), [(None, NOW.date()), ("azure", NOW.date()), ("sandbox", CATALOG)])
def test_where_a_command_goes_counts_before_what_a_stack_says(pointed, day) -> None:
    """A stack for Azure that is rehearsed in the sandbox is judged as the sandbox will judge it."""
    assert Calendar(NOW, CATALOG, target=pointed).market_day("azure") == day


def test_a_calendar_on_a_day_is_that_day_everywhere() -> None:
    calendar = Calendar.on(date(2027, 6, 1))
    assert {calendar.market_day("azure"), calendar.market_day("sandbox")} == {date(2027, 6, 1)}
    assert calendar.time("sandbox").date() == calendar.time("azure").date() == date(2027, 6, 1)
