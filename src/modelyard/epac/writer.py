"""Plain documents as the files of a repository of EPAC, each with the `$schema` line that EPAC's own files have.

policyDefinitions/<category>/<name>.jsonc       one definition each
policySetDefinitions/<category>/<name>.jsonc    one initiative each
policyAssignments/<name>.jsonc                  one assignment, at all scopes at which it is the same
policyExemptions/<environment>/<name>.jsonc     the exemptions of that name
policyEnrollments/<environment>/<name>.jsonc    the enrollments of that name
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.display import escaped_json
from modelyard.epac.assignment_tree import FOLDER as ASSIGNMENTS
from modelyard.epac.definitions import POLICIES, SETS
from modelyard.epac.enrollments import FOLDER as ENROLLMENTS
from modelyard.epac.environment import Environment
from modelyard.epac.exemption_rows import FOLDER as EXEMPTIONS
from modelyard.epac.portable_documents import Document
from modelyard.policy.documents import scopes

SCHEMAS = "https://raw.githubusercontent.com/Azure/enterprise-azure-policy-as-code/main/Schemas"
"""Where EPAC's documents have each file point (Docs/policy-assignments.md and its siblings)."""

MARK = "// Written by `modelyard policy export`"
"""How a file that was written here begins; whoever takes the line away keeps the file for good."""

NO_FILE = re.compile(r"[^\w.()-]+")
NOBODY = "00000000-0000-0000-0000-000000000000"
Own = Mapping[str, str]
"""Names of the definitions and initiatives that are written, by folded id."""

LEAF = (
    "definitionVersion", "enforcementMode", "notScopes", "nonComplianceMessages", "overrides", "resourceSelectors",
    "metadata",
)  # fmt: skip
"""Properties of an assignment that a node states under the same name."""

ROW = (
    "displayName", "description", "exemptionCategory", "expiresOn", "policyAssignmentId",
    "policyDefinitionReferenceIds", "resourceSelectors", "assignmentScopeValidation", "metadata",
)  # fmt: skip


def files(documents: Sequence[Document], environment: Environment, origin: str) -> dict[str, str]:
    """Texts by path; `origin` says in their first line whose policies they are, for instance `stack dev`."""
    found: dict[str, str] = {}
    own = {each["id"].lower(): str(each["name"]) for kind in (POLICIES, SETS) for each in _kind(documents, kind)}
    for path, schema, content in (
        *_definitions(documents, own, POLICIES, "policy-definition"),
        *_definitions(documents, own, SETS, "policy-set-definition"),
        *_assignments(documents, own, environment.selector),
        *_exemptions(documents, environment),
        *_enrollments(documents, environment),
    ):
        found[_free(path, found)] = f"{mark(origin)}\n{_text(schema, content)}"
    return found


def mark(origin: str) -> str:
    """The first line of a file of that origin."""
    return f"{MARK}, of {origin}."


def settings(environment: Environment, owner: str, tenant: str) -> str:
    """A global-settings.jsonc with one environment, in which EPAC deletes nothing that it hasn't deployed itself."""
    row = {
        "pacSelector": environment.selector,
        "cloud": environment.cloud,
        "tenantId": tenant or NOBODY,
        "deploymentRootScope": environment.root_scope,
        "desiredState": {"strategy": "ownedOnly", "keepDfcSecurityAssignments": True},
    }
    if environment.location:
        row["managedIdentityLocation"] = environment.location
    return _text("global-settings", {"pacOwnerId": owner, "pacEnvironments": [row]})


def _text(schema: str, content: Mapping[str, Any]) -> str:
    whole = {"$schema": f"{SCHEMAS}/{schema}-schema.json", **content}
    return escaped_json(json.dumps(whole, indent=2, ensure_ascii=False)) + "\n"


def _free(path: str, taken: Mapping[str, str]) -> str:
    """The path, or one beside it: file names don't tell upper case from lower case everywhere."""
    folded, number, wanted = {each.lower() for each in taken}, 1, path
    while wanted.lower() in folded:
        number += 1
        wanted = path.replace(".jsonc", f"-{number}.jsonc")
    return wanted


def _file(name: str) -> str:
    return f"{_part(name)}.jsonc"


def _part(name: str) -> str:
    """A name as one part of a path: it can't stand for a folder above."""
    return NO_FILE.sub("-", name).strip("-.") or "unnamed"


