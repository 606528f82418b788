"""A model on the market, as the tables have it.

Microsoft's documents and ARM use the same words for different things. The documents' *Deprecated* (closed to new
customers, existing deployments work) is ARM's *Deprecating*; the documents' *Retired* (always errors) is ARM's
*Deprecated*. Sources: azure-ai-docs model-retirements.md and azure-mgmt-cognitiveservices 14.1, ModelLifecycleStatus
(both grade A); the mapping is made from the two definitions.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class ArmLifecycle(StrEnum):
    """ARM's `lifecycleStatus` of a model."""

    GENERALLY_AVAILABLE = "GenerallyAvailable"
    STABLE = "Stable"
    PREVIEW = "Preview"
    LEGACY = "Legacy"
    DEPRECATING = "Deprecating"
    DEPRECATED = "Deprecated"


class Create(StrEnum):
    """Who may create a deployment. `existing` means subscriptions that have one of the same model and version."""

    OPEN = "open"
    EXISTING = "existing-subscriptions-only"
    CLOSED = "closed"
    UNKNOWN = "unknown"


FROM_DOCUMENTS: dict[str, ArmLifecycle] = {
    "GA": ArmLifecycle.GENERALLY_AVAILABLE,
    "Preview": ArmLifecycle.PREVIEW,
    "Legacy": ArmLifecycle.DEPRECATING,  # since 2026-10 Legacy refuses new subscriptions too (captured, B)
    "Deprecated": ArmLifecycle.DEPRECATING,
    "Retired": ArmLifecycle.DEPRECATED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelVersion:
    """One version of one model.

    `version` is empty where no source names one; then the row stands for every version. `other_versions` and
    `other_formats` are what another catalogue of Microsoft's has for the same model. `lifecycle` is the last word that
    Microsoft's documents printed, of `date`, empty where none was read; `lifecycle.lifecycle` tells what follows on a
    day. `skus` is empty where no source names any, which says nothing about what may be deployed. `retirement_standard`
    is the day for the SKU Standard where it differs; `retirement_unconfirmed` is a day of a third party (grade C) that
    is newer than the schedule's. `format_grade` tells how far `format` can be trusted.
    """

    publisher: str
    format: str
    format_grade: str
    format_source: str
    other_formats: tuple[str, ...]
    name: str
    version: str
    other_versions: tuple[str, ...]
    lifecycle: str
    basis: str
    lifecycle_grade: str
    create: Create
    deprecation: date | None
    deprecation_status: str
    retirement: date | None
    retirement_grade: str
    retirement_standard: date | None
    retirement_unconfirmed: date | None
    finetune_training_end: date | None
    finetune_deployment_end: date | None
    skus: frozenset[str]
    replacement: str
    replacement_version: str
    replacement_grade: str
    source: str
    date: str
    grade: str
    note: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name
