"""What is audited: resources, the policies found among them, and what of the place could not be looked at."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from modelyard.arm import plain_kinds
from modelyard.arm.declared_resource import Declared
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import rows
from modelyard.audit.audited_resource import Subject, subject
from modelyard.failures import Failure
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for the subscription where neither the stack nor the caller names one: no policy of a real one reaches it."""

ACCOUNTS = "microsoft.cognitiveservices/accounts"

IN_ACCOUNTS = tuple(
    row.type for row in rows() if row.type.lower().startswith(f"{ACCOUNTS}/") and row not in plain_kinds.rows()
)
"""Types that live inside an account: whoever declares an account declares all of these that it has. Of any other type
some may stand elsewhere, so that its absence proves nothing; and so with those that no stack file can declare yet."""


@dataclass(frozen=True, slots=True)
class AuditSource:
    """One place that was looked at.

    name        what policy findings call it: `stack dev`, `preview of dev`, `state export.json`, a scope
    complete    ARM types of which every resource there is among the subjects
    left_out    how many resources of which type weren't looked at
    beside      documents around the subjects that aren't evaluated themselves, such as the group of an account
    subscription  what `subscription()` returns, where it is known
    failures    what could not be read, each by name and place
    requested   whether the documents are what is asked of ARM, which append and modify change before a deny sees it
    """

    name: str
    subjects: tuple[Subject, ...]
    rulebook: Rulebook
    complete: tuple[str, ...] = IN_ACCOUNTS
    left_out: Mapping[str, int] = field(default_factory=dict)
    beside: tuple[ArmDocument, ...] = ()
    subscription: ArmDocument | None = None
    failures: tuple[Failure, ...] = ()
    requested: bool = False

    @classmethod
    def of(
        cls,
        name: str,
        subjects: Iterable[Subject],
        left_out: Mapping[str, int] | None = None,
        *,
        requested: bool = False,
    ) -> "AuditSource":
        """A source whose policies stand among its own resources.

        A management group that it assigns a policy at is taken to be above its resources: why else would it.
        """
        found = tuple(subjects)
        parents = (scopes.parent(each.id) for each in found if each.type.lower().endswith("/policyassignments"))
        groups = sorted({each for each in parents if scopes.normalized(each).startswith(scopes.GROUPS)})
        book = Rulebook.of((each.document for each in found), name, groups)
        return cls(name, found, book, left_out=left_out or {}, requested=requested)

    @classmethod
    def declared(cls, name: str, declared: Iterable[Declared], subscription_id: str) -> "AuditSource":
        """What a program declares, in its order, without an engine and without a network."""
        left_out: Counter[str] = Counter()
        subjects = []
        for each in declared:
            found = subject(each, subscription_id)
            if found is None:
                left_out[each.token] += 1
            else:
                subjects.append(found)
        return cls.of(name, subjects, left_out, requested=True)

    @classmethod
    def together(cls, name: str, sources: Sequence["AuditSource"]) -> "AuditSource":
        """What several hold, to be counted and told. To be evaluated each is put to its own policies."""
        book = Rulebook()
        for each in sources:
            book |= each.rulebook
        return cls(
            name,
            tuple(subject for each in sources for subject in each.subjects),
            book,
            left_out=sum((Counter(each.left_out) for each in sources), Counter()),
            failures=tuple(failure for each in sources for failure in each.failures),
        )
