"""A branch of the tree as assignments: one for each of its definitions and scopes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac import parameter_csv
from modelyard.epac.assignment_tree import Branch
from modelyard.epac.definition_index import HANDED, REFERENCE, DefinitionIndex
from modelyard.epac.definitions import BUILT_IN, GUID, POLICIES, SETS, names
from modelyard.files import JsonObject
from modelyard.policy.documents import scopes

ENTRY_KEYS = frozenset(
    {
        "policyId", "policyName", "policySetId", "policySetName", "initiativeId", "initiativeName", "displayName",
        "friendlyNameToDocumentIfGuid", "definitionVersion", "assignment", "nonComplianceMessages", "resourceSelectors",
    }
)  # fmt: skip
NAMES = {"policyName": POLICIES, "policySetName": SETS, "initiativeName": SETS}
IDS = {"policyId": POLICIES, "policySetId": SETS, "initiativeId": SETS}
WRONG = re.compile(r"[%&\\?/<>:#*+\x00-\x1f]|[ .]$")
LONGEST, LONGEST_AT_GROUP = 64, 24
"""Characters of an assignment's name: 24 where the scope is a management group (Microsoft docs, naming rules)."""

NAMELESS = "of several entries an override says which one it means"
NEEDLESS = "where there is one entry, an override doesn't say which one it means"


@dataclass(frozen=True, slots=True)
class DefinitionEntry:
    """One definition of a branch, found."""

    id: str
    is_set: bool
    written: JsonObject


def assignments(known: DefinitionIndex, branch: Branch) -> Iterator[ArmDocument]:
    """The assignments of a branch as ARM documents. What is wrong with them is refused at the branch's leaf."""
    before = len(known.source.refused)
    if not branch.entries:
        known.source.refuse(branch.file, branch.place, "a branch states a definitionEntry or a definitionEntryList")
    if branch.scopes is None:
        known.source.refuse(branch.file, branch.place, "a branch states a scope")
    entries = [_entry(known, branch, at, row) for at, row in enumerate(branch.entries or ())]
    found = [entry for entry in entries if entry is not None]
    sets = [entry.id.lower() for entry in found if entry.is_set]
    if len(set(sets)) < len(sets):
        known.source.refuse(branch.file, branch.place, "a branch assigns the same policy set twice")
    if len(known.source.refused) > before:
        return
    filled = parameter_csv.read(known, branch, [entry.id for entry in found if entry.is_set])
    for at, entry in enumerate(found):
        body = _body(known, branch, entry, filled[at] if filled else None)
        if len(known.source.refused) > before:
            continue
        for scope in branch.scopes or ():
            yield _at(known, branch, entry, body, scope)


def _entry(known: DefinitionIndex, branch: Branch, at: int, row: JsonObject) -> DefinitionEntry | None:
    place = f"{branch.place} → definitionEntry[{at}]"
    known.source.unknown(branch.file, place, row, ENTRY_KEYS)
    stated = [key for key in (*NAMES, *IDS) if row.get(key) is not None]
    if len(stated) != 1:
        known.source.refuse(branch.file, place, "an entry names one definition", allowed=", ".join((*NAMES, *IDS)))
        return None
    named_in = row.get("assignment") or {}
    if (len(branch.entries or ()) > 1 or named_in) and not (named_in.get("name") and named_in.get("displayName")):
        known.source.refuse(branch.file, f"{place}.assignment", "an entry of several has a name and a displayName")
    key, value = stated[0], str(row[stated[0]])
    kind = NAMES.get(key) or IDS[key]
    id_ = value if key in IDS else known.named(kind, value)
    at_hand = known.properties(id_) is not None
    if key in NAMES and value.lower() not in names(known.source, kind) and not at_hand and not GUID.fullmatch(value):
        known.source.refuse(
            branch.file, f"{place}.{key}", f"there is no custom definition '{value}' in {kind}",
            remedy=f"add it, or name a built-in by its id: {BUILT_IN}/{kind}/<guid>",
        )  # fmt: skip
        return None
    return DefinitionEntry(id_, kind == SETS, row)


