"""Exemptions: a policy that doesn't count somewhere, for a stated reason and mostly until a stated day."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from modelyard.catalog.policy_selectors import MOST_SELECTORS
from modelyard.config.naming_rules import Date, Description, DisplayName, ExemptionScope, Key
from modelyard.config.policy_selectors import WrittenResourceSelector
from modelyard.config.scalar import as_text
from modelyard.config.strict_model import StrictModel

Category = Annotated[Literal["Waiver", "Mitigated"], BeforeValidator(as_text)]


def _on_the_calendar(written: str, _: ValidationInfo[Any]) -> str:
    try:
        moment(written)
    except ValueError as error:
        raise PydanticCustomError(
            "config.date-not-valid",
            "there is no such day or time",
            {"found": written, "allowed": "a day of the calendar, such as 2027-01-31"},
        ) from error
    return written


def moment(written: str) -> datetime:
    """The moment an exemption ends: of a day, its last second. ValueError for a day that isn't there."""
    if "T" in written:
        return datetime.fromisoformat(written)
    return datetime.combine(date.fromisoformat(written), time(23, 59, 59), UTC)


class PolicyExemption(StrictModel):
    """One entry of `modelyard:exemptions`."""

    policy: Key = Field(description="The entry of policies that doesn't count.")
    category: Category = Field(
        description="Waiver: the policy isn't met, for now. Mitigated: its aim is met in another way."
    )
    expires_on: Annotated[Date, AfterValidator(_on_the_calendar)] | None = Field(
        default=None, description="The last day it counts, or the moment it ends."
    )
    scope: ExemptionScope = Field(
        default="resourceGroup",
        description="Where the policy doesn't count: at its own scope, or below.",
        examples=["account", "subscription"],
    )
    reference_ids: tuple[Key, ...] = Field(
        default=(), description="Of an initiative, the definitions that don't count; all when not given."
    )
    resource_selectors: tuple[WrittenResourceSelector, ...] = Field(
        default=(),
        max_length=MOST_SELECTORS,
        description="Which resources it spares: those that one of these groups means; all when not given.",
    )
    display_name: DisplayName | None = Field(default=None, description="Name for people.")
    description: Description | None = Field(default=None, description="The reason, and who has agreed to it.")

    @property
    def expires_at(self) -> datetime | None:
        return moment(self.expires_on) if self.expires_on else None
