"""What one policy says of one resource, where that isn't just that it complies, and what that means to a reader.

A report counts and groups its findings by category: what Azure would stop, report or change, and what is open or
settled.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from modelyard.findings import Position, Severity

SETTLED = frozenset({"Exempt", "Protected"})
"""States in which a resource is as somebody decided it may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFinding:
    """What one policy at work says of one resource, as a report shows it.

    key         the same from run to run: assignment, member and resource, folded
    state       Azure's word for compliance (`NonCompliant`, `Exempt`, `Error` …), or `Undecided`, which previews have
    effect      as Azure writes it; of an undecided finding the one that may take place
    severity    what it weighs; ERROR is what Azure would refuse
    resource    its ARM id; `resource_name` is what people call it (the key in the stack file), `urn` Pulumi's name
    policy      display name of the definition; `definition` is its id, `reference` its member of `initiative`
    sources     where the assignment was seen: the stack, a pulled scope, a repository
    because     the conditions that decided, with the values compared
    waits_for   places whose values an undecided finding waits for
    changes     what modify or append would change: `properties.disableLocalAuth: false → true`
    position    where the stack file says what is to be changed; `path` is its key there
    frameworks  compliance frameworks' controls that the initiative maps the member to
    exemption   the exemption that counts, with its end; empty without one
    known       whether the baseline has it already, so that it isn't news
    enforced    whether the assignment's effects take place (enforcementMode Default)
    """

    key: str
    state: str
    effect: str
    severity: Severity
    resource: str
    resource_type: str
    resource_name: str
    urn: str = ""
    policy: str
    definition: str
    assignment: str
    assignment_id: str
    scope: str
    reference: str = ""
    initiative: str = ""
    sources: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    message: str = ""
    remedy: str = ""
    waits_for: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    position: Position | None = None
    path: str = ""
    frameworks: tuple[str, ...] = ()
    exemption: str = ""
    known: bool = False
    enforced: bool = True

    @property
    def settled(self) -> bool:
        """Whether the resource is as somebody decided it may be, so that nothing is to be done about it."""
        return self.state in SETTLED


@dataclass(frozen=True, slots=True)
class BuiltInsAge:
    """How old Azure's built-in policies are that were evaluated, where Azure itself wasn't asked for them.

    Azure changes its built-ins, and evaluates those of today.
    """

    as_of: date
    days: int

    def __str__(self) -> str:
        return f"Azure's built-in policies are those of {self.as_of}, {self.days} days ago"

    @property
    def document(self) -> dict[str, str | int]:
        """As plain values."""
        return {"asOf": self.as_of.isoformat(), "days": self.days}


class FindingCategory(StrEnum):
    """What a finding means to whoever reads it, in the order in which a person sees them: what Azure would stop first.

    The value is the word of the closing line: `3 denied, 5 audited, 1 would change`.

    KNOWN is what a baseline has already, whatever Azure would do about it. FAILED is a policy that could not be
    evaluated, which Azure answers as it answers a denial.
    """

    DENIED = "denied"
    FAILED = "not to be evaluated"
    AUDITED = "audited"
    DEPLOYED = "would be deployed"
    CHANGED = "would change"
    ATTESTED = "to be attested"
    UNDECIDED = "undecided"
    PROTECTED = "protected"
    KNOWN = "known"
    EXEMPT = "exempt"


VIOLATIONS = (
    FindingCategory.DENIED,
    FindingCategory.FAILED,
    FindingCategory.AUDITED,
    FindingCategory.DEPLOYED,
    FindingCategory.CHANGED,
)
"""Where a resource isn't as the policy wants it, and nobody has said that it may be so."""

_BY_STATE: Mapping[str, FindingCategory] = {
    "Exempt": FindingCategory.EXEMPT,
    "Undecided": FindingCategory.UNDECIDED,
    "Protected": FindingCategory.PROTECTED,
    "Unknown": FindingCategory.ATTESTED,
}
_BY_EFFECT: Mapping[str, FindingCategory] = {
    "append": FindingCategory.CHANGED,
    "modify": FindingCategory.CHANGED,
    "deployifnotexists": FindingCategory.DEPLOYED,
}


def category(finding: PolicyFinding) -> FindingCategory:
    """The category of a finding. What isn't enforced is audited: Azure reports it, and stops and changes nothing."""
    settled = _BY_STATE.get(finding.state)
    if settled is not None:
        return settled
    if finding.known:
        return FindingCategory.KNOWN
    if finding.state == "Error":
        return FindingCategory.FAILED
    if finding.severity is Severity.ERROR:
        return FindingCategory.DENIED
    return (
        _BY_EFFECT.get(finding.effect.lower(), FindingCategory.AUDITED) if finding.enforced else FindingCategory.AUDITED
    )


def counts(findings: Iterable[PolicyFinding]) -> Counter[FindingCategory]:
    """How many findings each category has."""
    return Counter(category(each) for each in findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySummary:
    """One policy at work, and how many resources it evaluated: findings hold only what isn't simply in order.

    It is a member of an assignment's initiative, or its definition; `reference` is empty without an initiative.

    `resources` is how many it applied to: in its scope, of its type, and neither disabled nor selected away.
    """

    policy: str
    assignment: str
    assignment_id: str
    reference: str = ""
    initiative: str = ""
    resources: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """The assignment and its member, folded, as findings name them."""
        return self.assignment_id.lower(), self.reference.lower()
