"""A stack, put together: which keys there are under `modelyard:`, and what they come to.

A kind of resource has its own module; here it gets its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import Field

from modelyard.config.account import Account
from modelyard.config.deployment import Deployment, WrittenDeployment
from modelyard.config.keys import Keys
from modelyard.config.names import DeploymentName, LayerName
from modelyard.config.tags import Tags


class StackKeys(Keys):
    """Every key a stack file or a layer may have under `modelyard:`."""

    extends: tuple[LayerName, ...] = Field(
        default=(), description="Layers to build on, stacks/layers/<name>.yaml; a later one wins, this file last."
    )
    account: Account = Field(description="The Azure AI Services account.")
    tags: Tags = Field(default={}, description="Tags of every resource that takes tags.")
    deployments: dict[DeploymentName, WrittenDeployment] = Field(
        default={}, description="Model deployments by name; the key is the name that clients put in `model`."
    )


@dataclass(frozen=True, slots=True)
class Draft:
    """The well-formed part of what was written: what doesn't fit its model is absent, and a finding says why.

    `deployments` are as written; `whole` says that nothing had to be left out.
    """

    name: str
    location: str | None
    subscription_id: str | None
    account: Account | None
    tags: Mapping[str, str]
    deployments: Mapping[str, WrittenDeployment]
    whole: bool


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack as the program declares it: every value is known and has its place."""

    name: str
    location: str
    subscription_id: str | None
    account: Account
    tags: Mapping[str, str] = field(default_factory=dict)
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
