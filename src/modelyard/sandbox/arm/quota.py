"""How much capacity a subscription has in a region: what each quota is called, its limit, and what is used of it.

Quota goes by subscription, region, model and SKU (Microsoft docs, quotas-limits, A); provisioned units are shared by
all models of a SKU (Microsoft docs, provisioned-throughput, A). The limits are those of tier 1. Where no table has one
the sandbox sets none, for a limit of its own would refuse what Azure may take; replies say so in `x-modelyard-note`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from modelyard.arm import kinds
from modelyard.catalog.market import TOKENS_IN_QUOTA_UNIT
from modelyard.catalog.sku import SKUS, Billing
from modelyard.sandbox.arm import deleted_account
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

UNLIMITED = 2**31 - 1
"""What stands for no limit where ARM has a number."""

UNPUBLISHED = "no table has the quota of this model and SKU, so the sandbox sets no limit"

COLLECTIONS = ("resources", deleted_account.COLLECTION)


@dataclass(frozen=True, slots=True)
class SubscriptionQuota:
    """`name` as usages list it (captured: OpenAI.GlobalStandard.gpt-5.4, AIServices.GlobalStandard.gpt-oss-120b);
    `title` as people read it (captured for Standard and for gpt-oss-120b; with the SKU appended it is recalled).
    """

    name: str
    title: str
    limit: int
    published: bool


@cache
def name_of(format: str, name: str, sku: str) -> str:  # noqa: A002 - ARM's word
    """What usages call the quota that a deployment of the model with the SKU draws on."""
    family = "OpenAI" if format == "OpenAI" or _billing(sku) is Billing.PROVISIONED else "AIServices"
    return f"{family}.{sku}" if _billing(sku) is Billing.PROVISIONED else f"{family}.{sku}.{name}"


def quota(azure: LocalAzure, format: str, name: str, sku: str) -> SubscriptionQuota:  # noqa: A002 - ARM's word
    """That quota, with its limit."""
    billing, called = _billing(sku), name_of(format, name, sku)
    if billing is Billing.PROVISIONED:
        return SubscriptionQuota(called, f"Provisioned Managed Throughput Unit - {sku}", UNLIMITED, published=False)
    title = f"Tokens Per Minute (thousands) - {name}"
    if format == "OpenAI" and sku != "Standard":
        title += f" - {sku}"
    limit = _limit(azure, name, sku)
    return SubscriptionQuota(called, title, UNLIMITED if limit is None else limit, published=limit is not None)


def _billing(sku: str) -> Billing:
    return SKUS[sku].billing if sku in SKUS else Billing.STANDARD


def _limit(azure: LocalAzure, name: str, sku: str) -> int | None:
    listed = azure.market.quota(name, sku)
    unit = azure.market.unit(name, sku)
    if listed is None:
        return None
    if listed.tokens_per_minute is not None:
        return listed.tokens_per_minute // ((unit.tokens_per_minute if unit else None) or TOKENS_IN_QUOTA_UNIT)
    if listed.requests_per_minute is not None:
        return round(listed.requests_per_minute / ((unit.requests_per_minute if unit else None) or 1))
    return None


def used(azure: LocalAzure, subscription: str, location: str) -> Mapping[str, int]:
    """Capacity in use in a region, by name of quota; soft-deleted accounts' too."""
    counted = azure.derived("capacity in use", COLLECTIONS, lambda: _count(azure))
    return counted.get((subscription.lower(), location), {})


def drawn(document: Document | None) -> tuple[str, int]:
    """The name of the quota that a deployment draws on, and how much; nothing for none."""
    if document is None:
        return "", 0
    model, sku = document["properties"]["model"], document["sku"]
    return name_of(str(model["format"]), str(model["name"]), str(sku["name"])), int(sku["capacity"])


def _count(azure: LocalAzure) -> Mapping[tuple[str, str], Mapping[str, int]]:
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for key, location, document in _deployments(azure):
        region = counted.setdefault((key[: key.index("/resourcegroups/")], location), {})
        name, capacity = drawn(document)
        region[name] = region.get(name, 0) + capacity
    return counted


def _deployments(azure: LocalAzure) -> Iterator[tuple[str, str, Document]]:
    """Key, location and document of each deployment. An account's key comes before those of its deployments."""
    locations: dict[str, str] = {}
    for key, document in azure.store.scan("resources", "/subscriptions/"):
        kind = document.get("type")
        if kind == kinds.ACCOUNT_TYPE:
            locations[key] = document["location"]
        elif kind == kinds.DEPLOYMENT.type:
            yield key, locations.get(key.rpartition("/deployments/")[0], ""), document
    for _, kept in azure.store.scan(deleted_account.COLLECTION):
        for key, document in kept["deployments"].items():
            yield key, kept["account"]["location"], document
