"""Whether the rate limiter's pace depends on how much it has seen: after a million calls, against a fresh one.

Half of the calls are refused, as by a client that hammers on, and the clock goes on meanwhile, so that windows come and
go. Both run on the processor's time of this one thread, in turn.
"""

import statistics
import time
from pathlib import Path

from bench import measure

from modelyard.sandbox.inference.limits import Limits

HISTORY, CALLS, RUNS = 1_000_000, 50_000, 9
AT_MOST = 1.25
RULES = [{"key": "request", "renewalPeriod": 60, "count": 300}, {"key": "token", "renewalPeriod": 60, "count": 50_000}]
STEP = 100  # milliseconds from call to call: 100 calls in ten seconds, of which 50 are let in


def rows(_: Path) -> list[measure.Row]:
    """One row: the ratio of median times for as many calls."""
    old, now = Limits.of(RULES), 0
    for _call in range(HISTORY):
        now += STEP
        old.debit(10, now)
    pairs = []
    for _run in range(RUNS):
        pairs.append((_seconds(old, now), _seconds(Limits.of(RULES), 0)))
        now += CALLS * STEP
    ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
    name = f"limiter after {HISTORY // 1_000_000} million calls"
    row = measure.ratio(name, ours, theirs, AT_MOST, "a fresh one")
    return [row]


def _seconds(limits: Limits, now: int) -> float:
    begun = time.process_time()
    for _call in range(CALLS):
        now += STEP
        limits.debit(10, now)
        limits.headers(now)
    return time.process_time() - begun
