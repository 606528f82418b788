"""Policies: definitions of Azure Policy put to work on the stack's resource group, its subscription, or above it."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from modelyard.catalog.policy_selectors import MOST_OVERRIDES, MOST_SELECTORS
from modelyard.config.account import Identity
from modelyard.config.naming_rules import Description, DisplayName, IdentityId, PolicyScope, ScopeId
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_selectors import WrittenOverride, WrittenResourceSelector
from modelyard.config.scalar import Text, Words, as_text
from modelyard.config.strict_model import StrictModel
from modelyard.policy.documents.written_definition import ParameterValues

EnforcementMode = Annotated[Literal["Default", "DoNotEnforce"], BeforeValidator(as_text)]
Value = Annotated[Any, WithJsonSchema({})]

REFERENCES = "builtin/<name>, a GUID, team/<file>, modelyard/<name>, initiative/<key> or an ARM id"


class PolicyIdentity(Identity):
    """`identity` of a policy assignment, which has one at most."""

    type: Annotated[Literal["SystemAssigned", "UserAssigned"], BeforeValidator(as_text)] = Field(
        default="SystemAssigned", description="Its own, which goes with it, or one that is there already."
    )
    user_assigned_identities: tuple[IdentityId, ...] = Field(
        default=(),
        max_length=1,
        description="ARM id of the identity, for UserAssigned; it has to have the definition's roles already.",
    )


class WrittenPolicy(StrictModel):
    """One entry of `modelyard:policies`."""

    definition: Text = Field(
        description=f"What is assigned: {REFERENCES}.",
        examples=["builtin/disable-local-auth", "team/allowed-models", "modelyard/foundry-baseline"],
    )
    effect: Text | None = Field(
        default=None, description="What it does; short for its parameter effect.", examples=["Audit", "Deny"]
    )
    parameters: dict[str, Value] = Field(default={}, description="Values of the definition's parameters.")
    enforcement_mode: EnforcementMode = Field(
        default="Default", description="DoNotEnforce evaluates and reports, and stops nothing."
    )
    scope: PolicyScope = Field(
        default="resourceGroup",
        description="Where it applies: the stack's resource group, its subscription, or a management group above it.",
        examples=["subscription", "managementGroups/contoso-ai"],
    )
    not_scopes: tuple[ScopeId, ...] = Field(default=(), description="ARM ids below the scope where it doesn't apply.")
    resource_selectors: tuple[WrittenResourceSelector, ...] = Field(
        default=(),
        max_length=MOST_SELECTORS,
        description="Which resources it looks at: those that one of these groups means; all when not given.",
    )
    overrides: tuple[WrittenOverride, ...] = Field(
        default=(),
        max_length=MOST_OVERRIDES,
        description="Other effects, for some members of an initiative or in some regions; the first that fits counts.",
    )
    identity: PolicyIdentity | None = Field(
        default=None,
        description="In whose name it changes or deploys; one of its own, with the roles it needs, when not given.",
    )
    non_compliance_message: Words | None = Field(
        default=None, description="What whoever is refused gets to read, beside Azure's own words."
    )
    display_name: DisplayName | None = Field(
        default=None, description="Name of the assignment for people; the definition's when not given."
    )
    description: Description | None = Field(default=None, description="Why the policy is there.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAssignment:
    """What an entry comes to. One of `definition` and `initiative` (a key of the stack's) says what is assigned.

    `remediates` with `roles`: its effect, or one that an override gives, changes or deploys resources, for which it
    needs an identity with those roles. `identity` is the one that was asked for.
    """

    definition: PolicyDefinition | None
    initiative: str | None
    parameters: ParameterValues
    enforcement_mode: str
    scope: str
    not_scopes: tuple[str, ...]
    resource_selectors: tuple[WrittenResourceSelector, ...]
    overrides: tuple[WrittenOverride, ...]
    identity: PolicyIdentity | None
    non_compliance_message: str | None
    display_name: str | None
    description: str | None
    remediates: bool
    roles: tuple[str, ...]