def _last(scope: str) -> str:
    return _part(scope.rpartition("/")[2])


def _kind(documents: Sequence[Document], kind: str) -> list[Document]:
    return [each for each in documents if str(each["type"]).lower() == f"microsoft.authorization/{kind}".lower()]


def _definitions(
    documents: Sequence[Document], own: Own, kind: str, schema: str
) -> Iterator[tuple[str, str, ArmDocument]]:
    for each in _kind(documents, kind):
        properties = dict(each["properties"])
        if kind == SETS:
            properties["policyDefinitions"] = [_member(row, own) for row in properties["policyDefinitions"]]
        category = _part(str((properties.get("metadata") or {}).get("category") or "General"))
        yield f"{kind}/{category}/{_file(each['name'])}", schema, {"name": each["name"], "properties": properties}


def _member(row: Mapping[str, Any], own: Own) -> dict[str, Any]:
    """Own definitions by name, so that the file serves every environment."""
    reference, id_ = (row.get(key) for key in ("policyDefinitionReferenceId", "policyDefinitionId"))
    name = own.get(str(id_).lower())
    which = {"policyDefinitionName": name} if name else {"policyDefinitionId": id_}
    rest = {key: row[key] for key in ("definitionVersion", "parameters", "groupNames") if key in row}
    return {"policyDefinitionReferenceId": reference, **which, **rest}


def _assignments(documents: Sequence[Document], own: Own, selector: str) -> Iterator[tuple[str, str, ArmDocument]]:
    alike: dict[str, list[Document]] = {}
    for each in _kind(documents, ASSIGNMENTS):
        same = {key: value for key, value in each.items() if key != "id"}
        alike.setdefault(json.dumps(same, sort_keys=True), []).append(each)
    for group in alike.values():
        at = [scopes.parent(str(each["id"])) for each in group]
        yield (
            f"{ASSIGNMENTS}/{_last(at[0])}/{_file(group[0]['name'])}",
            "policy-assignment",
            _node(group[0], at, own, selector),
        )


def _node(document: Document, at: Sequence[str], own: Own, selector: str) -> dict[str, Any]:
    properties = document["properties"]
    texts = {"name": document["name"], "displayName": properties["displayName"]}
    if properties.get("description"):
        texts["description"] = properties["description"]
    node: dict[str, Any] = {
        "nodeName": f"/{document['name']}/",
        "assignment": texts,
        "definitionEntry": _entry(str(properties["policyDefinitionId"]), own),
        "scope": {selector: list(at)},
    }
    if properties.get("parameters"):
        node["parameters"] = {name: written["value"] for name, written in properties["parameters"].items()}
    node |= {name: properties[name] for name in LEAF if name in properties}
    if "notScopes" in node:
        node["notScopes"] = {selector: node["notScopes"]}
    if document.get("identity"):
        node["managedIdentityLocations"] = {selector: document["location"]}
        for identity in document["identity"].get("userAssignedIdentities") or ():
            node["userAssignedIdentity"] = {selector: identity}
    return node


def _entry(id_: str, own: Own) -> dict[str, str]:
    which = "policySet" if f"/{SETS}/".lower() in id_.lower() else "policy"
    name = own.get(id_.lower())
    return {f"{which}Name": name} if name else {f"{which}Id": id_}


def _exemptions(documents: Sequence[Document], environment: Environment) -> Iterator[tuple[str, str, ArmDocument]]:
    for each in _kind(documents, EXEMPTIONS):
        at, name = scopes.parent(str(each["id"])), str(each["name"])
        written = {key: each["properties"][key] for key in ROW if key in each["properties"]}
        path = f"{EXEMPTIONS}/{environment.selector}/{_last(at)}/{_file(name)}"
        yield path, "policy-exemption", {"exemptions": [{"name": name, "scope": at, **written}]}


def _enrollments(documents: Sequence[Document], environment: Environment) -> Iterator[tuple[str, str, ArmDocument]]:
    for each in _kind(documents, ENROLLMENTS):
        at, name = scopes.parent(str(each["id"])), str(each["name"])
        path = f"{ENROLLMENTS}/{environment.selector}/{_last(at)}/{_file(name)}"
        yield path, "policy-enrollment", {"name": name, "scope": at, **each["properties"]}
