"""How much capacity a subscription has in a region: what each quota is called, its limit, and what is used of it.

Quota goes by subscription, region, model and SKU (Microsoft docs, quotas-limits, A); provisioned units are shared by
all models of a SKU (Microsoft docs, provisioned-throughput, A). The limits are those of tier 1. Where no table has one,
the sandbox has a limit of its own, `DEFAULTS`, so that a runaway stack still meets an end; it is nobody's promise.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from modelyard.arm import account, deployment
from modelyard.catalog.market import TOKENS_IN_QUOTA_UNIT
from modelyard.catalog.sku import SKUS, Billing
from modelyard.sandbox.arm import core, deleted_account
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.store import Document

DEFAULTS = {Billing.STANDARD: 1000, Billing.PROVISIONED: 500, Billing.BATCH: 5000, Billing.DEVELOPER: 250}
"""The sandbox's own limits, in units of `sku.capacity`."""


@dataclass(frozen=True, slots=True)
class Quota:
    """`name` as usages list it (captured: OpenAI.GlobalStandard.gpt-5.4, AIServices.GlobalStandard.gpt-oss-120b);
    `title` as people read it (captured for Standard and for gpt-oss-120b; with the SKU appended it is recalled).
    """

    name: str
    title: str
    limit: int


def quota(azure: LocalAzure, format: str, name: str, sku: str) -> Quota:  # noqa: A002 - ARM's word
    """The quota that a deployment of the model with the SKU draws on."""
    family = "OpenAI" if format == "OpenAI" else "AIServices"
    billing = SKUS[sku].billing if sku in SKUS else Billing.STANDARD
    if billing is Billing.PROVISIONED:
        return Quota(f"OpenAI.{sku}", f"Provisioned Managed Throughput Unit - {sku}", DEFAULTS[billing])
    title = f"Tokens Per Minute (thousands) - {name}"
    if family == "OpenAI" and sku != "Standard":
        title += f" - {sku}"
    return Quota(f"{family}.{sku}.{name}", title, _limit(azure, name, sku, billing))


def _limit(azure: LocalAzure, name: str, sku: str, billing: Billing) -> int:
    listed = azure.market.quota(name, sku)
    if listed is None:
        return DEFAULTS[billing]
    if listed.tokens_per_minute is None:
        return round(listed.requests_per_minute)
    unit = azure.market.unit(name, sku)
    return listed.tokens_per_minute // (unit.tokens_per_minute if unit else TOKENS_IN_QUOTA_UNIT)


def used(azure: LocalAzure, subscription: str, location: str, *, without: str = "") -> dict[str, int]:
    """Capacity in use in a region by name of quota, without the deployment of the ARM id `without`."""
    counted: dict[str, int] = {}
    for key, where, document in _deployments(azure, subscription):
        if where != location or key == without.lower():
            continue
        model, sku = document["properties"]["model"], document["sku"]
        name = quota(azure, str(model["format"]), str(model["name"]), str(sku["name"])).name
        counted[name] = counted.get(name, 0) + int(sku["capacity"])
    return counted


def _deployments(azure: LocalAzure, subscription: str) -> Iterator[tuple[str, str, Document]]:
    """Key, location and document of each deployment, those of soft-deleted accounts too."""
    locations = {
        document["id"].lower(): document["location"]
        for document in core.collect(azure, f"{subscription}/", account.ROW.type)
    }
    for document in core.collect(azure, f"{subscription}/", deployment.ROW.type):
        key = document["id"].lower()
        yield key, locations.get(key.partition("/deployments/")[0], ""), document
    for _, kept in azure.store.scan(deleted_account.COLLECTION, f"{subscription}/".lower()):
        for key, document in kept["deployments"].items():
            yield key, kept["account"]["location"], document
