"""The sandbox's time: real time plus what has been advanced. Delays, expiries and windows read it and nothing else.

Lifecycles of models don't: they read the market's day, `LocalAzure.market_day`, which the real time doesn't move.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from modelyard.sandbox.store import Store
from modelyard.sandbox_clock import COLLECTION, KEY, MEMBER


def _now() -> datetime:
    return datetime.now(UTC)


class Clock:
    """A clock that only moves forward; what it was advanced by outlives the server."""

    def __init__(self, store: Store, real: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._real = real

    @property
    def advanced(self) -> timedelta:
        """How far the sandbox is ahead of real time."""
        document = self._store.get(COLLECTION, KEY) or {}
        return timedelta(seconds=document.get(MEMBER, 0))

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return self._real() + self.advanced

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and tell the new time; ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._store.put(COLLECTION, KEY, {MEMBER: (self.advanced + by).total_seconds()})
        return self.now()
