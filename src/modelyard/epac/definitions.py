"""policyDefinitions and policySetDefinitions: each file is one, and stands at the root scope of the environment."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac.environment import Environment
from modelyard.epac.repository import RepositorySource
from modelyard.files import JsonObject

POLICIES, SETS = "policyDefinitions", "policySetDefinitions"
BUILT_IN = "/providers/Microsoft.Authorization"
GUID = re.compile(r"[0-9a-z]{8}(-[0-9a-z]{4}){3}-[0-9a-z]{12}", re.IGNORECASE)
"""What names a built-in, which may be one that isn't at hand here. Azure's own hold other letters than hex digits."""

MEMBER_KEYS = frozenset(
    {
        "policyDefinitionId", "policyDefinitionName", "policyDefinitionReferenceId", "definitionVersion", "parameters",
        "groupNames",
    }
)  # fmt: skip


def read(source: RepositorySource, environment: Environment) -> Iterator[ArmDocument]:
    """The definitions and initiatives as ARM documents."""
    seen: dict[str, str] = {}
    for kind in (POLICIES, SETS):
        for path, written in source.documents(kind):
            body = written.get("properties", written)
            name = written.get("name")
            if not isinstance(body, dict) or not isinstance(name, str) or not name:
                source.refuse(path, "$.name", "a definition has a name and properties")
                continue
            if not _for_cloud(body, environment):
                continue
            id_ = environment.definition_id(kind, name)
            if id_.lower() in seen:
                source.refuse(path, "$.name", f"'{name}' is defined in {seen[id_.lower()]} as well")
                continue
            seen[id_.lower()] = path
            properties = {key: value for key, value in body.items() if key not in {"name", "$schema", "type", "id"}}
            if kind == SETS:
                # Groups that are imported only describe; which group a member belongs to, it says itself.
                properties.pop("importPolicyDefinitionGroups", None)
                properties["policyDefinitions"] = _members(source, path, properties, environment)
            yield {"id": id_, "name": name, "type": f"Microsoft.Authorization/{kind}", "properties": properties}


def _for_cloud(body: Mapping[str, Any], environment: Environment) -> bool:
    metadata = body.get("metadata")
    clouds = metadata.get("epacCloudEnvironments") if isinstance(metadata, dict) else None
    return not clouds or environment.cloud in clouds


def _members(
    source: RepositorySource, path: str, properties: JsonObject, environment: Environment
) -> list[ArmDocument]:
    rows = properties.get("policyDefinitions")
    if not isinstance(rows, list):
        source.refuse(path, "$.properties.policyDefinitions", "there is no array of policy definitions")
        return []
    found = []
    for at, row in enumerate(rows):
        place = f"$.properties.policyDefinitions[{at}]"
        if not isinstance(row, dict):
            source.refuse(path, place, "a member is an object")
            continue
        source.unknown(path, place, row, MEMBER_KEYS)
        if "policyDefinitionReferenceId" not in row:
            source.refuse(path, place, "a member has a policyDefinitionReferenceId")
        if ("policyDefinitionId" in row) == ("policyDefinitionName" in row):
            source.refuse(path, place, "a member has either policyDefinitionId or policyDefinitionName")
            continue
        member = {key: value for key, value in row.items() if key != "policyDefinitionName"}
        if "policyDefinitionName" in row:
            member["policyDefinitionId"] = named(source, environment, POLICIES, str(row["policyDefinitionName"]))
        found.append(member)
    return found


def named(source: RepositorySource, environment: Environment, kind: str, name: str) -> str:
    """The id a name stands for: the custom definition of that name where there is one, else a built-in's."""
    custom = environment.definition_id(kind, name)
    return custom if name.lower() in names(source, kind) else f"{BUILT_IN}/{kind}/{name}"


def names(source: RepositorySource, kind: str) -> frozenset[str]:
    """The folded names of the custom definitions of a kind."""
    return frozenset(str(document.get("name")).lower() for _, document in source.documents(kind))
