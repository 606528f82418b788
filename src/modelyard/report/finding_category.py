"""What a ruling means to whoever reads it: what Azure would stop, report or change, and what is open or settled.

A report counts and groups its rulings by this. The order of the members is the order in which a person sees them: what
Azure would stop first.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from modelyard.findings import Severity
from modelyard.report.policy_finding import PolicyFinding


class FindingCategory(StrEnum):
    """The value is the word of the closing line: `3 denied, 5 audited, 1 would change`.

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


def standing(ruling: PolicyFinding) -> FindingCategory:
    """Where this ruling stands. What isn't enforced is audited: Azure reports it, and stops and changes nothing."""
    settled = _BY_STATE.get(ruling.state)
    if settled is not None:
        return settled
    if ruling.known:
        return FindingCategory.KNOWN
    if ruling.state == "Error":
        return FindingCategory.FAILED
    if ruling.severity is Severity.ERROR:
        return FindingCategory.DENIED
    return (
        _BY_EFFECT.get(ruling.effect.lower(), FindingCategory.AUDITED) if ruling.enforced else FindingCategory.AUDITED
    )


def counts(rulings: Iterable[PolicyFinding]) -> Counter[FindingCategory]:
    """How many rulings stand where."""
    return Counter(standing(each) for each in rulings)
