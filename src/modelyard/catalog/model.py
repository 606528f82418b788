"""A model on the market, as the tables have it, and which versions it can't have.

Microsoft's documents and ARM use the same words for different things. The documents' *Deprecated* (closed to new
customers, existing deployments work) is ARM's *Deprecating*; the documents' *Retired* (always errors) is ARM's
*Deprecated*. Sources: azure-ai-docs model-retirements.md and azure-mgmt-cognitiveservices 14.1, ModelLifecycleStatus
(both grade A); the mapping is made from the two definitions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

OPENAI = "OpenAI"
WORDS = frozenset({"latest", "newest", "current", "default", "auto", "stable"})
"""What stands for a version elsewhere; ARM takes none of them."""


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


def is_word(version: str) -> bool:
    """Whether it is a word for whichever version comes, which no model has."""
    return version.casefold() in WORDS


def ruled_out(version: str, rows: Sequence[ModelVersion]) -> bool:
    """Whether a model with these rows, none of which has the version, can't have it.

    Only OpenAI's versions are written alike by every source, and its schedule keeps those that have retired, so a
    version that isn't there can be ruled out unless it is a later one. Of other publishers' models nothing is ruled
    out.
    """
    if not rows or not all(row.format == OPENAI for row in rows):
        return False
    return not _later(version, rows)


def _later(version: str, rows: Sequence[ModelVersion]) -> bool:
    """Later than all listed ones, and if it is a date than the day on which they were read: they would have it."""
    listed = [row.version for row in rows]
    if _is_date(version):
        return version > max(row.date for row in rows) and all(version > each for each in listed if _is_date(each))
    if not (version.isascii() and version.isdigit()):
        return False
    return all(each.isdigit() and int(version) > int(each) for each in listed)


def _is_date(version: str) -> bool:
    try:
        return date.fromisoformat(version).isoformat() == version
    except ValueError:
        return False
