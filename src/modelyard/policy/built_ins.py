"""Azure's built-in definitions, to be evaluated without Azure: their names and parameters, with rules of our own.

The rules (`equivalents/<short name>.json`) are written to decide as Azure's do (Azure/azure-policy, as of 2026-04-29)
for the types that ARM's table has; they aren't Azure's text. Azure's own take over wherever they are at hand. A
built-in without such a rule can be assigned all the same, and is not evaluated here.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from modelyard.catalog import built_in_policies
from modelyard.catalog.built_in_policies import NOTHING, BuiltIn
from modelyard.policy.definition import Definition
from modelyard.policy.fields import Fields
from modelyard.policy.initiative import Initiative

DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
SETS = "/providers/Microsoft.Authorization/policySetDefinitions"

HARMS = ("Sexual", "Hate", "Violence", "Selfharm")
SWITCHES = ("Enabled", "Blocking")


@cache
def _rules() -> Mapping[str, Any]:
    folder = resources.files("modelyard.policy") / "equivalents"
    return {
        each.name.removesuffix(".json"): json.loads(each.read_text(encoding="utf-8"))
        for each in folder.iterdir()
        if each.name.endswith(".json")
    }


@cache
def documents() -> Mapping[str, dict[str, Any]]:
    """Every built-in of the catalog as GET answers it, by its id in lower case; without a rule where there is none."""
    return {one.id.lower(): _document(one) for one in built_in_policies.built_ins()}


def is_built_in(id: str) -> bool:  # noqa: A002 - ARM calls it id
    """Whether an id is of the form that built-ins have, whether or not the catalog knows it."""
    return id.lower().startswith((f"{DEFINITIONS}/".lower(), f"{SETS}/".lower()))


def entry(id: str, fields: Fields) -> Definition | Initiative | None:  # noqa: A002 - ARM calls it id
    """A built-in ready to be assigned, by its id in lower case; None where there is no rule for it here."""
    document = documents().get(id)
    if document is None:
        return None
    if "policyDefinitions" in document["properties"]:
        return Initiative.load(document)
    return Definition.load(document, fields) if "policyRule" in document["properties"] else None


def entries(fields: Fields) -> Iterator[Definition | Initiative]:
    """Every built-in that can be evaluated here."""
    return (found for id_ in documents() if (found := entry(id_, fields)) is not None)


def _document(one: BuiltIn) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "displayName": one.display_name,
        "policyType": "BuiltIn",
        "metadata": {"version": one.version, "category": "Cognitive Services", **_deprecated(one)},
        "version": one.version,
        "parameters": {name: _parameter(each) for name, each in one.parameters.items()},
    }
    if one.is_initiative:
        properties["policyDefinitions"] = _guardrails()
    else:
        properties["mode"] = one.mode
        if rule := _rules().get(one.name):
            properties["policyRule"] = rule
    kind = "policySetDefinitions" if one.is_initiative else "policyDefinitions"
    return {"id": one.id, "name": one.guid, "type": f"Microsoft.Authorization/{kind}", "properties": properties}


def _deprecated(one: BuiltIn) -> dict[str, Any]:
    return {"deprecated": True} if one.instead else {}


def _parameter(one: built_in_policies.Parameter) -> dict[str, Any]:
    declared: dict[str, Any] = {"type": one.type}
    if one.allowed:
        declared["allowedValues"] = list(one.allowed)
    if one.default is not NOTHING:
        declared["defaultValue"] = one.default
    return declared


# --- the one initiative ----------------------------------------------------------------------------------------------


def _guardrails() -> list[dict[str, Any]]:
    """The twelve members of the guardrails for deployments, one for each filter and one for the mode."""
    rows = [
        _member(
            f"CognitiveServices Content Filter Control on {harm}",
            "allowed-harm-filters",
            harm,
            {
                f"allowed{what}For{point}": f"allowed{harm}{what}For{point}"
                for what in ("Severities", *SWITCHES)
                for point in ("Prompt", "Completion")
            },
        )
        for harm in HARMS
    ]
    rows += [
        _point("allowed-prompt-filters", name, stem, "Prompt")
        for name, stem in (
            ("Jailbreak", "Jailbreak"),
            ("Profanity", "Profanity"),
            ("Indirect Attack", "IndirectAttack"),
            ("Indirect Attack Spotlighting", "Spotlighting"),
        )
    ]
    rows += [
        _point("allowed-completion-filters", name, name.replace(" ", ""), "Completion")
        for name in ("Profanity", "Protected Material Code", "Protected Material Text")
    ]
    mode = {"raiPolicyMode": "raiPolicyMode"}
    return [*rows, _member("CognitiveServices Content Filter Mode", "allowed-filter-modes", "", mode)]


def _point(definition: str, name: str, stem: str, point: str) -> dict[str, Any]:
    handed = {f"allowed{what}For{point}": f"allowed{stem}{what}For{point}" for what in SWITCHES}
    return _member(f"CognitiveServices {name} for {point}", definition, name, handed)


def _member(reference: str, definition: str, filter_name: str, handed: Mapping[str, str]) -> dict[str, Any]:
    """One member. Azure's reference ids are longer; these are the sandbox's own."""
    found = built_in_policies.built_in(definition)
    parameters = {"effect": {"value": "[parameters('effect')]"}}
    if filter_name:
        parameters["filterName"] = {"value": filter_name}
    parameters |= {own: {"value": f"[parameters('{its}')]"} for own, its in handed.items()}
    return {
        "policyDefinitionReferenceId": reference,
        "policyDefinitionId": found.id if found else "",
        "parameters": parameters,
    }
