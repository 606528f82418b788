"""How much capacity a subscription has, and where it counts: what each quota is called, its limit, what is used of it.

Quota goes by subscription, region, model and SKU (Microsoft docs, quotas-limits, A); of some models all regions, or
those of a data zone, share one (A), which Microsoft has announced for the others without a date: these are counted by
region, with a note. Provisioned units are shared by all models of a SKU (Microsoft docs, provisioned-throughput, A).
The limits are those of tier 1. Where no table has one the sandbox sets none, for a limit of its own would refuse what
Azure may take; replies say so in `x-modelyard-note`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from modelyard.arm.kinds import ACCOUNT, DEPLOYMENT
from modelyard.catalog import regions
from modelyard.catalog.market import TIER, TOKENS_IN_QUOTA_UNIT, Market
from modelyard.catalog.sku import SKUS, Billing, Processing
from modelyard.sandbox.arm import deleted_account
from modelyard.sandbox.arm.subscription import normal
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

UNLIMITED = 2**31 - 1
"""What stands for no limit where ARM has a number."""

UNPUBLISHED = "no table has the quota of this model and SKU, so the sandbox sets no limit"
BY_REGION = "whether Azure counts this quota by region or for the whole subscription is not known; here it is by region"

COLLECTIONS = ("resources", deleted_account.COLLECTION)

SPELT: Mapping[str, str] = {
    "gpt-4.1": "gpt4.1",
    "gpt-4.1-mini": "gpt4.1-mini",
    "gpt-4.1-nano": "gpt4.1-nano",
    "model-router": "ModelRouter",
}
"""Models that quotas of standard SKUs spell in their own way (recordings of azure-dev, 2026-04-23, B; of -nano, R).
Those of batch SKUs have the model's name: OpenAI.GlobalBatch.gpt-4.1 (B)."""

TITLED: Mapping[str, str] = {
    "GlobalStandard.gpt4.1": "Tokens Per Minute (thousands) - 4.1 - GlobalStandard",
    "GlobalBatch.gpt-4.1": "Enqueued tokens (thousands) - GPT-4.1 - GlobalBatch",
    "GlobalProvisionedManaged": "Global Provisioned Managed Throughput Unit",
}
"""Titles that follow no rule (the same recordings, B), by the name without its first part."""

TIERS = (TIER, "pay-as-you-go", "")
"""Tiers and contracts under which the table may state a quota; the last where a row names none."""
NEWER = re.compile(r"gpt-([5-9]|\d{2})")


@dataclass(frozen=True, slots=True)
class SubscriptionQuota:
    """`name` as usages list it (captured: OpenAI.GlobalStandard.gpt-5.4, AIServices.GlobalStandard.gpt-oss-120b);
    `title` as people read it; `pool` is what shares it: a region, a data zone, or nothing for the whole subscription.

    `published` tells whether a table has the limit, `pool_known` whether it is known what shares it.
    """

    name: str
    title: str
    limit: int
    published: bool
    pool: str
    pool_known: bool


@cache
def name_of(format: str, name: str, sku: str) -> str:  # noqa: A002 - ARM's word
    """What usages call the quota that a deployment of the model with the SKU draws on."""
    billing = _billing(sku)
    if billing is Billing.PROVISIONED:
        return f"OpenAI.{sku}"
    family = "OpenAI" if format == "OpenAI" else "AIServices"
    return f"{family}.{sku}.{SPELT.get(name, name) if billing is Billing.STANDARD else name}"


def quota(
    azure: LocalAzure,
    format: str,  # noqa: A002 - ARM's word
    name: str,
    sku: str,
    location: str,
    version: str = "",
) -> SubscriptionQuota:
    """That quota, with its limit, as an account in the region draws on it."""
    called = name_of(format, name, sku)
    pool, known = _pool(azure.market, name, version, sku, location)
    if _billing(sku) is Billing.PROVISIONED:
        title = TITLED.get(sku, f"Provisioned Managed Throughput Unit - {sku}")
        return SubscriptionQuota(called, title, UNLIMITED, published=False, pool=pool, pool_known=True)
    limit = _limit(azure, name, version, sku)
    return SubscriptionQuota(
        called,
        _title(format, name, sku, called),
        UNLIMITED if limit is None else limit,
        published=limit is not None,
        pool=pool,
        pool_known=known,
    )


