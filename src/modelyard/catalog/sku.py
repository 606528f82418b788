"""The deployment SKUs Azure documents: where each one processes, how it is paid for, and what its units buy.

Source of the list: MicrosoftDocs/azure-ai-docs, foundry-models/includes/concepts-deployment-types-content.md (grade A).
The list may lag behind the service, so a name that isn't here is unknown, never wrong.
"""

from dataclasses import dataclass
from enum import StrEnum


class Billing(StrEnum):
    """What `sku.capacity` counts: rate units paid by token, provisioned throughput units, or enqueued batch tokens."""

    STANDARD = "standard"
    PROVISIONED = "provisioned"
    BATCH = "batch"
    DEVELOPER = "developer"


class Processing(StrEnum):
    """Where a request may be processed."""

    GLOBAL = "global"
    DATA_ZONE = "data zone"
    REGIONAL = "regional"


@dataclass(frozen=True, slots=True)
class Sku:
    """One deployment SKU, as `sku.name` of a deployment spells it."""

    name: str
    billing: Billing
    processing: Processing


SKUS: dict[str, Sku] = {
    sku.name: sku
    for sku in (
        Sku("GlobalStandard", Billing.STANDARD, Processing.GLOBAL),
        Sku("DataZoneStandard", Billing.STANDARD, Processing.DATA_ZONE),
        Sku("Standard", Billing.STANDARD, Processing.REGIONAL),
        Sku("GlobalProvisionedManaged", Billing.PROVISIONED, Processing.GLOBAL),
        Sku("DataZoneProvisionedManaged", Billing.PROVISIONED, Processing.DATA_ZONE),
        Sku("ProvisionedManaged", Billing.PROVISIONED, Processing.REGIONAL),
        Sku("GlobalBatch", Billing.BATCH, Processing.GLOBAL),
        Sku("DataZoneBatch", Billing.BATCH, Processing.DATA_ZONE),
        Sku("DeveloperTier", Billing.DEVELOPER, Processing.GLOBAL),
    )
}


def spelled(sku: str) -> str:
    """A SKU as the catalog spells it, for Azure compares its name without regard to case; an unknown one as it is."""
    return sku if sku in SKUS else next((name for name in SKUS if name.lower() == sku.lower()), sku)


@dataclass(frozen=True, slots=True)
class CapacityUnit:
    """The limits that one unit of `sku.capacity` brings.

    Requests are counted in windows of `window_seconds`: at 10, a unit of 6 requests a minute is one request in any 10
    seconds. `requests_per_minute` is None where nothing is published, `tokens_per_minute` for models that aren't sold
    by token, as image models. Grade R means inferred from the quota table, which states limits of a subscription and
    not of a unit.
    """

    tokens_per_minute: int | None
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

    A unit takes so many input tokens a minute; a token of output counts as `output_weight` of them, one read from the
    cache as `cached_input_weight`, one written to it as `cache_write_weight`. None where the page has no figure; before
    GPT-6 cached input was free.
    """

    minimum: int
    step: int
    input_tokens_per_minute: int
    output_weight: int | None
    cached_input_weight: float | None
    cache_write_weight: float | None
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
class TierQuota:
    """A subscription's limits for a model and SKU, at one tier or under one kind of contract.

    None where the tables have no figure: models that aren't sold by token have no tokens, and from tier 2 on the
    requests weren't printed. Anthropic's models count uncached input and output apart. `pool` is `region` where each
    region has a quota of its own, `subscription` where one is shared by all of them (by each data zone's for Data Zone
    SKUs); `pool_grade` R means that Microsoft has announced the latter for all models, without a date.
    """

    tier: str
    tokens_per_minute: int | None
    requests: int | None
    window_seconds: int
    input_tokens_per_minute: int | None
    output_tokens_per_minute: int | None
    pool: str
    pool_grade: str
    source: str
    date: str
    grade: str = "A"

    @property
    def requests_per_minute(self) -> float | None:
        return None if self.requests is None else self.requests * 60 / self.window_seconds
