"""The `details` of an effect: an object of known members, so that a misspelt one is refused and not passed over.

Source: the schema of policy definitions (Azure/azure-resource-manager-schemas, 2020-10-01/policyDefinition.json, A),
which allows no other members.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language.compilation import Compilation


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
    for name in written:
        if name.lower() not in known:
            compilation.refuse(f"{place}.{name}", f"{of} has no '{name}'", allowed=", ".join(allowed))
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
