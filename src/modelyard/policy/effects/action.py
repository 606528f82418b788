"""`denyAction` and `auditAction`: which actions on a matching resource are meant.

Source: Microsoft docs, effect-deny-action (A): delete is the only action.
"""

from dataclasses import dataclass
from typing import Any

from modelyard.policy.effects import details as members
from modelyard.policy.language.compilation import Compilation


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions, folded, and whether deleting a whole resource group is stopped as well (`cascadeBehaviors`)."""

    names: frozenset[str]
    cascade_denied: bool


def compile_actions(details: Any, compilation: Compilation, place: str) -> Actions:
    """The details of denyAction. Raises DefinitionRefused."""
    found = members.read(details, ("actionNames", "cascadeBehaviors"), compilation, place, of="denyAction")
    actions, at_actions = found.get("actionNames"), found.at("actionNames")
    if not isinstance(actions, list) or not actions:
        compilation.refuse(at_actions, "denyAction takes an array of action names", allowed="delete")
    for at, action in enumerate(actions):
        if str(action).lower() != "delete":
            compilation.refuse(f"{at_actions}[{at}]", f"'{action}' can't be stopped", allowed="delete")
    cascade = members.read(
        found.get("cascadeBehaviors", {}), ("resourceGroup",), compilation, found.at("cascadeBehaviors"),
        of="cascadeBehaviors",
    )  # fmt: skip
    behaviour = str(cascade.get("resourceGroup", "deny"))
    if behaviour.lower() not in {"allow", "deny"}:
        compilation.refuse(cascade.at("resourceGroup"), f"'{behaviour}' is no behaviour", allowed="allow, deny")
    return Actions(frozenset(str(action).lower() for action in actions), behaviour.lower() == "deny")