def _body(
    known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, filled: parameter_csv.Filled | None
) -> ArmDocument:
    """The properties that are the same at every scope."""
    own = entry.written.get("assignment") or {}
    pieces = (branch.name, branch.display_name, branch.description)
    added = (own.get("name") or "", own.get("displayName") or "", own.get("description") or "")
    order = (pieces, added) if own.get("append") else (added, pieces)
    name, display_name, description = ("".join(both) for both in zip(*order, strict=True))
    if not name or not display_name or WRONG.search(name):
        known.source.refuse(branch.file, branch.place, f"'{name}' ({display_name}) isn't a full name of an assignment")
    for key in sorted({"pacOwnerId", "roles"} & set(branch.metadata)):
        known.source.refuse(branch.file, f"{branch.place}.metadata.{key}", "EPAC keeps this for itself")
    parameters = branch.parameters if filled is None else {**branch.parameters, **filled.parameters}
    _deprecated(known, branch, entry, parameters)
    properties = {
        "displayName": display_name,
        "description": description,
        "metadata": dict(branch.metadata),
        "policyDefinitionId": entry.id,
        "definitionVersion": str(entry.written.get("definitionVersion") or branch.version),
        "enforcementMode": branch.mode,
        "parameters": _parameters(known, entry, parameters),
        "nonComplianceMessages": _messages(known, branch, entry, filled),
        "overrides": list(filled.overrides) if filled else _overrides(known, branch, entry, name),
        "resourceSelectors": _selectors(known, branch, entry, name),
    }
    return {"name": name, **{key: value for key, value in properties.items() if value}}


def _at(
    known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, body: ArmDocument,
    scope: str,
) -> ArmDocument:  # fmt: skip
    properties = dict(body)
    name = properties.pop("name")
    longest = LONGEST_AT_GROUP if scope.lower().startswith(scopes.GROUPS) else LONGEST
    if len(name) > longest:
        known.source.refuse(
            branch.file, branch.place, f"the name '{name}' has {len(name)} characters", allowed=str(longest)
        )
    excluded = dict.fromkeys((*branch.not_scopes, *known.environment.not_scopes))
    if reachable := [each for each in excluded if _could_be_below(each, scope)]:
        properties["notScopes"] = reachable
    document = {
        "id": f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}",
        "name": name,
        "type": "Microsoft.Authorization/policyAssignments",
    }
    if known.roles(entry.id):
        document |= _identity(known, branch, entry)
    return {**document, "properties": properties}


def _could_be_below(excluded: str, scope: str) -> bool:
    group = scope.lower().startswith(scopes.GROUPS)
    return group or "*" in excluded or excluded.lower().startswith(f"{scope}/".lower())


def _identity(known: DefinitionIndex, branch: Branch, entry: DefinitionEntry) -> ArmDocument:
    if not branch.location:
        known.source.refuse(
            branch.file, branch.place, "the definition needs an identity, and no managedIdentityLocations"
        )
    chosen = branch.identity
    if isinstance(chosen, list):
        rows = [row for row in chosen if isinstance(row, Mapping) and _is(entry, row)]
        chosen = rows[-1].get("identity") if rows else None
    kind = {"type": "UserAssigned", "userAssignedIdentities": {str(chosen): {}}}
    return {"location": branch.location, "identity": kind if chosen else {"type": "SystemAssigned"}}


def _is(entry: DefinitionEntry, row: JsonObject) -> bool:
    """Whether a row of identities is for this entry: by the name of the definition, else by its id."""
    by_id, by_name = ("policySetId", "policySetName") if entry.is_set else ("policyId", "policyName")
    if row.get(by_name) is not None:
        return str(row[by_name]).lower() == str(entry.written.get(by_name)).lower()
    return str(row.get(by_id)).lower() == entry.id.lower()


def _parameters(known: DefinitionIndex, entry: DefinitionEntry, written: JsonObject) -> ArmDocument:
    """EPAC leaves out what the definition doesn't take; of one that isn't at hand everything is kept."""
    declared = known.parameters(entry.id)
    spelled = None if declared is None else {name.lower(): name for name in declared}
    return {
        (name if spelled is None else spelled[name.lower()]): {"value": value}
        for name, value in written.items()
        if spelled is None or name.lower() in spelled
    }


