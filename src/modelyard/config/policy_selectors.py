"""Resource selectors and overrides, as ARM has them: which resources and which definitions an entry means.

A group of selectors means what all of them mean; several groups mean what one of them means. Whether the kinds and
values go together is for `checks.policy_selectors`, which can say at which of them something is wrong.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from modelyard.catalog.policy_selectors import MOST_VALUES, OVERRIDES, REFERENCES, RESOURCES
from modelyard.config.policy_definition import REMEDIATES
from modelyard.config.scalar import Text, Words, as_text
from modelyard.config.strict_model import StrictModel


class WrittenSelector(StrictModel):
    """One characteristic, and the values that it may or may not have."""

    kind: Text = Field(description="What the selector compares.")
    in_: tuple[Words, ...] | None = Field(
        default=None, alias="in", min_length=1, max_length=MOST_VALUES, description="Values that are meant."
    )
    not_in: tuple[Words, ...] | None = Field(
        default=None, min_length=1, max_length=MOST_VALUES, description="Values that aren't meant, instead of in."
    )


class SelectorOfResources(WrittenSelector):
    """What a resource has to have."""

    kind: Annotated[Literal[RESOURCES], BeforeValidator(as_text)] = Field(  # type: ignore[valid-type] # the catalog's
        description="What the selector compares."
    )


class SelectorOfOverride(WrittenSelector):
    """Which members of an initiative, or which regions, an override is for."""

    kind: Annotated[Literal[OVERRIDES], BeforeValidator(as_text)] = Field(  # type: ignore[valid-type] # the catalog's
        description="What the selector compares."
    )


class WrittenResourceSelector(StrictModel):
    """One named group of selectors."""

    name: Words = Field(description="Name of the group, for people.")
    selectors: tuple[SelectorOfResources, ...] = Field(
        min_length=1, description="What a resource has to meet, all of it."
    )


class WrittenOverride(StrictModel):
    """Another effect than the definition's own, for what all its selectors mean."""

    kind: Annotated[Literal["policyEffect"], BeforeValidator(as_text)] = Field(
        default="policyEffect", description="What is overridden: the effect."
    )
    value: Words = Field(description="The effect, one that the definition can have.", examples=["Disabled", "Audit"])
    selectors: tuple[SelectorOfOverride, ...] = Field(
        default=(), description="Where it counts; everywhere when not given."
    )

    @property
    def remediates(self) -> bool:
        """Whether the effect changes or deploys something, for which the assignment needs an identity."""
        return self.value.casefold() in REMEDIATES

    def means(self, reference_id: str) -> bool:
        """Whether it may count for the definition of an initiative with this reference id."""
        return all(
            (reference_id.casefold() in map(str.casefold, each.in_ or each.not_in or ())) is (each.not_in is None)
            for each in self.selectors
            if each.kind == REFERENCES
        )
