"""The documents of the policies in force, from one source or several, and putting them to work.

A source is whatever knows of assignments: a stack, a scope as pulled, a repository of policies. Several may know the
same assignment; it rules once, and all its sources are listed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from modelyard.failures import Failure
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.enrollment import Enrollment
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.written_definition import PolicyDocument
from modelyard.policy.evaluation.compliance import Assigned
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.fields import Fields

Documents = Mapping[str, Mapping[str, Any]]
T = TypeVar("T")

KINDS = {
    "microsoft.authorization/policydefinitions": "definitions",
    "microsoft.authorization/policysetdefinitions": "initiatives",
    "microsoft.authorization/policyassignments": "assignments",
    "microsoft.authorization/policyexemptions": "exemptions",
    "microsoft.authorization/policyenrollments": "enrollments",
}
"""The parts of a rulebook by folded ARM type."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """ARM documents by folded id. A document may hold UNKNOWN where a preview doesn't know a value yet.

    sources            of assignments, exemptions and enrollments, by folded id
    management_groups  ids of the groups above the subscription, as far as a source knows them
    """

    assignments: Documents = field(default_factory=dict)
    definitions: Documents = field(default_factory=dict)
    initiatives: Documents = field(default_factory=dict)
    exemptions: Documents = field(default_factory=dict)
    enrollments: Documents = field(default_factory=dict)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    management_groups: tuple[str, ...] = ()

    @classmethod
    def of(cls, documents: Iterable[PolicyDocument], source: str, management_groups: Iterable[str] = ()) -> "Rulebook":
        """Of ARM documents with `id` and `type`; those that are no policies are left out."""
        parts: dict[str, dict[str, Mapping[str, Any]]] = {name: {} for name in KINDS.values()}
        for document in documents:
            part = KINDS.get(str(document.get("type", "")).lower())
            if part is not None:
                parts[part][str(document["id"]).lower()] = document
        known = [*parts["assignments"], *parts["exemptions"], *parts["enrollments"]]
        return cls(**parts, sources=dict.fromkeys(known, (source,)), management_groups=tuple(management_groups))

    def __or__(self, other: "Rulebook") -> "Rulebook":
        """Both; where both know a document, the left one counts, and the sources of both are listed."""
        sources = dict(self.sources)
        for key, named in other.sources.items():
            sources[key] = tuple(dict.fromkeys((*sources.get(key, ()), *named)))
        groups = dict.fromkeys((*self.management_groups, *other.management_groups))
        return Rulebook(
            {**other.assignments, **self.assignments},
            {**other.definitions, **self.definitions},
            {**other.initiatives, **self.initiatives},
            {**other.exemptions, **self.exemptions},
            {**other.enrollments, **self.enrollments},
            sources,
            tuple(groups),
        )

    def put_to_work(self, library: Library, fields: Fields) -> tuple[Assigned, tuple[Failure, ...]]:
        """What rules, compiled, and all that can't be: each by name and place, and none skipped in silence.

        `library` has the definitions that exist without being written here (built-ins and our own); it takes in those
        of the rulebook.
        """
        refused: list[Failure] = []
        known: set[str] = set()
        for document in (*self.definitions.values(), *self.initiatives.values()):
            try:
                library.add(_entry(document, fields))
            except Failure as failure:
                refused.append(failure)
                known.add(str(document["id"]).lower())
        bound: list[Bound] = []
        for document in self.assignments.values():
            try:
                for each in Assignment.load(document).each(library):
                    if isinstance(each, Bound):
                        bound.append(each)
                    elif not _missing(each, known):
                        refused.append(each)
            except Failure as failure:
                if not _missing(failure, known):
                    refused.append(failure)
        exemptions = tuple(_loaded(Exemption.load, self.exemptions, refused))
        enrollments = tuple(_loaded(Enrollment.load, self.enrollments, refused))
        return Assigned.of(bound, exemptions, self.management_groups, enrollments), tuple(refused)


def _loaded(load: Callable[[Any], T], documents: Documents, refused: list[Failure]) -> Iterator[T]:
    for document in documents.values():
        try:
            yield load(document)
        except Failure as failure:
            refused.append(failure)


def _missing(failure: Failure, refused: set[str]) -> bool:
    """Whether an assignment or a member lacks a definition that was refused: it has been told by its own name."""
    return isinstance(failure, AssignmentRefused) and failure.where.partition(": ")[2].lower() in refused


def _entry(document: Mapping[str, Any], fields: Fields) -> Definition | Initiative:
    body = document.get("properties", document)
    if "policyDefinitions" in body:
        return Initiative.load(document)
    return Definition.load(document, fields)
