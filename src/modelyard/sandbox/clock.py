"""The sandbox's time: real time plus what has been advanced. Delays, expiries and windows read it and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from modelyard.sandbox.store import Store


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
        document = self._store.get("settings", "clock") or {}
        return timedelta(seconds=document.get("advancedSeconds", 0))

    def now(self) -> datetime:
        """The sandbox's time, in UTC."""
        return self._real() + self.advanced

    def advance(self, by: timedelta) -> datetime:
        """Move the clock forward and tell the new time; ValueError for a step back."""
        if by < timedelta(0):
            raise ValueError("the clock only moves forward")
        self._store.put("settings", "clock", {"advancedSeconds": (self.advanced + by).total_seconds()})
        return self.now()
