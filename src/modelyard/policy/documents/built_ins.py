"""Azure's built-in definitions as this project has them: names and parameters of the catalog, rules of its own.

Each file in `equivalents` holds the `policyRule` of one built-in (the `policyDefinitions` of an initiative), under its
short name. They are written to decide as Azure's do (Azure/azure-policy, as of 2026-04-29); they aren't Azure's text.
Where the original is at hand it counts: add it to a library after these. A built-in without a file here, whose rule
nobody has published or whose resources nothing here knows, has no rule and is never evaluated.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog import built_in_policies
from modelyard.catalog.built_in_policies import NOTHING, BuiltIn
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.language.fields import Fields

DEFINITIONS = "/providers/Microsoft.Authorization/policyDefinitions"
SETS = "/providers/Microsoft.Authorization/policySetDefinitions"
RULES = ("policyRule", "policyDefinitions")
"""What a definition has, and an initiative; a document with neither can't be evaluated."""


@cache
def documents() -> Mapping[str, ArmDocument]:
    """Every built-in of the catalog as GET answers it, by its id in lower case; without a rule where there is none."""
    folder = resources.files("modelyard.policy") / "equivalents"
    rules = {
        each.name.removesuffix(".json"): json.loads(each.read_text(encoding="utf-8"))
        for each in folder.iterdir()
        if each.name.endswith(".json")
    }
    return {one.id.lower(): _document(one, rules.get(one.name, {})) for one in built_in_policies.built_ins()}


def is_built_in(id: str) -> bool:  # noqa: A002 - ARM calls it id
    """Whether an id is of the form that built-ins have, whether or not the catalog knows it."""
    return id.lower().startswith((f"{DEFINITIONS}/".lower(), f"{SETS}/".lower()))


def load(id: str, fields: Fields) -> Definition | Initiative | None:  # noqa: A002 - ARM calls it id
    """A built-in ready to be assigned, by its id; None where there is no rule for it here."""
    document = documents().get(id.lower())
    if document is None or not any(part in document["properties"] for part in RULES):
        return None
    if "policyDefinitions" in document["properties"]:
        return Initiative.load(document)
    return Definition.load(document, fields)


def entries(fields: Fields) -> Iterator[Definition | Initiative]:
    """Every built-in that has a rule here."""
    return (found for id_ in documents() if (found := load(id_, fields)) is not None)


def _document(one: BuiltIn, rule: Mapping[str, Any]) -> dict[str, Any]:
    deprecated = {"deprecated": True} if one.instead else {}
    kind = "policySetDefinitions" if one.is_initiative else "policyDefinitions"
    properties = {
        "displayName": one.display_name,
        "policyType": "BuiltIn",
        "metadata": {"version": one.version, "category": "Cognitive Services", **deprecated},
        "version": one.version,
        "parameters": {name: _parameter(each) for name, each in one.parameters.items()},
        **({} if one.is_initiative else {"mode": one.mode}),
        **rule,
    }
    return {"id": one.id, "name": one.guid, "type": f"Microsoft.Authorization/{kind}", "properties": properties}


def _parameter(one: built_in_policies.BuiltInParameter) -> dict[str, Any]:
    declared: dict[str, Any] = {"type": one.type}
    if one.allowed:
        declared["allowedValues"] = list(one.allowed)
    if one.default is not NOTHING:
        declared["defaultValue"] = one.default
    return declared
