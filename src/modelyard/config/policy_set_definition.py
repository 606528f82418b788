"""Initiatives: definitions of Azure Policy that are assigned, reported and exempted together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import Field

from modelyard.config.keys import Keys
from modelyard.config.names import Key
from modelyard.config.policy_assignment import Value
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.scalar import Text


class WrittenMember(Keys):
    """One definition of an initiative."""

    definition: Text = Field(description="builtin/<name>, a GUID, team/<file>, modelyard/<name> or an ARM id.")
    reference_id: Key | None = Field(
        default=None, description="What exemptions and reports call it; the definition's name when not given."
    )
    effect: Text | None = Field(default=None, description="What it does; short for its parameter effect.")
    parameters: dict[str, Value] = Field(default={}, description="Values of the definition's parameters.")


class WrittenInitiative(Keys):
    """One entry of `modelyard:initiatives`. It rules nothing before an entry of policies assigns it."""

    display_name: Text | None = Field(default=None, description="Name for people; the key when not given.")
    description: Text | None = Field(default=None, description="What the initiative is for.")
    definitions: tuple[WrittenMember, ...] = Field(min_length=1, description="The definitions it holds.")


@dataclass(frozen=True, slots=True)
class Member:
    """One definition of an initiative, with its parameters' values."""

    definition: PolicyDefinition
    reference_id: str
    parameters: Mapping[str, Any]

    @property
    def remediates(self) -> bool:
        return self.definition.remediates(self.parameters)


@dataclass(frozen=True, slots=True)
class PolicySetDefinition:
    """What an entry comes to."""

    display_name: str
    description: str | None
    members: tuple[Member, ...]

    @property
    def roles(self) -> tuple[str, ...]:
        """GUIDs of the roles that remediations of its members need."""
        needed = (
            role
            for each in self.members
            if each.definition.remediates(each.parameters)
            for role in each.definition.roles
        )
        return tuple(dict.fromkeys(needed))

    @property
    def remediates(self) -> bool:
        return any(each.definition.remediates(each.parameters) for each in self.members)
