"""The deployment SKUs Azure documents: where each one processes, and how it is paid for.

Source: MicrosoftDocs/azure-ai-docs, foundry-models/includes/concepts-deployment-types-content.md (grade A). The list
may lag behind the service, so a name that isn't here is unknown, never wrong.
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
