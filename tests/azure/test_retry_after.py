"""Whoever asks again too early is throttled for longer: each spelling of Azure's wait counts, and none is a crash."""

from datetime import UTC, datetime

import pytest

from modelyard.azure.retry_after import retry_after

NOW = datetime(2026, 10, 21, 7, 27, 30, tzinfo=UTC)
DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"x-ms-retry-after-ms": "50", "retry-after": "10"}, 0.05),
        ({"retry-after-ms": "50", "retry-after": "10"}, 0.05),
        ({"retry-after": "10"}, 10.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after": DATE}, 30.0),
        ({"retry-after": DATE, "date": "Wed, 21 Oct 2026 07:27:55 GMT"}, 5.0),
        ({"retry-after": "Wed, 21 Oct 2026 07:28:00 -0000"}, 30.0),
        ({"retry-after": "Tue, 20 Oct 2026 07:28:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after-ms": DATE, "retry-after": "3"}, 3.0),
        ({"retry-after-ms": "", "retry-after": "3"}, 3.0),
        ({}, None),
    ],
)
def test_every_spelling_counts_and_the_finer_one_first(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, now=NOW) == seconds


def test_without_a_date_of_the_reply_the_clock_of_this_machine_counts() -> None:
    assert retry_after({"retry-after": "Wed, 21 Oct 1998 07:28:00 GMT"}) == 0.0
