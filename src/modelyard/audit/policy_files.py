"""Policies from files: documents of the kinds of a rulebook as Azure writes them, or what was pulled.

A file holds one document, a list of them, `{"value": […]}` as Azure's lists answer, or a pull. A document without an
id, such as a definition in a team's repository, is known by its `name`, else by the file's own; an assignment needs
a scope, in its id or in its properties, since without one it rules nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelyard import files
from modelyard.audit.failures import PoliciesUnreadable
from modelyard.failures import Failure
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import KINDS, Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled

MEMBERS = {
    "policyRule": "Microsoft.Authorization/policyDefinitions",
    "policyDefinitions": "Microsoft.Authorization/policySetDefinitions",
    "exemptionCategory": "Microsoft.Authorization/policyExemptions",
    "policyDefinitionId": "Microsoft.Authorization/policyAssignments",
    "policyAssignmentId": "Microsoft.Authorization/policyEnrollments",
}
"""The property that tells what a document without a type is."""


def read(places: Iterable[Path]) -> tuple[Rulebook, tuple[Failure, ...]]:
    """All of the files and folders that can be read, and what is wrong with each of the others."""
    book = Rulebook()
    failures: list[Failure] = []
    for place in places:
        try:
            found = _files(place)
        except PoliciesUnreadable as failure:
            failures.append(failure)
            continue
        for file in found:
            try:
                book |= _read(file)
            except Failure as failure:  # a broken file hides none of the others
                failures.append(failure)
    return book, tuple(failures)


def within(folder: Path) -> list[Path]:
    """The JSON files of a folder, those of tests left out; none where there is no such folder."""
    return sorted(each for each in folder.rglob("*.json") if "tests" not in each.relative_to(folder).parts)


def _files(place: Path) -> list[Path]:
    if not files.is_folder(place):
        return [place]
    found = within(place)
    if not found:
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=place, problem="the folder has no JSON file")
    return found


def _read(file: Path) -> Rulebook:
    try:
        text = files.text(file)
        written = files.parsed(text, file, unique=True)
    except files.FileUnreadable as wrong:
        raise PoliciesUnreadable.of("audit.policies-unreadable", file=file, problem=wrong.problem) from None
    if isinstance(written, Mapping) and "taken" in written:
        return Pulled.from_json(text, str(file)).book
    return Rulebook.of(_documents(file, written), str(file))


def _documents(file: Path, written: Any) -> Iterator[dict[str, Any]]:
    listed = written.get("value", [written]) if isinstance(written, Mapping) else written
    if not isinstance(listed, list) or not all(isinstance(each, Mapping) for each in listed):
        raise PoliciesUnreadable.of(
            "audit.policies-unreadable", file=file, problem="it is neither an object nor a list of objects"
        )
    for each in listed:
        yield _document(file, each)


def _document(file: Path, written: Mapping[str, Any]) -> dict[str, Any]:
    body = written.get("properties", written)
    kind = str(written.get("type") or "") or next((kind for member, kind in MEMBERS.items() if member in body), "")
    if kind.lower() not in KINDS:
        raise PoliciesUnreadable.of(
            "audit.policies-unreadable", file=file, problem=f"{kind or 'a document without a type'} is no policy"
        )
    name = str(written.get("name") or file.stem)
    scope = str(body.get("scope") or "") if kind == MEMBERS["policyDefinitionId"] else ""
    id_ = str(written.get("id") or "") or f"{scope.rstrip('/')}/providers/{kind}/{name}"
    if kind.lower().endswith(("assignments", "exemptions", "enrollments")) and not (scope or scopes.parent(id_)):
        raise PoliciesUnreadable.of(
            "audit.policies-unreadable",
            file=file,
            problem=f"{name} has no scope, neither in its id nor in properties.scope",
        )
    return {**written, "id": id_, "name": name, "type": kind, "properties": dict(body)}
