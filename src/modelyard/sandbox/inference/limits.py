"""How many requests and tokens a deployment takes before it says 429.

An allowance is used up by calls and comes back continuously, its count in every renewal period, on the sandbox's clock:
that is what the resets of sixty recorded replies add up to (B; traceloop/openllmetry, cassettes of 2026-03-31). A
decision costs the same however many calls came before.

Requests are to come evenly: a limit for a minute is enforced over ten seconds as well, by a sixth of it (Microsoft
docs, quota: "typically 1 or 10 seconds"; which of the two when isn't said, and ten is what ARM states where it does).

The `limits` library was left: its windows read the time of the machine, which no `clock advance` can move, and its
storage takes a lock and a timer for what is here two numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from modelyard.arm.json_path import ArmObject

Key = Literal["request", "token"]
MINUTE = 60_000
EVEN = 10_000
"""Milliseconds over which requests are to be even."""
NEVER = 86_400_000
"""Milliseconds that a call is told to wait which is greater than the whole limit (B for the figure, seen of limits that
were smaller than the call's estimate: alex-wolf-ps/dbchatprov2#2, vanderschaarlab/climb#1)."""


@dataclass(slots=True)
class Allowance:
    """`count` in every `period`, all of it there at first.

    Times are whole milliseconds on a clock that only moves forward. `owed` is what was used and hasn't come back, in
    units of one `period`-th, so that all of it stays in whole numbers: every millisecond brings `count` of them back.
    """

    count: int
    period: int
    owed: int = 0
    since: int = 0

    def owing(self, now: int) -> int:
        """What hasn't come back yet."""
        return max(0, self.owed - self.count * (now - self.since))

    def take(self, weight: int, now: int) -> bool:
        """Count `weight` if it still fits; what does not fit counts nothing."""
        self.owed, self.since = self.owing(now), now
        if self.owed + weight * self.period > self.count * self.period:
            return False
        self.owed += weight * self.period
        return True

    def remaining(self, now: int) -> int:
        """What is there now, in whole pieces."""
        return max(0, self.count * self.period - self.owing(now)) // self.period

    def reset(self, now: int) -> int:
        """Milliseconds until everything is there again."""
        return -(-self.owing(now) // self.count) if self.count else 0

    def wait(self, weight: int, now: int) -> int:
        """Milliseconds until so much fits; NEVER for what can't, or clients would come back at once and for ever."""
        if weight > self.count:
            return NEVER
        missing = self.owing(now) - (self.count - weight) * self.period
        return max(0, -(-missing // self.count)) if self.count else 0

    @property
    def per_minute(self) -> int:
        """The limit as the headers state it."""
        return self.count * MINUTE // self.period


def _burst(requests: Allowance | None) -> Allowance | None:
    """What keeps requests even; None where they are limited over so short a time anyway."""
    if requests is None or requests.period <= EVEN:
        return None
    return Allowance(-(-requests.count * EVEN // requests.period), EVEN)


def seconds(milliseconds: int) -> int:
    """Whole seconds, rounded up: whoever waits that long has waited long enough."""
    return -(-milliseconds // 1000)


@dataclass(slots=True)
class Limits:
    """The limits of one deployment; what has no allowance is not limited."""

    requests: Allowance | None = None
    tokens: Allowance | None = None
    burst: Allowance | None = None
    _stated: tuple[tuple[bytes, bytes], ...] = ()
    silent: bool = False

    @classmethod
    def of(cls, rate_limits: Iterable[ArmObject], percent: int = 100) -> "Limits":
        """From `properties.rateLimits` of a deployment: [{"key", "renewalPeriod" in s, "count"}]; `percent` of it."""
        allowed: dict[str, Allowance] = {
            str(limit["key"]).lower(): Allowance(
                int(limit["count"] * percent // 100), round(limit["renewalPeriod"] * 1000)
            )
            for limit in rate_limits
            if limit.get("count") is not None and limit.get("renewalPeriod")
        }
        requests, tokens = allowed.get("request"), allowed.get("token")
        return cls(requests, tokens, _burst(requests), _stated(requests, tokens))

    @classmethod
    def reserved(cls, tokens_per_minute: int, percent: int = 100) -> "Limits":
        """What provisioned units take in a minute; nothing is limited where that is 0. Azure measures how busy they are
        instead, and that it states figures of tokens beside that is said nowhere, so none are stated here.
        """
        allowed = Allowance(tokens_per_minute * percent // 100, MINUTE) if tokens_per_minute else None
        return cls(tokens=allowed, silent=True)

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
        allowed = (self.burst, self.requests) if key == "request" else (self.tokens,)
        weight = 1 if key == "request" else tokens
        return max((one.wait(weight, now) for one in allowed if one is not None), default=0)

    def continuing(self, before: "Limits") -> None:
        """Take over what was used of others: a limit that dips forgives nothing."""
        pairs = ((self.requests, before.requests), (self.tokens, before.tokens), (self.burst, before.burst))
        for own, other in pairs:
            if own is not None and other is not None:
                own.owed, own.since = other.owed * own.period // other.period, other.since

    def headers(self, now: int) -> list[tuple[bytes, bytes]]:
        """The x-ratelimit headers that go with every reply, but for silent limits; resets are milliseconds (B)."""
        headers = list(self._stated)
        if self.silent:
            return headers
        if (allowed := self.requests) is not None:
            headers.append((b"x-ratelimit-remaining-requests", b"%d" % allowed.remaining(now)))
            headers.append((b"x-ratelimit-reset-requests", b"%d" % allowed.reset(now)))
        if (allowed := self.tokens) is not None:
            headers.append((b"x-ratelimit-remaining-tokens", b"%d" % allowed.remaining(now)))
            headers.append((b"x-ratelimit-reset-tokens", b"%d" % allowed.reset(now)))
        return headers


def _stated(requests: Allowance | None, tokens: Allowance | None) -> tuple[tuple[bytes, bytes], ...]:
    """The headers that never change: limits for a minute, so the period that they state is a minute's (B)."""
    stated: list[tuple[bytes, bytes]] = []
    for name, allowed in ((b"requests", requests), (b"tokens", tokens)):
        if allowed is not None:
            stated.append((b"x-ratelimit-limit-" + name, b"%d" % allowed.per_minute))
            stated.append((b"x-ratelimit-renewalperiod-" + name, b"60"))
    return (*stated, (b"x-ratelimit-abusepenalty-active", b"False")) if stated else ()