def _title(format: str, name: str, sku: str, called: str) -> str:  # noqa: A002 - ARM's word
    """`localizedValue`: an older form, with the model alone for Standard, and one that was captured of gpt-5 (B).

    Which later models have the newer form is inferred (R).
    """
    if (title := TITLED.get(called.partition(".")[2])) is not None:
        return title
    if format != "OpenAI" or sku == "Standard":
        return f"Tokens Per Minute (thousands) - {name}"
    unit = "One Thousand Tokens Per Minute" if NEWER.match(name) else "Tokens Per Minute (thousands)"
    return f"{unit} - {name} - {sku}"


def _pool(market: Market, name: str, version: str, sku: str, location: str) -> tuple[str, bool]:
    """What shares a quota, and whether that is known."""
    region = normal(location)
    rows = (market.quota(name, sku, version, tier=tier) for tier in TIERS)
    listed = next(filter(None, rows), None)
    if listed is None or sku not in SKUS or SKUS[sku].processing is Processing.REGIONAL:
        return region, True
    if listed.pool != "subscription":
        return region, listed.pool_grade != "R"
    if SKUS[sku].processing is Processing.GLOBAL:
        return "", True
    zone = regions.data_zone(region)
    return (f"{zone} data zone", True) if zone else (region, False)


def _billing(sku: str) -> Billing:
    return SKUS[sku].billing if sku in SKUS else Billing.STANDARD


def _limit(azure: LocalAzure, name: str, version: str, sku: str) -> int | None:
    listed = azure.market.quota(name, sku, version)
    unit = azure.market.unit(name, sku, version)
    if listed is None:
        return None
    if listed.tokens_per_minute is not None:
        return listed.tokens_per_minute // ((unit.tokens_per_minute if unit else None) or TOKENS_IN_QUOTA_UNIT)
    if listed.requests_per_minute is not None:
        return round(listed.requests_per_minute / ((unit.requests_per_minute if unit else None) or 1))
    return None


def used(azure: LocalAzure, subscription: str, drawn: SubscriptionQuota) -> int:
    """Capacity in use of a quota, where it is shared; soft-deleted accounts' too."""
    return _used(azure, subscription).get((drawn.pool, drawn.name), 0)


def in_region(azure: LocalAzure, subscription: str, location: str) -> Mapping[str, SubscriptionQuota]:
    """The quotas, by name, on which deployments in a region draw."""
    found = azure.derived("quotas drawn on", COLLECTIONS, lambda: _draws(azure))
    return found.get((subscription.lower(), normal(location)), {})


def _used(azure: LocalAzure, subscription: str) -> Mapping[tuple[str, str], int]:
    counted = azure.derived("capacity in use", COLLECTIONS, lambda: _count(azure))
    return counted.get(subscription.lower(), {})


def drawn(azure: LocalAzure, document: Document, location: str) -> tuple[SubscriptionQuota, int]:
    """The quota that a deployment in the region draws on, and how much of it."""
    model, sku = document["properties"]["model"], document["sku"]
    of = quota(azure, str(model["format"]), str(model["name"]), str(sku["name"]), location, str(model["version"]))
    return of, int(sku["capacity"])


def _count(azure: LocalAzure) -> Mapping[str, Mapping[tuple[str, str], int]]:
    counted: dict[str, dict[tuple[str, str], int]] = {}
    for key, location, document in _deployments(azure):
        pools = counted.setdefault(key[: key.index("/resourcegroups/")], {})
        of, capacity = drawn(azure, document, location)
        pools[of.pool, of.name] = pools.get((of.pool, of.name), 0) + capacity
    return counted


def _draws(azure: LocalAzure) -> Mapping[tuple[str, str], Mapping[str, SubscriptionQuota]]:
    found: dict[tuple[str, str], dict[str, SubscriptionQuota]] = {}
    for key, location, document in _deployments(azure):
        of, _ = drawn(azure, document, location)
        found.setdefault((key[: key.index("/resourcegroups/")], normal(location)), {})[of.name] = of
    return found


def _deployments(azure: LocalAzure) -> Iterator[tuple[str, str, Document]]:
    """Key, location and document of each deployment. An account's key comes before those of its deployments."""
    locations: dict[str, str] = {}
    for key, document in azure.store.scan("resources", "/subscriptions/"):
        kind = document.get("type")
        if kind == ACCOUNT.type:
            locations[key] = document["location"]
        elif kind == DEPLOYMENT.type:
            yield key, locations.get(key.rpartition("/deployments/")[0], ""), document
    for _, kept in azure.store.scan(deleted_account.COLLECTION):
        for key, document in kept["deployments"].items():
            yield key, kept["account"]["location"], document
