"""Policy definitions that a stack can assign: Azure's built-ins, the team's own files, and those of Modelyard.

    builtin/<name>      a built-in of the catalog by its short name; its GUID alone will do too
    team/<stem>         policies/azure/<stem>.json of the team's repository
    modelyard/<stem>    a definition, or an initiative, that comes with Modelyard
    /…                  the ARM id of any definition that exists

A file is Azure's own JSON, with or without `properties` around it. Here it is read as far as an assignment needs it:
its parameters and its effect. What its rule means is not judged here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from modelyard import files
from modelyard.catalog.built_in_policies import NOTHING, BuiltIn, BuiltInParameter

TEAM = "team"
OWN = "modelyard"
OWN_INITIATIVES = "modelyard initiatives"

TYPES = {kind.lower(): kind for kind in ("String", "Array", "Object", "Boolean", "Integer", "Float", "DateTime")}
MODES = ("All", "Indexed")
PARAMETER_REFERENCE = re.compile(r"\[\s*parameters\(\s*'(\w+)'\s*\)\s*\]")
REMEDIATES = ("modify", "deployifnotexists")


class DefinitionUnreadable(ValueError):
    """A file that isn't a policy definition; the text says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyDefinition:
    """One definition, or an initiative that exists. `id` is its ARM id, empty where the stack declares it.

    parameters        None where nobody knows them: of a definition named by its id alone
    effect            the fixed effect; empty where it is the value of `effect_parameter`
    roles             GUIDs of the roles that a remediation needs
    document          `properties` as written, of one that the stack declares
    """

    reference: str
    id: str = ""
    display_name: str = ""
    mode: str = ""
    parameters: Mapping[str, BuiltInParameter] | None = None
    effect: str = ""
    effect_parameter: str = ""
    roles: tuple[str, ...] = ()
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The last part of its reference, as names and reference ids are made of it."""
        return self.reference.rpartition("/")[2]

    def effect_with(self, values: Mapping[str, Any]) -> str:
        """The effect that these parameter values come to; empty where nobody knows."""
        if self.effect or not self.effect_parameter:
            return self.effect
        default = (self.parameters or {})[self.effect_parameter].default
        return str(values.get(self.effect_parameter, "" if default is NOTHING else default))

    def remediates(self, values: Mapping[str, Any]) -> bool:
        """Whether an assignment with these values changes or deploys something, and so needs an identity."""
        return self.effect_with(values).lower() in REMEDIATES


def from_built_in(reference: str, known: BuiltIn) -> PolicyDefinition:
    """A built-in, as the catalog knows it."""
    return PolicyDefinition(
        reference=reference,
        id=known.id,
        display_name=known.display_name,
        mode=known.mode,
        parameters=known.parameters,
        effect=known.effect,
        effect_parameter="effect" if "effect" in known.parameters else "",
        roles=known.roles,
    )


def from_document(reference: str, content: str | bytes) -> PolicyDefinition:
    """A definition from what a file holds. Raises DefinitionUnreadable."""
    try:
        document = files.loads(content if isinstance(content, str) else content.decode("utf-8-sig"), unique=True)
    except ValueError as error:
        from modelyard.syntax import json_mistakes

        raise DefinitionUnreadable(json_mistakes.problem(error)) from error
    properties = document.get("properties", document) if isinstance(document, dict) else None
    if not isinstance(properties, dict):
        raise DefinitionUnreadable("a definition is a JSON object")
    rule = properties.get("policyRule")
    if not isinstance(rule, dict) or not isinstance(rule.get("if"), dict) or not isinstance(rule.get("then"), dict):
        raise DefinitionUnreadable("policyRule has no if and then")
    mode = properties.get("mode", "Indexed")
    if not isinstance(mode, str) or (mode not in MODES and not mode.startswith("Microsoft.")):
        raise DefinitionUnreadable(f"mode {mode!r} is neither All nor Indexed nor that of a provider")
    parameters = declared_parameters(properties.get("parameters", {}))
    effect, effect_parameter = _effect(rule["then"].get("effect"), parameters)
    details = rule["then"].get("details")
    roles = details.get("roleDefinitionIds", []) if isinstance(details, dict) else []
    if not isinstance(roles, list):
        raise DefinitionUnreadable("policyRule.then.details.roleDefinitionIds is not a list")
    return PolicyDefinition(
        reference=reference,
        display_name=str(properties.get("displayName", "")),
        mode=mode,
        parameters=parameters,
        effect=effect,
        effect_parameter=effect_parameter,
        roles=tuple(str(role).rpartition("/")[2] for role in roles),
        document=properties,
    )


def declared_parameters(written: Any) -> dict[str, BuiltInParameter]:
    """What a definition or an initiative declares, as JSON has it. Raises DefinitionUnreadable."""
    if not isinstance(written, dict):
        raise DefinitionUnreadable("parameters is not an object")
    found = {}
    for name, each in written.items():
        kind = TYPES.get(str(each.get("type")).lower()) if isinstance(each, dict) else None
        if kind is None:
            raise DefinitionUnreadable(f"parameters.{name} has none of the types {', '.join(TYPES.values())}")
        for member, expected, word in (("allowedValues", list, "a list"), ("metadata", dict, "an object")):
            if not isinstance(each.get(member, expected()), expected):
                raise DefinitionUnreadable(f"parameters.{name}.{member} is not {word}")
        found[name] = BuiltInParameter(kind, tuple(each.get("allowedValues", ())), each.get("defaultValue", NOTHING))
    return found


def _effect(written: Any, parameters: Mapping[str, BuiltInParameter]) -> tuple[str, str]:
    if not isinstance(written, str):
        raise DefinitionUnreadable("policyRule.then has no effect")
    named = PARAMETER_REFERENCE.fullmatch(written)
    if named is None:
        return ("" if written.startswith("[") else written), ""
    if named[1] not in parameters:
        raise DefinitionUnreadable(f"policyRule.then.effect names the parameter {named[1]}, which isn't declared")
    return "", named[1]


class DefinitionFiles:
    """Finds definitions by kind and stem: `team/allowed-models` is policies/azure/allowed-models.json."""

    def __init__(self, team: Path) -> None:
        # Modelyard's own are data of its policy room; no code of that room is needed to read them.
        self._folders: Mapping[str, Traversable] = {
            TEAM: team,
            OWN: resources.files("modelyard.policy").joinpath("definitions"),
            OWN_INITIATIVES: resources.files("modelyard.policy").joinpath("initiatives"),
        }

    def stems(self, kind: str) -> tuple[str, ...]:
        """What there is of a kind, in alphabetical order."""
        folder = self._folders[kind]
        there = folder.iterdir() if folder.is_dir() else ()
        return tuple(sorted(file.name.removesuffix(".json") for file in there if file.name.endswith(".json")))

    def read(self, kind: str, stem: str) -> bytes | None:
        """What the file of a definition holds; None where there is none of that name."""
        if stem not in self.stems(kind):
            return None
        file = self._folders[kind].joinpath(f"{stem}.json")
        return files.read(file) if isinstance(file, Path) else file.read_bytes()
