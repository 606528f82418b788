"""Documents as EPAC can state them: without what Azure fills in, and refused by name where EPAC has no place for them.

To write plain documents and to read them again gives the same documents; a property test holds that.
"""

from collections.abc import Callable, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac.definition_index import DefinitionIndex
from modelyard.epac.definitions import MEMBER_KEYS, POLICIES, SETS
from modelyard.epac.exemption_rows import DAY
from modelyard.failures import Failure
from modelyard.policy.documents import built_ins, scopes
from modelyard.policy.documents.assignment import MODES
from modelyard.policy.evaluation.policy_documents import Rulebook

Document = Mapping[str, Any]
Refuse = Callable[[Document, str, str], None]

TEXTS = frozenset({"displayName", "description", "metadata"})
PLACES: Mapping[str, frozenset[str]] = {
    "definitions": TEXTS | {"mode", "parameters", "policyRule"},
    "initiatives": TEXTS | {"parameters", "policyDefinitions", "policyDefinitionGroups"},
    "assignments": TEXTS
    | {
        "policyDefinitionId", "definitionVersion", "enforcementMode", "parameters", "nonComplianceMessages",
        "overrides", "resourceSelectors", "notScopes",
    },
    "exemptions": TEXTS
    | {
        "exemptionCategory", "expiresOn", "policyAssignmentId", "policyDefinitionReferenceIds", "resourceSelectors",
        "assignmentScopeValidation",
    },
    "enrollments": TEXTS
    | {"policyAssignmentId", "policyDefinitionReferenceIds", "resourceSelectors", "assignmentScopeValidation"},
}  # fmt: skip
"""Properties that EPAC has a place for, by part of the rulebook."""

FILLED_IN = frozenset(
    {
        "policyType", "version", "versions", "scope", "instanceId", "assignmentType", "effectiveDefinitionVersion",
        "latestDefinitionVersion", "policyAssignmentInstanceId",
    }
)  # fmt: skip
"""Properties that Azure fills in by itself."""

KEPT_BY_OTHERS = frozenset(
    {"pacOwnerId", "roles", "deployedBy", "epacMetadata", "createdBy", "createdOn", "updatedBy", "updatedOn"}
)
"""Metadata that EPAC or Azure keeps for itself."""

EMPTY: tuple[Any, ...] = (None, "", [], {})
TYPES = {part: f"Microsoft.Authorization/policy{part.capitalize()}" for part in PLACES} | {
    "initiatives": "Microsoft.Authorization/policySetDefinitions"
}


def plain(book: Rulebook, known: DefinitionIndex) -> tuple[list[Document], tuple[Failure, ...]]:
    """The documents in the order of their ids, and those that EPAC has no place for, each by name and place.

    Built-ins are left out: they are there without being written.
    """
    refused: list[Failure] = []

    def refuse(document: Document, place: str, problem: str) -> None:
        refused.append(Failure.of("epac.unwritable", about=str(document["id"]), place=place, problem=problem))

    found: list[Document] = []
    for part in PLACES:
        kind = {"definitions": POLICIES, "initiatives": SETS}.get(part, "")
        for key, document in sorted(getattr(book, part).items()):
            if kind and built_ins.is_built_in(key):
                continue
            _check(document, part, known, refuse)
            found.append(_document(document, part, kind, known))
    return found, tuple(refused)


def _document(document: Document, part: str, kind: str, known: DefinitionIndex) -> Document:
    written = document["properties"]
    metadata = {name: value for name, value in (written.get("metadata") or {}).items() if name not in KEPT_BY_OTHERS}
    properties = {
        name: value
        for name, value in {**written, "metadata": metadata}.items()
        if name in PLACES[part] and value not in (None, "") and (value not in ({}, []) or (kind and name != "metadata"))
    }
    name = str(document.get("name") or str(document["id"]).rpartition("/")[2])
    whole = {"id": _id(document, part, name, known), "name": name, "type": TYPES[part], "properties": properties}
    if part == "initiatives":
        properties["policyDefinitions"] = [
            {key: value for key, value in _spelled(member, known).items() if key in MEMBER_KEYS and value not in EMPTY}
            for member in properties.get("policyDefinitions") or ()
        ]
    if part in {"assignments", "exemptions"}:
        properties.setdefault("displayName", name)
    if DAY.fullmatch(str(properties.get("expiresOn"))):
        properties["expiresOn"] += "T00:00:00Z"
    if part == "assignments":
        properties.setdefault("enforcementMode", "Default")
        properties.update(_spelled(properties, known))
        if known.roles(str(properties["policyDefinitionId"])):
            whole |= _identity(document)
    return whole


