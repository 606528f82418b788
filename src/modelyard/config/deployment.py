"""Model deployments: an alias each for a model under a configuration.

The same model may be deployed many times; a client picks a deployment by its name, which is its key in the map and
its Pulumi name too. What is written (`WrittenDeployment`) says capacity or a rate; what it comes to (`Deployment`)
has the capacity that ARM is told, worked out with the catalog's unit for model and SKU.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.catalog.content_filters import SYSTEM_POLICIES
from modelyard.catalog.sku import SKUS
from modelyard.config.model import Model, ModelReference
from modelyard.config.naming_rules import DeploymentName, DeploymentSku, Tags
from modelyard.config.scalar import Count, Flag, Text, as_text, as_whole
from modelyard.config.strict_model import StrictModel

DEFAULT_FILTER = SYSTEM_POLICIES[0]


class RateLimit(StrictModel):
    """The rate a deployment is to have. ARM's `rateLimits` is read-only: this is turned into `sku.capacity`."""

    tokens_per_minute: Count | None = Field(default=None, description="Tokens a minute.")
    requests_per_minute: Count | None = Field(default=None, description="Requests a minute.")

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if self.tokens_per_minute is None and self.requests_per_minute is None:
            raise PydanticCustomError(
                "config.rate-limit-empty",
                "a rate limit says tokens or requests a minute",
                {"allowed": "tokensPerMinute, requestsPerMinute, or both where they agree"},
            )
        return self


class CapacitySettings(StrictModel):
    """ARM's `capacitySettings`, which it calls internal: what share of an account's capacity a deployment may take."""

    designated_capacity: Count | None = Field(default=None, description="Units of capacity set aside.")
    priority: Annotated[int, Field(ge=0), BeforeValidator(as_whole)] | None = Field(
        default=None, description="Priority against other deployments."
    )


class WrittenDeployment(StrictModel):
    """One entry of `modelyard:deployments`. `sku` and `capacity` stand here, never below `model`."""

    model: ModelReference = Field(description="The model: name@version, or format, name and version.")
    sku: DeploymentSku = Field(
        description="Name of the deployment SKU: where it processes and how it is paid. Capacity stands beside it.",
        examples=list(SKUS),
    )
    capacity: Count | None = Field(
        default=None, description="Units of the SKU: thousands of tokens a minute for most, PTUs for provisioned ones."
    )
    rate_limit: RateLimit | None = Field(default=None, description="A rate instead of capacity.")
    version_upgrade_option: Annotated[
        Literal["NoAutoUpgrade", "OnceCurrentVersionExpired", "OnceNewDefaultVersionAvailable"],
        BeforeValidator(as_text),
    ] = Field(default="NoAutoUpgrade", description="Whether Azure may move the deployment to another version.")
    content_filter: Text = Field(
        default=DEFAULT_FILTER,
        description="The content filter (RAI policy), always sent by name: one of contentFilters, or a system one.",
        examples=list(SYSTEM_POLICIES),
    )
    allow_deprecated_model: Flag = Field(
        default=False,
        description="Says that the subscription has a deployment of this model and version already: once Microsoft has "
        "deprecated a model, Azure lets no other subscription create one.",
    )
    spillover_deployment_name: DeploymentName | None = Field(
        default=None, description="Of a provisioned deployment: the standard one that takes what it can't serve."
    )
    capacity_settings: CapacitySettings | None = Field(
        default=None, description="ARM's capacitySettings, which it calls internal."
    )
    tags: Tags = Field(default={}, description="Tags of the deployment, added to the stack's.")


@dataclass(frozen=True, slots=True)
class Deployment:
    """What a deployment comes to. The derived limits are None where nobody publishes what a unit of capacity is."""

    model: Model
    sku: str
    capacity: int
    rate_limit: RateLimit | None
    tokens_per_minute: int | None
    requests_per_minute: int | None
    version_upgrade_option: str
    content_filter: str
    tags: Mapping[str, str]
    spillover_deployment_name: str | None = None
    capacity_settings: CapacitySettings | None = None
