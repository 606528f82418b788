"""Initiatives: definitions of Azure Policy that are assigned, reported and exempted together."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import Field

from modelyard.catalog.built_in_policies import BuiltInParameter
from modelyard.config.naming_rules import Description, DisplayName, Key
from modelyard.config.policy_assignment import Value
from modelyard.config.policy_definition import PolicyDefinition, declared_parameters
from modelyard.config.policy_selectors import WrittenOverride
from modelyard.config.scalar import Text
from modelyard.config.strict_model import StrictModel
from modelyard.policy.documents.written_definition import ParameterValues, PolicyDocument


class WrittenMember(StrictModel):
    """One definition of an initiative."""

    definition: Text = Field(description="builtin/<name>, a GUID, team/<file>, modelyard/<name> or an ARM id.")
    reference_id: Key | None = Field(
        default=None, description="What exemptions and reports call it; the definition's name when not given."
    )
    effect: Text | None = Field(default=None, description="What it does; short for its parameter effect.")
    parameters: dict[str, Value] = Field(default={}, description="Values of the definition's parameters.")


class WrittenInitiative(StrictModel):
    """One entry of `modelyard:initiatives`. It rules nothing before an entry of policies assigns it."""

    display_name: DisplayName | None = Field(default=None, description="Name for people; the key when not given.")
    description: Description | None = Field(default=None, description="What the initiative is for.")
    definitions: tuple[WrittenMember, ...] = Field(min_length=1, description="The definitions it holds.")


@dataclass(frozen=True, slots=True)
class DefinitionReference:
    """One definition of an initiative, with its parameters' values.

    In an initiative with parameters of its own a value may be `[parameters('x')]`. `groups` are names of its groups.
    """

    definition: PolicyDefinition
    reference_id: str
    parameters: ParameterValues
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicySetDefinition:
    """What an entry comes to, or an initiative that comes with Modelyard.

    Only the latter has parameters, which its assignment gives values to, and a `document`: `properties` as written.
    """

    display_name: str
    description: str | None
    members: tuple[DefinitionReference, ...]
    parameters: Mapping[str, BuiltInParameter] = field(default_factory=dict)
    document: PolicyDocument = field(default_factory=dict)

    def roles(self, values: ParameterValues, overrides: Sequence[WrittenOverride] = ()) -> tuple[str, ...]:
        """GUIDs of the roles that remediations need, where the initiative is assigned with these values."""
        remediating = self.remediating(values, overrides)
        return tuple(dict.fromkeys(role for each in remediating for role in each.definition.roles))

    def remediates(self, values: ParameterValues, overrides: Sequence[WrittenOverride] = ()) -> bool:
        """Whether an assignment with these values changes or deploys something, and so needs an identity."""
        return bool(self.remediating(values, overrides))

    def remediating(
        self, values: ParameterValues, overrides: Sequence[WrittenOverride] = ()
    ) -> tuple[DefinitionReference, ...]:
        """Those of its definitions that change or deploy something, where it is assigned with these values."""
        return tuple(
            each
            for each in self.members
            if each.definition.remediates({name: self._value(one, values) for name, one in each.parameters.items()})
            or any(one.remediates and one.means(each.reference_id) for one in overrides)
        )

    def _value(self, written: Any, values: Mapping[str, Any]) -> Any:
        """A member's value, once the initiative's own are known."""
        from modelyard.policy.documents.written_definition import PARAMETER_REFERENCE

        named = PARAMETER_REFERENCE.fullmatch(written) if isinstance(written, str) else None
        return values.get(named[1], self.parameters[named[1]].default) if named else written


def from_document(content: str | bytes, find: Callable[[str], PolicyDefinition]) -> PolicySetDefinition:
    """An initiative that comes with Modelyard, from its file. `find` knows a member by its policyDefinitionId."""
    properties = json.loads(content)["properties"]
    members = (
        DefinitionReference(
            find(row["policyDefinitionId"]),
            row["policyDefinitionReferenceId"],
            {name: each["value"] for name, each in row["parameters"].items()},
            tuple(row["groupNames"]),
        )
        for row in properties["policyDefinitions"]
    )
    return PolicySetDefinition(
        properties["displayName"],
        properties["description"],
        tuple(members),
        declared_parameters(properties["parameters"]),
        properties,
    )