def _id(document: Document, part: str, name: str, known: DefinitionIndex) -> str:
    """The id as ARM spells it; it may be written in any case."""
    own = part in {"definitions", "initiatives"}
    at = known.environment.root_scope if own else scopes.parent(str(document["id"]))
    return f"{at}/providers/{TYPES[part]}/{name}"


def _spelled(written: Mapping[str, Any], known: DefinitionIndex) -> dict[str, Any]:
    """With the id of a definition as it is written where it is defined."""
    id_ = str(written.get("policyDefinitionId"))
    kind = SETS if f"/{SETS}/".lower() in id_.lower() else POLICIES
    name = known.own_name(id_)
    return {**written, "policyDefinitionId": known.environment.definition_id(kind, name) if name else id_}


def _identity(document: Document) -> dict[str, Any]:
    chosen = (document.get("identity") or {}).get("userAssignedIdentities")
    kind = {"type": "UserAssigned", "userAssignedIdentities": {next(iter(chosen)): {}}} if chosen else None
    return {"location": document.get("location") or "", "identity": kind or {"type": "SystemAssigned"}}


def _check(document: Document, part: str, known: DefinitionIndex, refuse: Refuse) -> None:
    root, properties = known.environment.root_scope, document["properties"]
    at = scopes.parent(str(document["id"]))
    if part in {"definitions", "initiatives"}:
        if scopes.normalized(at) != scopes.normalized(root):
            refuse(document, "id", f"EPAC keeps every definition at the root scope, {root}")
    elif part == "assignments" and not _may_be_below(at, root):
        refuse(document, "id", f"EPAC assigns at the root scope and below it, {root}")
    for name in sorted(set(properties) - PLACES[part] - FILLED_IN):
        if properties[name] not in EMPTY:
            refuse(document, f"properties.{name}", "EPAC has no place for it")
    if part == "assignments":
        _check_assignment(document, properties, known, refuse)


def _check_assignment(document: Document, properties: ArmDocument, known: DefinitionIndex, refuse: Refuse) -> None:
    definition = str(properties.get("policyDefinitionId"))
    if str(properties.get("enforcementMode") or "Default") not in MODES.values():
        refuse(document, "properties.enforcementMode", f"only {', '.join(MODES.values())} are written")
    is_set = "/policysetdefinitions/" in definition.lower()
    for at, row in enumerate(properties.get("overrides") or ()):
        if is_set is not bool(row.get("selectors")):
            refuse(document, f"properties.overrides[{at}].selectors", "EPAC wants them of a policy set, and only there")
    identities = (document.get("identity") or {}).get("userAssignedIdentities") or {}
    if len(identities) > 1:
        refuse(document, "identity", "EPAC has a place for one identity")
    if known.roles(definition) and not document.get("location"):
        refuse(document, "location", "an assignment with an identity needs one")


def _may_be_below(scope: str, root: str) -> bool:
    group = scopes.normalized(root).startswith(scopes.GROUPS)
    return group or scopes.within(root, scope)


def root_scope(book: Rulebook) -> str:
    """The scope at which a rulebook's own definitions stand; of several, and of none, the one that reaches furthest."""
    own = [key for part in (book.definitions, book.initiatives) for key in part if not built_ins.is_built_in(key)]
    documents = {**book.definitions, **book.initiatives, **book.assignments}
    found = sorted({scopes.parent(str(documents[key]["id"])) for key in own or book.assignments}, key=_reach)
    if not own and found and not found[0].lower().startswith(scopes.GROUPS):
        return scopes.subscription(found[0])
    return found[0] if found else ""


def _reach(scope: str) -> tuple[bool, int, str]:
    return not scope.lower().startswith(scopes.GROUPS), scope.count("/"), scope
