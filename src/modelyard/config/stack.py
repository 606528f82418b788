"""A stack, put together: which keys there are under `modelyard:`, and what they come to.

A kind of resource has its own module; here it gets its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field

from modelyard.config.account import Account
from modelyard.config.blocklist import Blocklist
from modelyard.config.content_filter import ContentFilter
from modelyard.config.deployment import Deployment, WrittenDeployment
from modelyard.config.key_path import KeyPath
from modelyard.config.naming_rules import (
    BlocklistName,
    ContentFilterName,
    DeploymentName,
    Key,
    LayerName,
    PolicyName,
    StackTarget,
    Tags,
)
from modelyard.config.policy_assignment import PolicyAssignment, WrittenPolicy
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_exemption import PolicyExemption
from modelyard.config.policy_set_definition import PolicySetDefinition, WrittenInitiative
from modelyard.config.role_assignment import RoleAssignment, WrittenAccess
from modelyard.config.role_definition import RoleDefinition
from modelyard.config.scalar import Flag, as_text
from modelyard.config.strict_model import StrictModel
from modelyard.destination import TargetName

if TYPE_CHECKING:  # a check of a stack without kinds without logic loads no ARM type
    from modelyard.arm.json_path import ArmDocument
    from modelyard.arm.resource_types import ResourceType

ExistingResource = Annotated[Literal["resourceGroup", "account"], BeforeValidator(as_text)]
"""What others may own that a stack is in. Who doesn't own the account doesn't own the group around it."""


class StackKeys(StrictModel):
    """Every key a stack file or a layer may have under `modelyard:`."""

    extends: tuple[LayerName, ...] = Field(
        default=(), description="Layers to build on, stacks/layers/<name>.yaml; a later one wins, this file last."
    )
    target: StackTarget = Field(
        description="Where the stack is deployed: Azure, or the sandbox. Has no default and must be stated."
    )
    account: Account = Field(description="The Azure AI Services account.")
    existing: tuple[ExistingResource, ...] = Field(
        default=(),
        description="What the stack only reads, and never writes or deletes: the resource group, or the account too.",
    )
    adopted: Flag = Field(
        default=False,
        description="What runs already is taken into the stack's state as long as that is empty, and not created.",
    )
    tags: Tags = Field(default={}, description="Tags of every resource that takes tags.")
    deployments: dict[DeploymentName, WrittenDeployment] = Field(
        default={}, description="Model deployments by name; the key is the name that clients put in `model`."
    )
    content_filters: dict[ContentFilterName, ContentFilter] = Field(
        default={}, description="Content filters (RAI policies) by name, for deployments to name."
    )
    blocklists: dict[BlocklistName, Blocklist] = Field(
        default={}, description="Blocklists by name, for content filters to name."
    )
    access: dict[Key, WrittenAccess] = Field(default={}, description="Who may do what: role assignments by a key.")
    role_definitions: dict[Key, RoleDefinition] = Field(
        default={}, description="Custom roles by a key, for access to name."
    )
    policies: dict[PolicyName, WrittenPolicy] = Field(
        default={}, description="Azure policies that apply to the stack: policy assignments by name."
    )
    initiatives: dict[PolicyName, WrittenInitiative] = Field(
        default={}, description="Initiatives by name, for policies to name as initiative/<name>."
    )
    exemptions: dict[PolicyName, PolicyExemption] = Field(default={}, description="Exemptions from policies by name.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainEntry:
    """A resource of a kind without logic.

    row     its type in the ARM table
    names   its own name after those of what it is in, as far as those are the team's own
    path    the key that states it
    body    ARM's body; a secret in it is a `Secret`
    """

    row: "ResourceType"
    names: tuple[str, ...]
    path: KeyPath
    body: "ArmDocument"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The well-formed part of what was written: what doesn't fit its model is absent, and a finding says why.

    `deployments` are as written; `written` has every name of every section, also of what doesn't fit; `whole` says that
    nothing had to be left out.
    """

    name: str
    target: TargetName | None
    location: str | None
    subscription_id: str | None
    account: Account | None
    tags: Mapping[str, str]
    existing: tuple[str, ...] = ()
    adopted: bool = False
    deployments: Mapping[str, WrittenDeployment] = field(default_factory=dict)
    content_filters: Mapping[str, ContentFilter] = field(default_factory=dict)
    blocklists: Mapping[str, Blocklist] = field(default_factory=dict)
    access: Mapping[str, WrittenAccess] = field(default_factory=dict)
    role_definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    policies: Mapping[str, WrittenPolicy] = field(default_factory=dict)
    initiatives: Mapping[str, WrittenInitiative] = field(default_factory=dict)
    exemptions: Mapping[str, PolicyExemption] = field(default_factory=dict)
    plain: tuple[PlainEntry, ...] = ()
    written: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Stack:
    """One stack as the program declares it: every value is known and has its place.

    `policy_definitions` are those that the stack declares, by the reference that assignments and initiatives use.
    `plain` are the resources of kinds without logic, each before those that are in it.
    """

    name: str
    target: TargetName
    location: str
    subscription_id: str | None
    account: Account
    tags: Mapping[str, str] = field(default_factory=dict)
    existing: tuple[str, ...] = ()
    adopted: bool = False
    deployments: Mapping[str, Deployment] = field(default_factory=dict)
    content_filters: Mapping[str, ContentFilter] = field(default_factory=dict)
    blocklists: Mapping[str, Blocklist] = field(default_factory=dict)
    access: Mapping[str, RoleAssignment] = field(default_factory=dict)
    role_definitions: Mapping[str, RoleDefinition] = field(default_factory=dict)
    policies: Mapping[str, PolicyAssignment] = field(default_factory=dict)
    initiatives: Mapping[str, PolicySetDefinition] = field(default_factory=dict)
    exemptions: Mapping[str, PolicyExemption] = field(default_factory=dict)
    policy_definitions: Mapping[str, PolicyDefinition] = field(default_factory=dict)
    plain: tuple[PlainEntry, ...] = ()
