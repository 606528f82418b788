"""Initiatives (policy set definitions): several definitions assigned as one, with parameters handed down.

Source: Microsoft docs, initiative-definition-structure (A).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from modelyard.policy.documents import parameters
from modelyard.policy.documents.definition_header import version_fits
from modelyard.policy.documents.parameters import Declared
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.policy.failures import AssignmentRefused, DefinitionRefused
from modelyard.policy.language import value_compiler
from modelyard.policy.language.aliases import Aliases
from modelyard.policy.language.compilation import Compilation
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.unknown import Unknown

MEMBERS = (
    "policyDefinitionId", "policyDefinitionReferenceId", "parameters", "groupNames", "definitionVersion",
    "latestDefinitionVersion", "effectiveDefinitionVersion",
)  # fmt: skip
"""What a member may say (azure-mgmt-resource-policy 1.0, A)."""
NO_FIELDS = Fields(Aliases())


@dataclass(frozen=True, slots=True)
class InitiativeMember:
    """One definition of an initiative: the name it goes by there, and its parameters as written."""

    reference: str
    definition_id: str
    parameters: ParameterValues
    version: str = ""
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Initiative:
    """One initiative."""

    id: str
    name: str
    display_name: str
    parameters: Declared
    members: tuple[InitiativeMember, ...]
    version: str = ""

    @classmethod
    def load(cls, document: Any, *, name: str = "") -> "Initiative":
        """An initiative as Azure writes it. Raises DefinitionRefused."""
        body = document.get("properties", document) if isinstance(document, Mapping) else None
        if not isinstance(body, Mapping):
            raise DefinitionRefused(name or "initiative", "$", "an initiative is a JSON object")
        called = str(document.get("name") or name or body.get("displayName") or "initiative")
        rows = body.get("policyDefinitions")
        if not isinstance(rows, list):
            raise DefinitionRefused(called, "policyDefinitions", "there is no array of policy definitions")
        members = _named([_member(called, f"policyDefinitions[{at}]", row) for at, row in enumerate(rows)])
        references = [member.reference.lower() for member in members]
        twice = sorted({each for each in references if references.count(each) > 1})
        if twice:
            raise DefinitionRefused(called, "policyDefinitions", f"reference ids are used twice: {', '.join(twice)}")
        return cls(
            str(document.get("id") or ""),
            called,
            str(body.get("displayName") or called),
            parameters.declared(
                called, body.get("parameters"), built_in=str(body.get("policyType")).lower() == "builtin"
            ),
            members,
            str(body.get("version") or ""),
        )

    def check_version(self, member: InitiativeMember, version: str) -> None:
        """Refuse a member whose definition is at hand in another version than it asks for. Raises AssignmentRefused."""
        if not version_fits(member.version, version):
            raise AssignmentRefused(
                self.name,
                f"policyDefinitions[{member.reference}].definitionVersion",
                f"version {member.version} is asked for",
                allowed=f"{version}, which is at hand",
            )

    def handed_down(self, member: InitiativeMember, values: ParameterValues) -> ParameterValues:
        """A member's parameter values, from the initiative's own (by folded name). Raises DefinitionRefused."""
        compilation = Compilation(self.name, values, NO_FIELDS)
        found = {}
        for name, written in member.parameters.items():
            place = f"policyDefinitions[{member.reference}].parameters.{name}"
            term = value_compiler.template(written, compilation, place)
            if not term.constant or isinstance(term.value, Unknown):
                raise AssignmentRefused(self.name, place, "the value doesn't follow from the initiative's parameters")
            found[name] = term.value
        return found


def _named(members: list[InitiativeMember]) -> tuple[InitiativeMember, ...]:
    """The members with a reference id each: the definition's name where none is written, numbered where that is taken.

    Azure makes one up as well (R).
    """
    taken = {member.reference.lower() for member in members}
    found = []
    for member in members:
        if member.reference:
            found.append(member)
            continue
        name = member.definition_id.rpartition("/")[2]
        numbered = (name if number == 1 else f"{name}-{number}" for number in count(1))
        reference = next(each for each in numbered if each.lower() not in taken)
        taken.add(reference.lower())
        found.append(replace(member, reference=reference))
    return tuple(found)


def _member(owner: str, place: str, row: Any) -> InitiativeMember:
    if not isinstance(row, Mapping) or not isinstance(row.get("policyDefinitionId"), str):
        raise DefinitionRefused(owner, f"{place}.policyDefinitionId", "there is no definition's id")
    for part in row:
        if part not in MEMBERS:
            allowed = ", ".join(MEMBERS)
            raise DefinitionRefused(owner, f"{place}.{part}", f"a member has no '{part}'", allowed=allowed)
    groups = row.get("groupNames") or []
    if not isinstance(groups, list):
        raise DefinitionRefused(owner, f"{place}.groupNames", "a member's groups are an array of names")
    return InitiativeMember(
        str(row.get("policyDefinitionReferenceId") or ""),
        row["policyDefinitionId"],
        parameters.unwrapped(row.get("parameters")),
        str(row.get("definitionVersion") or ""),
        tuple(map(str, groups)),
    )
