"""Which policies are at work: every assignment with its definition found, its parameters fixed and its rules compiled.

An assignment is compiled again only once it, or what it assigns, has changed. One that assigns what has no rule here
rules nothing, and is told of wherever it would have been asked (`Work.unevaluated`).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from modelyard.catalog.built_in_policies import IN_DATA_PLANE
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.evaluation.compliance import Assigned
from modelyard.sandbox import management_groups
from modelyard.sandbox.authorization import PROPAGATION
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import documents
from modelyard.sandbox.policy.documents import Entries, Entry
from modelyard.sandbox.store import Document

TYPE = "Microsoft.Authorization/policyAssignments"
PROVIDER_MODES = "Microsoft."
"""What the names of resource-provider modes begin with."""


@dataclass(frozen=True, slots=True)
class ActiveAssignment:
    """One assignment ready to rule. `unevaluated` are the references of what isn't evaluated; "" for the whole of it.

    `parts` are the documents and definitions it was made of, `effective` is when it begins to rule, where not at once.
    """

    assignment: Assignment
    bound: tuple[Bound, ...]
    unevaluated: tuple[str, ...] = ()
    parts: tuple[object, ...] = ()
    effective: datetime | None = None


@dataclass(frozen=True, slots=True)
class ActiveAssignments:
    """What rules now: over requests to ARM, and over deployments in the data plane; and what is not evaluated.

    `until` is when another assignment begins to rule.
    """

    control: Assigned
    data: Assigned
    unevaluated: tuple[ActiveAssignment, ...]
    until: datetime | None

    @property
    def idle(self) -> bool:
        """Whether nothing at all is assigned."""
        return not (self.control.bound or self.data.bound or self.unevaluated)


def bind(azure: LocalAzure, document: Document, instead: Entries | None = None) -> ActiveAssignment:
    """One assignment. `instead` are definitions and initiatives, by id in lower case, that count before the store's.

    Raises AssignmentRefused, ParameterRefused, DefinitionRefused.
    """
    assignment = Assignment.load(document)
    found = _entry(azure, assignment.definition_id, instead)
    if found is None:
        return ActiveAssignment(assignment, (), ("",))
    entries: list[Entry] = [found]
    unevaluated: list[str] = []
    if isinstance(found, Initiative):
        kept = []
        for member in found.members:
            definition = _entry(azure, member.definition_id, instead)
            if definition is None:
                unevaluated.append(member.reference)
            else:
                kept.append(member)
                entries.append(definition)
        entries.append(replace(found, members=tuple(kept)))  # the last of an id counts
    return ActiveAssignment(assignment, assignment.bind(Library(entries)), tuple(unevaluated))


def _entry(azure: LocalAzure, id: str, instead: Entries | None) -> Entry | None:  # noqa: A002 - ARM calls it id
    return (instead or {}).get(id.lower()) or documents.entry(azure, id)


def at_work(azure: LocalAzure, scope: str) -> ActiveAssignments:
    """What rules now at a scope and below it. Assignments at other scopes are among it, and cover nothing there."""
    kept: dict[tuple[str, ...], ActiveAssignments] = azure.derived(
        "policies at work", (documents.COLLECTION, PROPAGATION, management_groups.COLLECTION), dict
    )
    groups = management_groups.chain(azure, scope) or (management_groups.root(azure),)
    known = kept.get(groups)
    if known is None or (known.until is not None and known.until <= azure.clock.now()):
        known = kept[groups] = _make(azure, groups)
    return known


def propagate(azure: LocalAzure, key: str) -> None:
    """Let a new assignment, of this ARM id in lower case, rule as late as the delay of its type says."""
    delay = timedelta(seconds=azure.delays.get(TYPE, 0.0))
    if delay:
        azure.store.put(PROPAGATION, key, {"effective": (azure.clock.now() + delay).isoformat()})


def _make(azure: LocalAzure, groups: tuple[str, ...]) -> ActiveAssignments:
    now = azure.clock.now()
    works = [_work(azure, one) for one in documents.documents(azure, documents.ASSIGNMENTS)]
    waiting = [one.effective for one in works if one.effective is not None and one.effective > now]
    active = [one for one in works if one.effective is None or one.effective <= now]
    bound = [each for one in active for each in one.bound]
    exemptions = [Exemption.load(one) for one in documents.documents(azure, documents.EXEMPTIONS)]
    return ActiveAssignments(
        Assigned.of(
            (one for one in bound if not one.plain.definition.mode.startswith(PROVIDER_MODES)), exemptions, groups
        ),
        Assigned.of((one for one in bound if one.plain.definition.mode == IN_DATA_PLANE), exemptions, groups),
        tuple(one for one in active if one.unevaluated),
        min(waiting, default=None),
    )


def _work(azure: LocalAzure, document: Document) -> ActiveAssignment:
    """One assignment, compiled again only where it or what it assigns is another than before."""
    kept: dict[str, ActiveAssignment] = azure.derived("policy work", (), dict)
    key = str(document["id"]).lower()
    known = kept.get(key)
    parts = _parts(azure, document)
    if known is None or not _same(known.parts, parts):
        known = kept[key] = replace(bind(azure, document), parts=parts)
    later = azure.store.get(PROPAGATION, key)
    return replace(known, effective=datetime.fromisoformat(later["effective"])) if later else known


def _parts(azure: LocalAzure, document: Document) -> tuple[Any, ...]:
    """What the compiled form of an assignment rests on."""
    found = documents.entry(azure, str(document["properties"]["policyDefinitionId"]))
    members = found.members if isinstance(found, Initiative) else ()
    return (document, found, *(documents.entry(azure, member.definition_id) for member in members))


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(left is right for left, right in zip(one, other, strict=True))
