"""When an exemption ends: a day off by one is a deployment refused, or a rule broken for another day."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.config.policy_exemption import moment


@pytest.mark.parametrize(
    ("written", "ends"),
    [
        ("2027-01-31", datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC)),
        ("2027-01-31T12:30:00Z", datetime(2027, 1, 31, 12, 30, tzinfo=UTC)),
    ],
)
def test_a_day_counts_to_its_end(written, ends):
    assert moment(written) == ends


@pytest.mark.parametrize("written", ["2027-02-30", "2027-13-01", "2027-01-31T25:00:00Z"])
def test_a_day_that_is_not_there(written):
    with pytest.raises(ValueError, match=r".+"):
        moment(written)


@given(st.dates(date(1900, 1, 1), date(9998, 12, 31)))
def test_the_last_second_belongs_to_the_day(day):
    assert moment(day.isoformat()).date() == day
