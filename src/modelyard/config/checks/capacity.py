"""How much capacity a deployment gets: stated, or worked out from a rate limit with the catalog's unit."""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

from modelyard.catalog.market import Market
from modelyard.catalog.sku import SKUS, Billing, CapacityUnit, TierQuota
from modelyard.config.deployment import Deployment, RateLimit, WrittenDeployment
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.stack import Draft


@dataclass(frozen=True, slots=True)
class Between:
    """The capacities around a rate; equal where the rate is met exactly. Below may be 0, which can't be deployed."""

    below: int
    above: int

    @property
    def exact(self) -> bool:
        return self.below == self.above and self.below > 0


def capacities(rate: int, per_unit: Fraction) -> Between:
    """The capacities whose rates lie around `rate`, at `per_unit` a unit."""
    below, rest = divmod(Fraction(rate), per_unit)
    return Between(int(below), int(below) + (1 if rest else 0))


def tokens_a_unit(unit: CapacityUnit) -> Fraction | None:
    """None for models that aren't sold by token."""
    return None if unit.tokens_per_minute is None else Fraction(unit.tokens_per_minute)


def requests_a_unit(unit: CapacityUnit) -> Fraction | None:
    """Exact, though the catalog's figure may be a rounded quotient such as 1/3."""
    if unit.requests_per_minute is None:
        return None
    return Fraction(unit.requests_per_minute).limit_denominator(1000)


def figure(capacity: int, per_unit: Fraction) -> int:
    """What a capacity brings, in whole tokens or requests a minute."""
    return int(capacity * per_unit)


def settle(draft: Draft, market: Market, collector: Collector) -> dict[str, Deployment]:
    """The deployments with their capacity; one whose capacity can't be told is absent, and a finding says why."""
    settled = {}
    for key, written in draft.deployments.items():
        unit = market.unit(written.model.name, written.sku, written.model.version)
        capacity = _capacity(key, written, unit, market, collector)
        if capacity is None:
            continue
        requests = requests_a_unit(unit) if unit else None
        tokens = tokens_a_unit(unit) if unit else None
        settled[key] = Deployment(
            model=written.model,
            sku=written.sku,
            capacity=capacity,
            rate_limit=written.rate_limit,
            tokens_per_minute=figure(capacity, tokens) if tokens else None,
            requests_per_minute=figure(capacity, requests) if requests else None,
            version_upgrade_option=written.version_upgrade_option,
            content_filter=written.content_filter,
            tags=written.tags,
            spillover_deployment_name=written.spillover_deployment_name,
            capacity_settings=written.capacity_settings,
        )
    _quota(settled, market, collector)
    return settled


def _capacity(
    key: str, written: WrittenDeployment, unit: CapacityUnit | None, market: Market, collector: Collector
) -> int | None:
    at = ("deployments", key)
    if written.rate_limit is None:
        if written.capacity is None:
            _missing(at, written, unit, market, collector)
        else:
            _size(at, written, written.capacity, market, collector)
        return written.capacity
    if unit is None:
        collector.add(
            "config.unit-unknown",
            (*at, "rateLimit"),
            _no_unit(written),
            found=f"{written.model.name} with {written.sku}",
            allowed="capacity",
            remedy="state capacity instead",
        )
        return written.capacity
    if unit.grade == "R":
        collector.add(
            "config.unit-inferred",
            (*at, "rateLimit"),
            f"the unit of {written.model.name} with {written.sku} is inferred: {_unit(unit)}",
            found=", ".join(
                f"{name}: {rate}" for name, rate in written.rate_limit.model_dump(by_alias=True).items() if rate
            ),
            remedy="compare the limits in Azure's reply, which the smoke test does; or state capacity",
        )
    rated = _from_rate(at, written.rate_limit, unit, collector)
    if rated is not None and written.capacity not in (None, rated):
        collector.add(
            "config.capacity-disagrees",
            (*at, "capacity"),
            f"the rate limit comes to capacity {rated}",
            found=f"capacity: {written.capacity}",
            allowed=str(rated),
            remedy="keep one of the two",
            of_value=True,
        )
    return rated if written.capacity is None else written.capacity


def _from_rate(at: KeyPath, limit: RateLimit, unit: CapacityUnit, collector: Collector) -> int | None:
    wanted: dict[str, tuple[int, Fraction | None]] = {}
    if limit.tokens_per_minute is not None:
        wanted["tokensPerMinute"] = (limit.tokens_per_minute, tokens_a_unit(unit))
    if limit.requests_per_minute is not None:
        wanted["requestsPerMinute"] = (limit.requests_per_minute, requests_a_unit(unit))
    found: dict[str, int] = {}
    for name, (rate, per_unit) in wanted.items():
        if per_unit is None:  # the unit has no such figure: the other one decides, where it is stated
            if len(wanted) == 1 or not any(each for _, each in wanted.values()):
                _no_figure((*at, "rateLimit", name), name, unit, collector)
            continue
        between = capacities(rate, per_unit)
        if between.exact:
            found[name] = between.below
        else:
            _inexact((*at, "rateLimit", name), rate, per_unit, between, collector)
    if len(found) == len(wanted) == 2 and len(set(found.values())) == 2:
        tokens, requests = found["tokensPerMinute"], found["requestsPerMinute"]
        collector.add(
            "config.rate-limit-disagrees",
            (*at, "rateLimit"),
            f"these tokens come to capacity {tokens}, these requests to capacity {requests}",
            found=f"{limit.tokens_per_minute} tokens and {limit.requests_per_minute} requests a minute",
            allowed=f"{_figures(tokens, unit)}; {_figures(requests, unit)}",
            remedy="keep the one that matters",
        )
        return None
    counted = sum(1 for _, per_unit in wanted.values() if per_unit is not None)
    return next(iter(found.values()), None) if len(found) == counted else None


