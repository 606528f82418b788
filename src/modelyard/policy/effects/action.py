"""`denyAction` and `auditAction`: which actions on a matching resource are meant.

Source: Microsoft docs, effect-deny-action (A): delete is the only action.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.policy.compilation import Compilation


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions, folded, and whether deleting a whole resource group is stopped as well (`cascadeBehaviors`)."""

    names: frozenset[str]
    cascade_denied: bool


def compile_actions(details: Any, compilation: Compilation, place: str) -> Actions:
    """The details of denyAction. Raises DefinitionRefused."""
    if not isinstance(details, Mapping):
        compilation.refuse(
            place, "denyAction takes an object with actionNames", allowed="actionNames, cascadeBehaviors"
        )
    named = {name.lower(): value for name, value in details.items()}
    actions = named.get("actionnames")
    if not isinstance(actions, list) or not actions:
        compilation.refuse(f"{place}.actionNames", "denyAction takes an array of action names", allowed="delete")
    for at, action in enumerate(actions):
        if str(action).lower() != "delete":
            compilation.refuse(f"{place}.actionNames[{at}]", f"'{action}' can't be stopped", allowed="delete")
    cascade = named.get("cascadebehaviors") or {}
    behaviour = next((value for name, value in cascade.items() if name.lower() == "resourcegroup"), "deny")
    return Actions(frozenset(str(action).lower() for action in actions), str(behaviour).lower() == "deny")
