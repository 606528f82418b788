"""What a change of policies would do: the same resources, evaluated by the policies before and after it.

Only what differs is told. What nobody can know yet on one side is told as such where the other side was in order, and
is nothing new where the other side had a result.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from modelyard.audit.audited_resource import Subject
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import KINDS, Rulebook
from modelyard.report.policy_finding import FindingCategory, PolicyFinding, category


class ImpactKind(StrEnum):
    """What becomes of a resource, worst first. The value is the key in JSON."""

    STOPPED = "stopped"
    CHANGED = "changed"
    AUDITED = "audited"
    UNDECIDED = "undecided"
    EASED = "eased"
    FREED = "freed"


WORDS: Mapping[ImpactKind, str] = {
    ImpactKind.STOPPED: "would stop",
    ImpactKind.CHANGED: "would make Azure change",
    ImpactKind.AUDITED: "would newly report",
    ImpactKind.UNDECIDED: "may hit, which isn't decided yet,",
    ImpactKind.EASED: "would no longer stop, only report,",
    ImpactKind.FREED: "would free",
}
BY_CATEGORY: Mapping[FindingCategory, ImpactKind] = {
    FindingCategory.DENIED: ImpactKind.STOPPED,
    FindingCategory.FAILED: ImpactKind.STOPPED,
    FindingCategory.CHANGED: ImpactKind.CHANGED,
    FindingCategory.DEPLOYED: ImpactKind.CHANGED,
    FindingCategory.AUDITED: ImpactKind.AUDITED,
    FindingCategory.UNDECIDED: ImpactKind.UNDECIDED,
}
"""What a finding says of a resource; of others, such as exempt ones, it says nothing."""


@dataclass(frozen=True, slots=True)
class Move:
    """One resource of one stack for which one policy's answer differs; `finding` is the new one, else the old one."""

    change: ImpactKind
    stack: str
    finding: PolicyFinding


@dataclass(frozen=True, slots=True)
class ImpactLine:
    """One change by one assignment: `ai-prod would stop 14 deployments in 9 stacks`.

    Where each stack makes the same assignment at a scope of its own, they are one to whoever keeps the policies.
    """

    name: str
    display_name: str
    change: ImpactKind
    moves: tuple[Move, ...]

    @property
    def assignments(self) -> tuple[str, ...]:
        """Ids of the assignments, in alphabetical order."""
        return tuple(
            sorted({each.finding.assignment_id.lower(): each.finding.assignment_id for each in self.moves}.values())
        )

    @property
    def resources(self) -> int:
        """How many resources; one that several members of an initiative hit counts once."""
        return len({(each.stack, each.finding.resource.lower()) for each in self.moves})

    @property
    def stacks(self) -> tuple[str, ...]:
        """The stacks they stand in, in alphabetical order."""
        return tuple(sorted({each.stack for each in self.moves}))


def moves(stack: str, before: Iterable[PolicyFinding], after: Iterable[PolicyFinding]) -> Iterator[Move]:
    """What differs for the resources of one stack.

    A policy that says the same by an assignment of another name or scope makes no difference to a resource.
    """
    old, new = ({each.key: each for each in policy_findings} for policy_findings in (before, after))
    for key in _moved(old, new):
        del (old if key in old else new)[key]
    for key in dict.fromkeys((*new, *old)):
        was, is_ = old.get(key), new.get(key)
        change = _change(_said(was), _said(is_))
        told = was if change is ImpactKind.FREED else is_
        if change is not None and told is not None:
            yield Move(change, stack, told)


def _moved(old: Mapping[str, PolicyFinding], new: Mapping[str, PolicyFinding]) -> list[str]:
    """Keys of one side alone, for which the other side has the same policy's word under a key that only it has."""
    apart = [
        {key: (each.resource.lower(), each.policy, _said(each)) for key, each in side.items() if key not in other}
        for side, other in ((old, new), (new, old))
    ]
    found: list[str] = []
    for one, left in zip(apart, (Counter(each.values()) for each in reversed(apart)), strict=True):
        for key, said in one.items():
            if left[said] > 0:
                left[said] -= 1
                found.append(key)
    return found


def _said(finding: PolicyFinding | None) -> ImpactKind | None:
    return None if finding is None else BY_CATEGORY.get(category(finding))


def _change(before: ImpactKind | None, after: ImpactKind | None) -> ImpactKind | None:
    if before is after or (after is ImpactKind.UNDECIDED and before is not None):
        return None
    if after is None:
        return None if before is ImpactKind.UNDECIDED else ImpactKind.FREED
    if before is ImpactKind.STOPPED and after is not ImpactKind.CHANGED:
        return ImpactKind.EASED
    return after


def lines(found: Iterable[Move]) -> tuple[ImpactLine, ...]:
    """The moves by change and by an assignment's names: what would be stopped first, then by name."""

    def name(each: Move) -> str:
        return each.finding.assignment_id.rpartition("/")[2]

    def alike(each: Move) -> tuple[int, str, str]:
        return list(ImpactKind).index(each.change), name(each).lower(), each.finding.assignment

    def order(each: Move) -> tuple[object, ...]:
        return *alike(each), each.stack, each.finding.resource_type, each.finding.resource_name, each.finding.reference

    found = sorted(found, key=order)
    groups = (tuple(group) for _, group in groupby(found, key=alike))
    return tuple(ImpactLine(name(group[0]), group[0].finding.assignment, group[0].change, group) for group in groups)


def differing(before: Rulebook, after: Rulebook) -> tuple[str, ...]:
    """Ids of the documents that aren't the same on both sides."""
    found: list[str] = []
    for part in KINDS.values():
        old, new = getattr(before, part), getattr(after, part)
        found += [str((new.get(key) or old[key])["id"]) for key in {**new, **old} if new.get(key) != old.get(key)]
    return tuple(sorted(found))


def management_groups(*books: Rulebook) -> tuple[str, ...]:
    """The groups that stand above every subscription by either side's account, else those that are assigned to."""
    known = [each for book in books for each in book.management_groups]
    if not known:
        at = [scopes.parent(str(each["id"])) for book in books for each in book.assignments.values()]
        known = [each for each in at if each.lower().startswith(scopes.GROUPS)]
    return tuple({each.lower(): each for each in known}.values())


def reached(books: Sequence[Rulebook], subjects: Iterable[Subject]) -> bool:
    """Whether an assignment's scope has any of the resources in it: if not, a silent result would say nothing."""
    at = {scopes.parent(key) for book in books for key in book.assignments}
    groups = management_groups(*books)
    return any(scopes.within(scope, each.id, groups) for each in subjects for scope in at)