def _no_figure(path: KeyPath, name: str, unit: CapacityUnit, collector: Collector) -> None:
    other = "requestsPerMinute" if name == "tokensPerMinute" else "tokensPerMinute"
    collector.add(
        "config.unit-unknown",
        path,
        f"the unit of this model and SKU has no figure for {name}: it is {_unit(unit)}",
        found=name,
        allowed=f"{other}, or capacity",
        remedy=f"state {other} instead, or capacity",
    )


def _inexact(path: KeyPath, rate: int, per_unit: Fraction, between: Between, collector: Collector) -> None:
    nearest = [
        f"{figure(capacity, per_unit)} (capacity {capacity})"
        for capacity in (between.below, between.above)
        if capacity > 0
    ]
    collector.add(
        "config.rate-limit-inexact",
        path,
        f"capacity comes in units of {figure(1, per_unit) if per_unit >= 1 else per_unit} a minute",
        found=str(rate),
        allowed=" or ".join(nearest),
        remedy="take the nearest value below or above" if len(nearest) == 2 else "take the smallest value there is",
        of_value=True,
    )


def _missing(
    at: KeyPath, written: WrittenDeployment, unit: CapacityUnit | None, market: Market, collector: Collector
) -> None:
    sizes = market.provisioned(written.model.name, written.sku)
    allowed = "capacity or rateLimit" if unit else "capacity"
    if sizes:
        allowed = f"capacity: {sizes.minimum}, then in steps of {sizes.step}"
    collector.add(
        "config.capacity-missing",
        at,
        f"{at[-1]} says neither capacity nor rateLimit" if unit else f"{at[-1]} says no capacity",
        allowed=allowed,
        remedy=f"one unit is {_unit(unit)}" if unit else "state capacity",
    )


def _size(at: KeyPath, written: WrittenDeployment, capacity: int, market: Market, collector: Collector) -> None:
    sizes = market.provisioned(written.model.name, written.sku)
    if sizes is None or sizes.fits(capacity):
        return
    below, above = sizes.nearest(capacity)
    collector.add(
        "config.provisioned-size",
        (*at, "capacity"),
        f"{written.model.name} with {written.sku} is sold from {sizes.minimum} units in steps of {sizes.step}",
        found=str(capacity),
        allowed=f"{below} or {above}" if below else str(above),
        remedy="take the nearest size",
        of_value=True,
    )


def _no_unit(written: WrittenDeployment) -> str:
    billing = SKUS[written.sku].billing if written.sku in SKUS else Billing.STANDARD
    if billing is Billing.PROVISIONED:
        return f"capacity of {written.sku} counts throughput units, which are no rate"
    if billing is Billing.BATCH:
        return f"capacity of {written.sku} counts enqueued tokens, which are no rate"
    return f"nobody publishes what a unit of capacity is for {written.model.name} with {written.sku}"


def _unit(unit: CapacityUnit) -> str:
    return _figures(1, unit)


def _figures(capacity: int, unit: CapacityUnit) -> str:
    rates = (("tokens", tokens_a_unit(unit)), ("requests", requests_a_unit(unit)))
    counted = [(figure(capacity, rate), name) for name, rate in rates if rate]
    return " and ".join(f"{count} {name if count != 1 else name[:-1]}" for count, name in counted) + " a minute"


def _quota(settled: dict[str, Deployment], market: Market, collector: Collector) -> None:
    """Deployments of one model and SKU share one quota; the last of them carries the note."""
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, deployment in settled.items():
        if deployment.tokens_per_minute is not None:
            together[deployment.model.name, deployment.sku].append(key)
    for (name, sku), keys in together.items():
        quota = market.quota(name, sku, settled[keys[-1]].model.version)
        asked = sum(settled[key].tokens_per_minute or 0 for key in keys)
        if quota is not None and quota.tokens_per_minute is not None and asked > quota.tokens_per_minute:
            collector.add(
                "config.above-tier-1-quota",
                ("deployments", keys[-1]),
                f"{name} with {sku} asks for more than a tier 1 subscription gets in {_where(quota)}",
                found=f"{asked} tokens a minute ({', '.join(keys)})",
                allowed=f"{quota.tokens_per_minute} in tier 1 (as of {quota.date})",
                remedy="make sure of the subscription's quota: az cognitiveservices usage list -l <region>",
            )


def _where(quota: TierQuota) -> str:
    return "all regions together" if quota.pool == "subscription" else "one region"
