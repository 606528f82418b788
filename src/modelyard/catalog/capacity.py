"""What one unit of `sku.capacity` buys, how many units may be asked for, and how many a subscription starts with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CapacityUnit:
    """The limits that one unit of `sku.capacity` brings.

    Requests are counted in windows of `window_seconds`: at 10, a unit of 6 requests a minute is one request in any 10
    seconds. `requests_per_minute` is None where nothing is published. Grade R means inferred from the quota table,
    which states limits of a subscription and not of a unit.
    """

    tokens_per_minute: int
    requests_per_minute: float | None
    window_seconds: int
    grade: str
    source: str
    date: str

    def requests_per_window(self, capacity: int) -> float | None:
        """Requests that `capacity` units allow in one window."""
        if self.requests_per_minute is None:
            return None
        return self.requests_per_minute * capacity * self.window_seconds / 60


@dataclass(frozen=True, slots=True)
class Provisioned:
    """How provisioned throughput units are sold for a model: `minimum`, then more in whole `step`s.

    A unit takes so many input tokens a minute; a token of output counts as `output_weight` of them.
    """

    minimum: int
    step: int
    input_tokens_per_minute: int
    output_weight: int
    source: str
    date: str
    grade: str = "A"

    def fits(self, units: int) -> bool:
        return units >= self.minimum and (units - self.minimum) % self.step == 0

    def nearest(self, units: int) -> tuple[int | None, int]:
        """The nearest sizes on sale below and above `units`; None where `units` is under the minimum."""
        if units < self.minimum:
            return None, self.minimum
        below = units - (units - self.minimum) % self.step
        return below, below if below == units else below + self.step


@dataclass(frozen=True, slots=True)
class Quota:
    """A tier 1 subscription's limits for a model and SKU in one region; tokens are None for models not sold by token.

    Tier 1 is the lowest of six tiers, and the only one whose table is held here (grade A).
    """

    tokens_per_minute: int | None
    requests: int
    window_seconds: int
    source: str
    date: str
    grade: str = "A"

    @property
    def requests_per_minute(self) -> float:
        return self.requests * 60 / self.window_seconds
