"""The limiter is what makes a 429 mean something: too lax and a stack's limits are never met, too strict and a smoke
test fails for the sandbox's reasons."""

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.sandbox.inference.limits import EVEN, NEVER, Allowance, Limits

MINUTE = 60_000
STEPS = st.lists(st.tuples(st.integers(0, 40_000), st.integers(0, 12)), max_size=60)


@given(count=st.integers(1, 30), period=st.sampled_from([1000, 10_000, MINUTE]), steps=STEPS)
def test_no_time_admits_more_than_what_was_there_and_what_came_back(
    count: int, period: int, steps: list[tuple[int, int]]
) -> None:
    """The refill is continuous (row 85): in any stretch of time passes its share, and what had been saved up."""
    allowance, now = Allowance(count, period), 0
    admitted: list[tuple[int, int]] = []
    for step, weight in steps:
        now += step
        if allowance.take(weight, now):
            admitted.append((now, weight))
    for first, (begin, _) in enumerate(admitted):
        passed = 0
        for end, weight in admitted[first:]:
            passed += weight
            assert passed * period <= count * (period + end - begin)


@given(count=st.integers(1, 30), steps=STEPS)
def test_waiting_never_costs_anything(count: int, steps: list[tuple[int, int]]) -> None:
    """What is left only grows while nobody calls, so `retry-after` can be believed."""
    allowance, now = Allowance(count, MINUTE), 0
    for step, weight in steps:
        allowance.take(weight, now)
        before, reset = allowance.remaining(now), allowance.reset(now)
        now += step
        assert allowance.remaining(now) >= before
        assert allowance.reset(now) <= reset
        assert allowance.remaining(now + allowance.reset(now)) == count, "after the reset everything is there again"
        wait = allowance.wait(min(weight, count), now)
        assert wait == 0 or not Allowance(count, MINUTE, allowance.owed, allowance.since).take(weight, now + wait - 1)
        assert Allowance(count, MINUTE, allowance.owed, allowance.since).take(min(weight, count), now + wait)


@given(weights=st.lists(st.integers(1, 10), max_size=30))
def test_weights_add_up(weights: list[int]) -> None:
    """Tokens are debited by weight: what was admitted and what remains is the count, however it was cut up."""
    allowance = Allowance(50, MINUTE)
    taken = sum(weight for weight in weights if allowance.take(weight, 0))
    assert taken + allowance.remaining(0) == 50


@given(count=st.integers(1, 30), before=STEPS, after=STEPS)
def test_what_is_past_has_no_say(count: int, before: list[tuple[int, int]], after: list[tuple[int, int]]) -> None:
    """However long the history: a period later two numbers are all that is kept, and they decide as in an allowance
    that never was used. So a decision costs the same after a year as on the first day.
    """
    used, now = Allowance(count, MINUTE), 0
    for step, weight in before:
        now += step
        used.take(weight, now)
    now += MINUTE
    fresh = Allowance(count, MINUTE)
    for step, weight in after:
        now += step
        assert used.take(weight, now) == fresh.take(weight, now)
        assert (used.remaining(now), used.reset(now)) == (fresh.remaining(now), fresh.reset(now))
    assert all(isinstance(kept, int) for kept in astuple(used)), "nothing that could grow"


def test_resets_are_milliseconds_of_a_continuous_refill() -> None:
    """Rows 84 and 85: the headers of a recorded call, 1 request and 14 tokens of 120 units."""
    limits = Limits.of([_limit("request", 60, 120), _limit("token", 60, 120_000)])
    assert limits.debit(14, 0) is None
    assert {name.decode(): value.decode() for name, value in limits.headers(0)} == {
        "x-ratelimit-limit-requests": "120",
        "x-ratelimit-limit-tokens": "120000",
        "x-ratelimit-remaining-requests": "119",
        "x-ratelimit-remaining-tokens": "119986",
        "x-ratelimit-renewalperiod-requests": "60",
        "x-ratelimit-renewalperiod-tokens": "60",
        "x-ratelimit-reset-requests": "500",
        "x-ratelimit-reset-tokens": "7",
        "x-ratelimit-abusepenalty-active": "False",
    }


def test_what_never_fits_is_told_to_come_back_tomorrow() -> None:
    """Row 120; and a limit that has dipped to nothing divides by nothing."""
    assert Allowance(10, MINUTE).wait(11, 0) == NEVER
    nothing = Allowance(0, MINUTE)
    assert (nothing.take(1, 0), nothing.wait(1, 0), nothing.reset(0), nothing.wait(0, 0)) == (False, NEVER, 0, 0)


def test_what_does_not_fit_leaves_room_for_what_does() -> None:
    allowance = Allowance(10, MINUTE)
    assert not allowance.take(11, 0)
    assert allowance.take(10, 0)


def test_a_call_refused_for_its_tokens_still_counts_as_a_request() -> None:
    """Failed requests count (Microsoft docs, quota): a client that hammers on doesn't get in sooner."""
    limits = Limits.of([_limit("request", 10, 2), _limit("token", 60, 5)])
    assert limits.debit(6, 0) == "token"
    assert limits.debit(6, 0) == "token"
    assert limits.debit(1, 0) == "request"


@pytest.mark.parametrize(("period", "count", "stated"), [(60, 12, b"12"), (10, 2, b"12"), (1, 1, b"60")])
def test_limits_are_stated_per_minute(period: int, count: int, stated: bytes) -> None:
    """Requests are enforced over 1 or 10 seconds, and the headers state them for a minute (Microsoft docs, quota)."""
    limits = Limits.of([_limit("request", period, count)])
    assert dict(limits.headers(0))[b"x-ratelimit-limit-requests"] == stated


@given(count=st.integers(1, 1200), calls=st.lists(st.integers(0, 5_000), max_size=80))
def test_a_minutes_requests_are_even_and_never_more(count: int, calls: list[int]) -> None:
    """Whoever waits as long as told gets in, whichever limit it was; and nothing is ever overdrawn."""
    limits, now = Limits.of([_limit("request", 60, count)]), 0
    assert limits.burst is not None
    assert limits.requests is not None
    for step in calls:
        now += step
        if limits.debit(0, now) == "request":
            wait = limits.retry_after("request", 0, now)
            assert 0 < wait <= MINUTE
            now += wait
            assert limits.debit(0, now) is None
        assert limits.burst.remaining(now) >= 0
        assert limits.requests.remaining(now) >= 0


def test_microsofts_example_of_six_hundred_a_minute() -> None:
    """Docs, quota: ten a second are expected then, so a hundred in ten seconds; and a limit for ten stays as it is."""
    limits = Limits.of([_limit("request", 60, 600)])
    assert [limits.debit(0, 0) for _ in range(101)] == [None] * 100 + ["request"]
    assert limits.retry_after("request", 0, 0) == EVEN // 100, "the next of them comes back"
    assert Limits.of([_limit("request", 10, 100)]).burst is None


def test_a_deployment_without_limits_states_none() -> None:
    limits = Limits.of([])
    assert limits.debit(10**9, 0) is None
    assert limits.headers(0) == []


def _limit(key: str, period: int, count: int) -> dict[str, object]:
    return {"key": key, "renewalPeriod": period, "count": count}
