"""A definition as it is written, apart from what its rule means: its mode, parameters, effect and roles.

The one reader of definitions. `definition` compiles what is read here; the check of a stack file, which runs on every
save, needs no more than this, so nothing of the language is imported. Names of members have no case in Azure.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from modelyard.catalog.built_in_policies import NOTHING
from modelyard.policy.failures import DefinitionRefused

ParameterValues: TypeAlias = Mapping[str, Any]
"""Values of parameters by name, as the definition or the initiative spells it, without `value` around them."""

PolicyDocument: TypeAlias = Mapping[str, Any]
"""A definition, an initiative, an assignment or an exemption as it is written, or an object in one; read only."""


PARTS = (
    "displayName", "description", "policyType", "mode", "metadata", "parameters", "policyRule", "version", "versions",
    "externalEvaluationEnforcementSettings",
)  # fmt: skip
"""What properties Azure's definitions have (azure-mgmt-resource-policy 1.0, A)."""
PARAMETER_PARTS = ("type", "metadata", "defaultValue", "allowedValues", "schema")
TYPES = {kind.lower(): kind for kind in ("String", "Array", "Object", "Boolean", "Integer", "Float", "DateTime")}
"""Types of parameters, as Azure spells them, by folded name."""
PARAMETER_REFERENCE = re.compile(r"\[\s*parameters\(\s*'(\w+)'\s*\)\s*\]")


@dataclass(frozen=True, slots=True)
class WrittenParameter:
    """One declared parameter. `type` is folded; `default` is NOTHING where a value must be given."""

    name: str
    type: str
    default: Any = NOTHING
    allowed: tuple[Any, ...] = ()
    schema: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenDefinition:
    """One definition. `properties` are the document's, named as Azure spells them, `parameters` are by folded name."""

    id: str
    name: str
    display_name: str
    mode: str
    properties: PolicyDocument
    parameters: Mapping[str, WrittenParameter]
    rule: PolicyDocument
    version: str = ""
    metadata: PolicyDocument
    built_in: bool = False

    def effect(self) -> tuple[str, str]:
        """The fixed effect, or the parameter that gives it as it is declared; both empty where it is computed.

        Raises DefinitionRefused where there is no effect, or where nothing declares the parameter.
        """
        written = member(self._then, "effect", None)
        if not isinstance(written, str):
            raise DefinitionRefused(self.name, "policyRule.then.effect", "there is no effect")
        named = PARAMETER_REFERENCE.fullmatch(written)
        if named is None:
            return ("" if written.startswith("[") else written), ""
        declared = self.parameters.get(named[1].lower())
        if declared is None:
            raise DefinitionRefused(self.name, "policyRule.then.effect", f"no parameter {named[1]} is declared")
        return "", declared.name

    def roles(self) -> tuple[str, ...]:
        """GUIDs of the roles that a remediation needs. Raises DefinitionRefused."""
        details = member(self._then, "details", None)
        listed = member(details, "roleDefinitionIds", []) if isinstance(details, Mapping) else []
        if not isinstance(listed, list):
            raise DefinitionRefused(self.name, "policyRule.then.details.roleDefinitionIds", "roles are a list of ids")
        return tuple(str(role).rpartition("/")[2] for role in listed)

    @property
    def _then(self) -> Mapping[str, Any]:
        then = member(self.rule, "then", None)
        return then if isinstance(then, Mapping) else {}


def read(document: Any, name: str = "") -> WrittenDefinition:
    """A definition as Azure writes it, with or without `properties` around it. Raises DefinitionRefused.

    `name` is what messages call it when the document has no name of its own (a file's name).
    """
    if not isinstance(document, Mapping):
        raise DefinitionRefused(name or "definition", "$", "a definition is a JSON object")
    body = member(document, "properties", document)
    if not isinstance(body, Mapping):
        raise DefinitionRefused(name or "definition", "properties", "properties are a JSON object")
    called = str(member(document, "name", "") or name or member(body, "displayName", "") or "definition")
    names = {part.lower(): part for part in PARTS}
    properties: dict[str, Any] = {}
    part: str
    for part, value in body.items():
        if body is not document and part.lower() not in names:
            raise DefinitionRefused(called, f"properties.{part}", f"a definition has no '{part}'")
        spelled = names.get(part.lower(), part)
        if spelled in properties:
            raise DefinitionRefused(called, f"properties.{part}", f"'{part}' stands there twice")
        properties[spelled] = value
    rule = member(body, "policyRule", None)
    if not isinstance(rule, Mapping):
        raise DefinitionRefused(called, "policyRule", "there is no policy rule", allowed="an object with if and then")
    metadata = member(body, "metadata", None) or {}
    if not isinstance(metadata, Mapping):
        raise DefinitionRefused(called, "metadata", "metadata is an object")
    return WrittenDefinition(
        id=str(member(document, "id", "") or ""),
        name=called,
        display_name=str(member(body, "displayName", "") or ""),
        mode=str(member(body, "mode", None) or "Indexed"),
        properties=properties,
        parameters=parameters(called, member(body, "parameters", None)),
        rule=rule,
        version=str(member(body, "version", "") or ""),
        metadata=metadata,
        built_in=str(member(body, "policyType", "")).lower() == "builtin",
    )


def parameters(owner: str, written: Any) -> dict[str, WrittenParameter]:
    """Parameters by folded name, as a definition or an initiative declares them. Raises DefinitionRefused."""
    if written is None:
        return {}
    if not isinstance(written, Mapping):
        raise DefinitionRefused(owner, "parameters", "parameters are an object by name")
    found: dict[str, WrittenParameter] = {}
    for name, row in written.items():
        if name.lower() in found:
            what = f"'{name}' is the parameter '{found[name.lower()].name}', since Azure doesn't regard case in names"
            raise DefinitionRefused(owner, f"parameters.{name}", what)
        found[name.lower()] = _parameter(owner, name, row)
    return found


def _parameter(owner: str, name: str, written: Any) -> WrittenParameter:
    place, allowed_parts = f"parameters.{name}", ", ".join(PARAMETER_PARTS)
    if not isinstance(written, Mapping):
        raise DefinitionRefused(owner, place, "a parameter is an object", allowed=allowed_parts)
    parts = {part.lower(): part for part in PARAMETER_PARTS}
    for part in written:
        if part.lower() not in parts:
            raise DefinitionRefused(owner, f"{place}.{part}", f"a parameter has no '{part}'", allowed=allowed_parts)
    row = {parts[part.lower()]: value for part, value in written.items()}
    kind, allowed = str(row.get("type", "")).lower(), row.get("allowedValues") or ()
    if kind not in TYPES:
        raise DefinitionRefused(owner, f"{place}.type", f"'{kind}' is no type", allowed=", ".join(TYPES.values()))
    if not isinstance(allowed, list | tuple):
        raise DefinitionRefused(owner, f"{place}.allowedValues", "allowed values are an array")
    if not isinstance(row.get("metadata") or {}, Mapping):
        raise DefinitionRefused(owner, f"{place}.metadata", "metadata is an object")
    return WrittenParameter(name, kind, row.get("defaultValue", NOTHING), tuple(allowed), row.get("schema"))


def member(holder: PolicyDocument, name: str, otherwise: Any) -> Any:
    """A member by its name in any case."""
    if name in holder:
        return holder[name]
    return next((value for each, value in holder.items() if each.lower() == name.lower()), otherwise)
