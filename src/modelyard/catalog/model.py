"""A model on the market, and its lifecycle in ARM's words.

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


FROM_DOCUMENTS: dict[str, ArmLifecycle] = {
    "GA": ArmLifecycle.GENERALLY_AVAILABLE,
    "Preview": ArmLifecycle.PREVIEW,
    "Legacy": ArmLifecycle.LEGACY,
    "Deprecated": ArmLifecycle.DEPRECATING,
    "Retired": ArmLifecycle.DEPRECATED,
}


@dataclass(frozen=True, slots=True)
class Model:
    """One version of one model.

    `version` is empty where the retirement schedule names none. `lifecycle` holds the documents' word, dated `date`;
    `Market.lifecycle` gives ARM's for a day. `skus` is empty where no matrix covers the model, which says nothing
    about what may be deployed. `format_grade` tells how far `format` can be trusted: for most publishers outside
    OpenAI it is the publisher's heading, reused.
    """

    publisher: str
    format: str
    name: str
    version: str
    lifecycle: str
    retirement: date | None
    skus: frozenset[str]
    source: str
    date: str
    format_grade: str
    format_source: str

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name
