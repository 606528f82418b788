"""policyAssignments: trees in which each node adds to what stands above it. A leaf, with all above it, is a branch.

Names, texts, overrides, selectors and messages are strung together; parameters and metadata are merged, and the deeper
node counts; the scope is stated once in a branch, and what is excluded from it not below it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from modelyard.epac.environment import Environment, many, not_scopes, one
from modelyard.epac.repository import RepositorySource
from modelyard.files import JsonDocument, JsonObject
from modelyard.policy.documents.assignment import MODES
from modelyard.policy.documents.written_definition import ParameterValues

FOLDER = "policyAssignments"

KEYS = frozenset(
    {
        "nodeName", "metadata", "epacCloudEnvironments", "definitionEntry", "definitionEntryList", "assignment",
        "parameters", "overrides", "parameterFile", "parameterSelector", "nonComplianceMessageColumn", "scope",
        "notScope", "notScopes", "nonComplianceMessages", "resourceSelectors", "enforcementMode", "definitionVersion",
        "ignoreBranch", "managedIdentityLocations", "userAssignedIdentity", "additionalRoleAssignments", "children",
    }
)  # fmt: skip
"""`additionalRoleAssignments` say what an identity may do elsewhere, which decides nothing about a resource."""


@dataclass(frozen=True, slots=True)
class Branch:
    """One branch, as far as it has been walked. `place` is the JSON path of its deepest node.

    elsewhere   a scope is stated, though none for this environment
    ignored     EPAC deploys nothing of it
    wrong       something in it was refused, so nothing is made of it
    """

    file: str
    place: str = "$"
    name: str = ""
    display_name: str = ""
    description: str = ""
    entries: tuple[JsonObject, ...] | None = None
    metadata: JsonObject = field(default_factory=dict)
    parameters: ParameterValues = field(default_factory=dict)
    sheet: str = ""
    prefix: str = ""
    message_column: str = ""
    overrides: tuple[JsonObject, ...] = ()
    selectors: tuple[JsonObject, ...] = ()
    messages: tuple[JsonObject, ...] = ()
    mode: str = "Default"
    version: str = ""
    not_scopes: tuple[str, ...] = ()
    scopes: tuple[str, ...] | None = None
    elsewhere: bool = False
    ignored: bool = False
    wrong: bool = False
    location: str = ""
    identity: Any = None


def branches(source: RepositorySource, environment: Environment) -> Iterator[Branch]:
    """Every branch that says something in this environment."""
    for path, root in source.documents(FOLDER):
        clouds = root.get("epacCloudEnvironments")
        if clouds and environment.cloud not in clouds:
            continue
        yield from _walk(source, environment, root, Branch(path, location=environment.location), "$")


def _walk(
    source: RepositorySource, environment: Environment, node: JsonObject, above: Branch, place: str
) -> Iterator[Branch]:
    known = len(source.refused)
    source.unknown(above.file, place, node, KEYS)
    branch = _with(source, environment, node, above, place)
    branch = replace(branch, place=place, wrong=above.wrong or len(source.refused) > known)
    children = node.get("children")
    if children:
        for at, child in enumerate(children):
            if isinstance(child, Mapping):
                yield from _walk(source, environment, child, branch, f"{place}.children[{at}]")
            else:
                source.refuse(above.file, f"{place}.children[{at}]", "a node is an object")
    elif not (branch.ignored or branch.elsewhere or branch.wrong):
        yield branch


def _with(source: RepositorySource, environment: Environment, node: JsonObject, above: Branch, place: str) -> Branch:
    file, selector = above.file, environment.selector
    if not node.get("nodeName"):
        source.refuse(file, f"{place}.nodeName", "a node has a name")
    mode = node.get("enforcementMode") or above.mode
    if mode not in MODES.values():
        source.refuse(file, f"{place}.enforcementMode", f"'{mode}' is no mode", allowed=", ".join(MODES.values()))
    named = node.get("assignment") or {}
    if named and not (named.get("name") and named.get("displayName")):
        source.refuse(file, f"{place}.assignment", "an assignment has a name and a displayName")
    for key in ("parameters", "metadata"):
        if not isinstance(node.get(key, {}), Mapping):
            source.refuse(file, f"{place}.{key}", "it is no object")
    location = one(node.get("managedIdentityLocations"), selector)
    identity = one(node.get("userAssignedIdentity"), selector)
    return replace(
        _scoped(source, environment, node, above, place),
        name=above.name + str(named.get("name") or ""),
        display_name=above.display_name + str(named.get("displayName") or ""),
        description=above.description + str(named.get("description") or ""),
        entries=_entries(source, node, above, place),
        metadata={**above.metadata, **_object(node.get("metadata"))},
        parameters=merged(above.parameters, _object(node.get("parameters"))),
        sheet=str(node.get("parameterFile") or above.sheet),
        prefix=str(node.get("parameterSelector") or above.prefix),
        message_column=str(node.get("nonComplianceMessageColumn") or above.message_column),
        overrides=(*above.overrides, *_rows(source, node, above.file, place, "overrides")),
        selectors=(*above.selectors, *_rows(source, node, above.file, place, "resourceSelectors")),
        messages=(*above.messages, *_rows(source, node, above.file, place, "nonComplianceMessages")),
        mode=mode,
        version=str(node.get("definitionVersion") or above.version),
        ignored=above.ignored or bool(node.get("ignoreBranch")),
        location=str(location or above.location),
        identity=identity if identity is not None else above.identity,
    )


def _scoped(source: RepositorySource, environment: Environment, node: JsonObject, above: Branch, place: str) -> Branch:
    """The branch with what this node says of scopes."""
    stated = [key for key in ("scope", "notScopes", "notScope") if node.get(key)]
    if stated and (above.scopes is not None or above.elsewhere):
        for key in stated:
            source.refuse(above.file, f"{place}.{key}", "a node above has stated the scope already")
        return above
    for key in stated:
        if not isinstance(node[key], Mapping):
            source.refuse(above.file, f"{place}.{key}", "it is no object of scopes by pacSelector")
            return above
    left_out = [*many(node.get("notScopes"), environment.selector), *many(node.get("notScope"), environment.selector)]
    excluded = (*above.not_scopes, *not_scopes(source, above.file, f"{place}.notScopes", left_out))
    if "scope" not in stated:
        return replace(above, not_scopes=excluded)
    scopes = tuple(str(scope).rstrip("/") for scope in many(node["scope"], environment.selector))
    for scope in scopes:
        if not _below(scope, environment.root_scope):
            source.refuse(
                above.file, f"{place}.scope.{environment.selector}", f"'{scope}' isn't below the root scope",
                allowed=environment.root_scope,
            )  # fmt: skip
    return replace(above, not_scopes=excluded, scopes=scopes or None, elsewhere=not scopes)


def _below(scope: str, root: str) -> bool:
    """Whether it may be below the root scope; what stands below a management group, only Azure knows."""
    if not scope.startswith("/") or "*" in scope:
        return False
    grouped = "/providers/microsoft.management/managementgroups/"
    return root.lower().startswith(grouped) or f"{scope}/".lower().startswith(f"{root}/".lower())


def _entries(source: RepositorySource, node: JsonObject, above: Branch, place: str) -> tuple[JsonObject, ...] | None:
    stated = [key for key in ("definitionEntry", "definitionEntryList") if node.get(key) is not None]
    if not stated:
        return above.entries
    if above.entries is not None or len(stated) > 1:
        source.refuse(above.file, f"{place}.{stated[0]}", "a branch states its definitions once")
        return above.entries
    written = node[stated[0]]
    rows = written if isinstance(written, list) else [written]
    if not all(isinstance(row, Mapping) for row in rows):
        source.refuse(above.file, f"{place}.{stated[0]}", "an entry is an object")
        return ()
    return tuple(rows)


def merged(above: JsonObject, deeper: JsonObject) -> JsonDocument:
    """Parameters with those of a deeper node, which count; names are compared without regard to case."""
    folded = {name.lower() for name in deeper}
    return {**{name: value for name, value in above.items() if name.lower() not in folded}, **deeper}


def _object(written: Any) -> Mapping[str, Any]:
    return written if isinstance(written, Mapping) else {}


def _rows(source: RepositorySource, node: JsonObject, file: str, place: str, key: str) -> list[JsonObject]:
    written = node.get(key) or []
    if not isinstance(written, list) or not all(isinstance(row, Mapping) for row in written):
        source.refuse(file, f"{place}.{key}", "it is no array of objects")
        return []
    return written
