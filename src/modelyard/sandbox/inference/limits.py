"""How many requests and tokens a deployment takes before it says 429.

A window starts with the first call after the last one ended, lasts its renewal period on the sandbox's clock, and
admits its count and no more; so a decision costs the same however many calls came before. As with every fixed window,
twice the count may pass within one period that straddles a boundary.

Requests are to come evenly: a limit for a minute is enforced over ten seconds as well, by a sixth of it (Microsoft
docs, quota: "typically 1 or 10 seconds"; which of the two when isn't said, and ten is what ARM states where it does).

The `limits` library was left: its windows read the time of the machine, which no `clock advance` can move, and its
storage takes a lock and a timer for what is here two numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Key = Literal["request", "token"]
MINUTE = 60_000
EVEN = 10_000
"""Milliseconds over which requests are to be even."""


@dataclass(slots=True)
class Window:
    """`count` in every `period`. Times are whole milliseconds on a clock that only moves forward, so they add up."""

    count: int
    period: int
    start: int = -(10**15)
    used: int = 0

    def take(self, weight: int, now: int) -> bool:
        """Count `weight` if it still fits; what does not fit counts nothing."""
        if now - self.start >= self.period:
            self.start, self.used = now, 0
        if self.used + weight > self.count:
            return False
        self.used += weight
        return True

    def remaining(self, now: int) -> int:
        """What still fits into the window."""
        return self.count if now - self.start >= self.period else max(0, self.count - self.used)

    def reset(self, now: int) -> int:
        """Milliseconds until the window ends; 0 where none is open."""
        return max(0, self.start + self.period - now) if self.used else 0

    def wait(self, weight: int, now: int) -> int:
        """Milliseconds until so much fits; a whole period for what never does, or clients would come back at once and
        for ever.
        """
        if weight > self.count:
            return self.period
        return 0 if weight <= self.remaining(now) else self.reset(now)

    @property
    def per_minute(self) -> int:
        """The limit as the headers state it."""
        return self.count * MINUTE // self.period


def _burst(requests: Window | None) -> Window | None:
    """The window that keeps requests even; None where they are limited over so short a time anyway."""
    if requests is None or requests.period <= EVEN:
        return None
    return Window(-(-requests.count * EVEN // requests.period), EVEN)


def seconds(milliseconds: int) -> int:
    """Whole seconds, rounded up: whoever waits that long has waited long enough."""
    return -(-milliseconds // 1000)


@dataclass(slots=True)
class Limits:
    """The limits of one deployment; a key without a window is not limited."""

    requests: Window | None = None
    tokens: Window | None = None
    burst: Window | None = None
    _stated: tuple[tuple[bytes, bytes], ...] = ()
    silent: bool = False

    @classmethod
    def of(cls, rate_limits: Iterable[Mapping[str, Any]], percent: int = 100) -> "Limits":
        """From `properties.rateLimits` of a deployment: [{"key", "renewalPeriod" in s, "count"}]; `percent` of it."""
        windows: dict[str, Window] = {
            str(limit["key"]).lower(): Window(
                int(limit["count"] * percent // 100), round(limit["renewalPeriod"] * 1000)
            )
            for limit in rate_limits
            if limit.get("count") is not None and limit.get("renewalPeriod")
        }
        requests, tokens = windows.get("request"), windows.get("token")
        stated = tuple(
            (b"x-ratelimit-limit-" + name, str(window.per_minute).encode())
            for name, window in ((b"requests", requests), (b"tokens", tokens))
            if window is not None
        )
        return cls(requests, tokens, _burst(requests), stated)

    @classmethod
    def reserved(cls, tokens_per_minute: int, percent: int = 100) -> "Limits":
        """What provisioned units take in a minute; nothing is limited where that is 0. Azure measures how busy they are
        instead, and that it states figures of tokens beside that is said nowhere, so none are stated here.
        """
        window = Window(tokens_per_minute * percent // 100, MINUTE) if tokens_per_minute else None
        return cls(tokens=window, silent=True)

    def debit(self, tokens: int, now: int) -> Key | None:
        """Count one request and its tokens on arrival; which limit refuses it, or None.

        A request that the tokens' limit refuses has counted as a request: failed ones count (Microsoft docs, quota).
        """
        if self.burst is not None and not self.burst.take(1, now):
            return "request"
        if self.requests is not None and not self.requests.take(1, now):
            return "request"
        if self.tokens is not None and not self.tokens.take(tokens, now):
            return "token"
        return None

    def retry_after(self, key: Key, tokens: int, now: int) -> int:
        """Milliseconds to wait after a refusal by `key` of a call that counts as so many tokens."""
        windows = (self.burst, self.requests) if key == "request" else (self.tokens,)
        weight = 1 if key == "request" else tokens
        return max((window.wait(weight, now) for window in windows if window is not None), default=0)

    def continuing(self, before: "Limits") -> None:
        """Take over what was used of others: a limit that dips forgives nothing."""
        pairs = ((self.requests, before.requests), (self.tokens, before.tokens), (self.burst, before.burst))
        for own, other in pairs:
            if own is not None and other is not None:
                own.start, own.used = other.start, other.used

    def headers(self, now: int) -> list[tuple[bytes, bytes]]:
        """The x-ratelimit headers that go with every reply, but for silent limits; resets are whole seconds."""
        headers = list(self._stated)
        if self.silent:
            return headers
        if (window := self.requests) is not None:
            headers.append((b"x-ratelimit-remaining-requests", b"%d" % window.remaining(now)))
            headers.append((b"x-ratelimit-reset-requests", b"%d" % seconds(window.reset(now))))
        if (window := self.tokens) is not None:
            headers.append((b"x-ratelimit-remaining-tokens", b"%d" % window.remaining(now)))
            headers.append((b"x-ratelimit-reset-tokens", b"%d" % seconds(window.reset(now))))
        return headers