def _messages(
    known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, filled: parameter_csv.Filled | None
) -> list[ArmDocument]:
    own = entry.written.get("nonComplianceMessages") or []
    if branch.messages and len(branch.entries or ()) > 1:
        known.source.refuse(
            branch.file, f"{branch.place}.nonComplianceMessages", "of several entries each states its own"
        )
    rows = [dict(row) for row in (*own, *branch.messages)] or ([*filled.messages] if filled else [])
    references = known.references(entry.id) if entry.is_set else frozenset[str]()
    for row in rows:
        if not row.get("message"):
            known.source.refuse(branch.file, f"{branch.place}.nonComplianceMessages", "a message has a text")
        if row.get(REFERENCE) and references is not None and row[REFERENCE].lower() not in references:
            known.source.refuse(
                branch.file, f"{branch.place}.nonComplianceMessages", f"there is no member '{row[REFERENCE]}'"
            )
    return rows


def _overrides(known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, name: str) -> list[ArmDocument]:
    found = []
    several = len(branch.entries or ()) > 1
    for at, row in enumerate(branch.overrides):
        place = f"{branch.place}.overrides[{at}]"
        means = _means(known, branch, entry, row, name, place)
        if (means is None) is several:
            known.source.refuse(branch.file, place, NAMELESS if several else NEEDLESS)
        elif means is False:
            continue
        elif row.get("kind") is None or row.get("value") is None:
            known.source.refuse(
                branch.file, place, "an override has a kind and a value", allowed="kind, value, selectors"
            )
        elif entry.is_set is not bool(row.get("selectors")):
            known.source.refuse(
                branch.file, f"{place}.selectors", "selectors choose members of a policy set, and a policy has none"
            )
        else:
            found.append({key: row[key] for key in ("kind", "value", "selectors") if key in row})
    return found


def _selectors(known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, name: str) -> list[ArmDocument]:
    found = []
    own = entry.written.get("resourceSelectors") or []
    rows = [*(("definitionEntry.", at, row) for at, row in enumerate(own))]
    rows += [("", at, row) for at, row in enumerate(branch.selectors)]
    for where, at, row in rows:
        place = f"{branch.place}.{where}resourceSelectors[{at}]"
        if not row.get("name") or not isinstance(row.get("selectors"), list):
            known.source.refuse(branch.file, place, "it has a name and selectors")
        elif _means(known, branch, entry, row, name, place) is not False:
            found.append({"name": row["name"], "selectors": row["selectors"]})
    return found


def _means(
    known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, row: JsonObject, name: str, place: str
) -> bool | None:
    """Whether a row names this entry; None where it names none. A policy isn't meant by the name of a set.

    EPAC's documents say that policyName and policySetName are the definition's name; its scripts compare them with the
    assignment's (Build-AssignmentDefinitionAtLeaf.ps1). Where that makes a difference, the row is refused.
    """
    kinds = ("policySetId", "policySetName") if entry.is_set else ("policyId", "policyName")
    if not any(row.get(key) is not None for key in ("policySetId", "policySetName", "policyId", "policyName")):
        return None
    by_id, by_name = (str(row.get(key) or "").lower() for key in kinds)
    if not by_name:
        return by_id == entry.id.lower()
    means = by_name == entry.id.lower().rpartition("/")[2]
    if means is not (by_name == name.lower()):
        known.source.refuse(
            branch.file, f"{place}.{kinds[1]}", "EPAC compares this name with the assignment's, not the definition's",
            remedy=f"say {kinds[0]}: {entry.id}",
        )  # fmt: skip
    return means


def _deprecated(known: DefinitionIndex, branch: Branch, entry: DefinitionEntry, parameters: Mapping[str, Any]) -> None:
    """EPAC sets the effects of deprecated members to Disabled by itself; a branch that sets another is refused."""
    if not known.environment.disables_deprecated or not entry.is_set:
        return
    folded = {name.lower(): value for name, value in parameters.items()}
    for member in known.members(entry.id) or ():
        id_ = str(member.get("policyDefinitionId"))
        written = (member.get("parameters") or {}).get(known.effect_parameter(id_) or "effect")
        handed = HANDED.fullmatch(str(written.get("value"))) if isinstance(written, Mapping) else None
        value = folded.get(handed[1].lower(), "Disabled") if handed else "Disabled"
        if known.deprecated(id_) and str(value).lower() != "disabled":
            known.source.refuse(
                branch.file, f"{branch.place}.parameters",
                f"'{member.get(REFERENCE)}' is deprecated, and EPAC would set its effect to Disabled by itself",
                remedy="set the effect to Disabled here, or doNotDisableDeprecatedPolicies in global-settings.jsonc",
            )  # fmt: skip
