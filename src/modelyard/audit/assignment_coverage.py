"""Which policies were known when something was evaluated: where their assignments come from, and whether they reach it.

That nothing violates a policy says little where no policy was known, or where all of them rule other places.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from modelyard.audit.audited_resource import Subject
from modelyard.findings import Finding
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.evaluation.policy_documents import Rulebook


@dataclass(frozen=True, slots=True)
class AssignmentCoverage:
    """The assignments that one source has, and how many of them reach some of the resources."""

    source: str
    assignments: int
    reaching: int

    def __str__(self) -> str:
        """`4 in stack dev`, and how many of them are of no use here."""
        idle = self.assignments - self.reaching
        said = f"{self.assignments} in {self.source}"
        if not idle:
            return said
        if self.assignments == 1:
            return f"{said}, which applies to none of these resources"
        return f"{said}, {idle if self.reaching else 'all'} of which apply to none of these resources"


def known(bound: Iterable[Bound], book: Rulebook, subjects: Sequence[Subject]) -> tuple[AssignmentCoverage, ...]:
    """By source, in the order of the sources' names; an assignment that several have counts with each."""
    ids = [each.id for each in subjects]
    assignments = {each.assignment.id.lower(): each.assignment for each in bound}
    found: dict[str, list[bool]] = {}
    for id_, assignment in assignments.items():
        reaches = _reaches(assignment, ids, book)
        for source in book.sources.get(id_, ()):
            found.setdefault(source, []).append(reaches)
    return tuple(AssignmentCoverage(source, len(each), sum(each)) for source, each in sorted(found.items()))


def idle(given: Rulebook, bound: Iterable[Bound]) -> tuple[str, ...]:
    """Names of definitions and initiatives that somebody gave and no assignment uses: by themselves they rule nothing.

    A stack declares a copy of a team's definition under an id of its own and the same display name; that uses it.
    """
    used: set[str] = set()
    for each in bound:
        for one in (each.plain.definition, each.initiative):
            if one is not None:
                used |= {name.lower() for name in (one.id.rpartition("/")[2], one.name, one.display_name)}
    documents = {**given.definitions, **given.initiatives}
    names = {id_.rpartition("/")[2]: str(each["properties"].get("displayName", "")) for id_, each in documents.items()}
    return tuple(sorted(name for name, displayed in names.items() if not {name, displayed.lower()} & used))


def findings(sources: Sequence[AssignmentCoverage], subjects: Sequence[Subject]) -> tuple[Finding, ...]:
    """A warning where policies say nothing because there are none, or none for these resources."""
    if not sources:
        how = "assign one under `policies`, pull what is in force (`modelyard policy pull`), or name files: --policies"
        return (_finding("audit.no-policies", "no policy was found", remedy=how),)
    if subjects and not any(each.reaching for each in sources):
        place = f"for example {subjects[0].id}"
        how = "see that they are assigned at this scope or above it"
        return (
            _finding(
                "audit.nothing-reached", "no assignment applies to any of these resources", found=place, remedy=how
            ),
        )
    return ()


def as_data(sources: Iterable[AssignmentCoverage]) -> Mapping[str, Mapping[str, int]]:
    """For machines."""
    return {each.source: {"assignments": each.assignments, "reaching": each.reaching} for each in sources}


def _reaches(assignment: Assignment, ids: Iterable[str], book: Rulebook) -> bool:
    return any(assignment.covers(each, book.management_groups) for each in ids)


def _finding(code: str, message: str, *, found: str = "", remedy: str) -> Finding:
    return Finding.of(code, message, found=found, remedy=remedy)
