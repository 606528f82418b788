"""The `details` of an effect: an object of known members, so that a misspelt one is refused and not passed over.

Those of `denyAction` and `auditAction` (which actions are meant) and of `manual` (the state until somebody attests
another) are read here; those of the other effects are rules themselves.

Source: the schema of policy definitions (Azure/azure-resource-manager-schemas, 2020-10-01/policyDefinition.json, A),
which allows no other members; Microsoft docs, effect-deny-action (delete is the only action) and effect-manual (A). The
schema writes `NonCompliant`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language import value_compiler
from modelyard.policy.language.compilation import Compilation
from modelyard.policy.language.unknown import Unknown


@dataclass(frozen=True, slots=True)
class Details:
    """Members by folded name, each with its name as written; `place` is that of the object."""

    place: str
    members: Mapping[str, tuple[str, Any]]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.members

    def get(self, name: str, otherwise: Any = None) -> Any:
        """A member's value."""
        return self.members.get(name.lower(), ("", otherwise))[1]

    def at(self, name: str) -> str:
        """A member's place, in its own spelling."""
        return f"{self.place}.{self.members.get(name.lower(), (name, None))[0]}"


def read(written: Any, allowed: tuple[str, ...], compilation: Compilation, place: str, *, of: str) -> Details:
    """The object, with nothing but `allowed` in it; `of` names whose it is. Raises DefinitionRefused."""
    if not isinstance(written, Mapping):
        compilation.refuse(place, f"{of} takes an object", allowed=", ".join(allowed))
    known = {name.lower() for name in allowed}
    folded = [name.lower() for name in written]
    for name in written:
        if name.lower() not in known:
            compilation.refuse(f"{place}.{name}", f"{of} has no '{name}'", allowed=", ".join(allowed))
        if folded.count(name.lower()) > 1:
            compilation.refuse(f"{place}.{name}", f"'{name}' stands there twice")
    return Details(place, {name.lower(): (name, value) for name, value in written.items()})


def roles(details: Details, compilation: Compilation, *, of: str) -> tuple[str, ...]:
    """The roles that the assignment's identity needs; without them Azure can't change or deploy anything."""
    found = details.get("roleDefinitionIds")
    if not isinstance(found, list) or not found or not all(isinstance(role, str) for role in found):
        compilation.refuse(
            details.at("roleDefinitionIds"),
            f"{of} needs an array of the roles that its assignment's identity gets",
            allowed="/providers/Microsoft.Authorization/roleDefinitions/<GUID>",
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions, folded, and whether deleting a whole resource group is stopped as well (`cascadeBehaviors`)."""

    names: frozenset[str]
    cascade_denied: bool


def compile_actions(details: Any, compilation: Compilation, place: str) -> Actions:
    """The details of denyAction. Raises DefinitionRefused."""
    found = read(details, ("actionNames", "cascadeBehaviors"), compilation, place, of="denyAction")
    actions, at_actions = found.get("actionNames"), found.at("actionNames")
    if not isinstance(actions, list) or not actions:
        compilation.refuse(at_actions, "denyAction takes an array of action names", allowed="delete")
    for at, action in enumerate(actions):
        if str(action).lower() != "delete":
            compilation.refuse(f"{at_actions}[{at}]", f"'{action}' can't be stopped", allowed="delete")
    cascade = read(
        found.get("cascadeBehaviors", {}), ("resourceGroup",), compilation, found.at("cascadeBehaviors"),
        of="cascadeBehaviors",
    )  # fmt: skip
    behaviour = str(cascade.get("resourceGroup", "deny"))
    if behaviour.lower() not in {"allow", "deny"}:
        compilation.refuse(cascade.at("resourceGroup"), f"'{behaviour}' is no behaviour", allowed="allow, deny")
    return Actions(frozenset(str(action).lower() for action in actions), behaviour.lower() == "deny")


STATES = {
    "unknown": "Unknown",
    "compliant": "Compliant",
    "noncompliant": "NonCompliant",
    "non-compliant": "NonCompliant",
}


@dataclass(frozen=True, slots=True)
class Attestation:
    """The state before anybody attested another."""

    default_state: str


def compile_attestation(details: Any, compilation: Compilation, place: str) -> Attestation:
    """The details of manual, which may be left out. Raises DefinitionRefused."""
    found = read({} if details is None else details, ("defaultState",), compilation, place, of="'manual'")
    term = value_compiler.template(found.get("defaultState", "Unknown"), compilation, found.at("defaultState"))
    if isinstance(term.value, Unknown):
        return Attestation("Unknown")
    state = STATES.get(str(term.value).lower())
    if state is None:
        compilation.refuse(
            found.at("defaultState"), f"'{term.value}' is no state", allowed="Unknown, Compliant, NonCompliant"
        )
    return Attestation(state)
