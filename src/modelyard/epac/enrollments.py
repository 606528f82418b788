"""policyEnrollments: files of one enrollment each, as ARM documents, one for each scope.

A folder named after an environment is for that environment; what lies beside such folders is for all, as the first
version of EPAC that knew enrollments had it (Docs/policy-enrollments.md, Schemas/policy-enrollment-schema.json).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.epac import environment
from modelyard.epac.definition_index import DefinitionIndex
from modelyard.epac.repository import RepositorySource

FOLDER = "policyEnrollments"
KIND = "Microsoft.Authorization/policyEnrollments"
KEYS = frozenset(
    {
        "name", "scope", "scopes", "displayName", "description", "metadata", "policyAssignmentId",
        "assignmentScopeValidation", "policyDefinitionReferenceIds", "resourceSelectors",
    }
)  # fmt: skip
VALIDATIONS = ("Default", "DoNotValidate")


def read(known: DefinitionIndex) -> Iterator[ArmDocument]:
    """The enrollments of the environment as ARM documents."""
    source, seen = known.source, dict[str, str]()
    others = environment.selectors(source) - {known.environment.selector}
    for path, written in source.documents(FOLDER):
        first, below, _ = path.removeprefix(f"{source.folder}{FOLDER}/").partition("/")
        if below and first in others:
            continue
        source.unknown(path, "$", written, KEYS)
        if (wrong := _problem(written)) is not None:
            source.refuse(path, wrong[0], wrong[1])
            continue
        for scope in [written["scope"]] if written.get("scope") else written["scopes"]:
            document = _document(source, path, written, str(scope).strip().rstrip("/"))
            key = document["id"].lower()
            if key in seen:
                source.refuse(path, "$.name", f"'{document['name']}' exists at its scope in {seen[key]}")
                continue
            seen[key] = path
            yield document


def _problem(written: Mapping[str, Any]) -> tuple[str, str] | None:
    for key in ("name", "policyAssignmentId"):
        if not isinstance(written.get(key), str) or not written[key]:
            return f"$.{key}", f"an enrollment has a {key}"
    if bool(written.get("scope")) is bool(written.get("scopes")):
        return "$", "an enrollment has either scope or scopes"
    if (written.get("assignmentScopeValidation") or "Default") not in VALIDATIONS:
        return "$.assignmentScopeValidation", f"it is neither {' nor '.join(VALIDATIONS)}"
    return None


def _document(source: RepositorySource, path: str, written: Mapping[str, Any], scope: str) -> ArmDocument:
    if not scope.startswith("/") or "*" in scope:
        source.refuse(
            path, "$", f"'{scope}' is no scope that can be told without Azure",
            remedy="name the management groups, subscriptions or resource groups by their ids",
        )  # fmt: skip
    name = str(written["name"])
    properties = {key: value for key, value in written.items() if key in KEYS - {"name", "scope", "scopes"} and value}
    return {"id": f"{scope}/providers/{KIND}/{name}", "name": name, "type": KIND, "properties": properties}
