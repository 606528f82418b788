"""A repository of EPAC, read for one environment."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.epac import assignment_builder, assignment_tree, definitions, enrollments, environment, exemptions
from modelyard.epac.definition_index import DefinitionIndex
from modelyard.epac.definitions import POLICIES, SETS
from modelyard.epac.environment import Environment
from modelyard.epac.exemption_rows import FOLDER as EXEMPTIONS
from modelyard.epac.repository import RepositorySource
from modelyard.failures import Failure
from modelyard.findings import Finding
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook

READ = (POLICIES, SETS, assignment_tree.FOLDER, EXEMPTIONS, enrollments.FOLDER)
DECIDES_NOTHING = ("policyDocumentations", "policyStructures")
"""Folders for EPAC's reports, and for its copying of the landing zones' library into the folders that are read."""


@dataclass(frozen=True, slots=True)
class Repository:
    """What was read.

    refused      all that is wrong or not supported; with any of it the rulebook is only what is left
    passed_over  what EPAC itself passes over with a warning
    assumed      management groups taken to stand above every subscription, since nobody said which do
    """

    environment: Environment
    rulebook: Rulebook
    refused: tuple[Failure, ...] = ()
    passed_over: tuple[Finding, ...] = ()
    assumed: tuple[str, ...] = ()


def wanted(paths: Iterable[str]) -> tuple[str, ...]:
    """Of all paths of a repository, those of the files that are read. Raises NoEnvironment."""
    known = tuple(paths)
    folder = environment.folder(known)
    start = f"{folder}/" if folder else ""
    return tuple(
        path
        for path in known
        if path.startswith(start)
        and path.lower().endswith((".json", ".jsonc", ".csv"))
        and (path.removeprefix(start) in environment.NAMES or path.removeprefix(start).startswith("policy"))
    )


def read(files: Mapping[str, str], selector: str, name: str, groups: Sequence[str] = ()) -> Repository:
    """The policies of an environment, of a repository called `name`. Raises NoEnvironment.

    `files` are the texts of its JSON, JSONC and CSV files by path, with slashes; it may lie in a folder among them.
    `groups` are ids of the management groups above the subscriptions that are looked at. Only Azure knows them all;
    without any, the root scope counts and each group with an assignment, but none that is excluded somewhere.
    """
    folder = environment.folder(files)
    source = RepositorySource(files, f"{folder}/" if folder else "")
    found = environment.read(source, selector)
    _other_folders(source)
    written = list(definitions.read(source, found))
    known = DefinitionIndex(source, found, written)
    documents = _assignments(known)
    exempted = [*exemptions.read(known, documents), *enrollments.read(known)]
    assumed = () if groups else _groups(found, documents)
    book = Rulebook.of([*written, *documents, *exempted], f"epac {name} ({selector})", groups or assumed)
    return Repository(found, book, tuple(source.refused), tuple(source.passed_over), assumed)


def _assignments(known: DefinitionIndex) -> list[dict[str, Any]]:
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for branch in assignment_tree.branches(known.source, known.environment):
        for document in assignment_builder.assignments(known, branch):
            key = document["id"].lower()
            if key in found:
                known.source.refuse(
                    branch.file, branch.place,
                    f"'{document['name']}' is assigned at its scope in {found[key][0]} as well",
                )  # fmt: skip
            else:
                found[key] = (f"{branch.file}: {branch.place}", document)
    return [document for _, document in found.values()]


def _groups(found: Environment, documents: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The root scope, and the scopes of assignments, as far as they are management groups that nobody excludes."""
    excluded = {scopes.normalized(each) for one in documents for each in one["properties"].get("notScopes") or ()}
    named = (found.root_scope, *(scopes.parent(one["id"]) for one in documents))
    return tuple(
        {
            each.lower(): each
            for each in named
            if each.lower().startswith(scopes.GROUPS) and scopes.normalized(each) not in excluded
        }.values()
    )


def _other_folders(source: RepositorySource) -> None:
    for path in sorted(source.files):
        if not path.startswith(source.folder):
            continue
        folder, below, _ = path.removeprefix(source.folder).partition("/")
        if below and folder.startswith("policy") and folder not in (*READ, *DECIDES_NOTHING):
            source.refuse(path, "$", f"the folder {folder} isn't read", allowed=", ".join(READ))
