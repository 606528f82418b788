"""What is kept of a run, so that a later report can show which way things go: counts, no names of resources."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from modelyard.findings import Severity
from modelyard.report.policy_finding import VIOLATIONS, FindingCategory, category
from modelyard.report.result import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One run of a command over one stack or scope.

    at          when, with its time zone, to the second
    stack       what was looked at, so that only like is compared with like
    target      the cloud that it was looked at in, `azure` or `sandbox`; empty in runs kept before it was written
    resources   how many resources were looked at
    violating   how many of them violate something that no exemption and no baseline covers
    severities  violations by severity (`error`, `warning`, `note`)
    policies    violations by the policy's display name
    """

    at: datetime
    stack: str
    resources: int
    violating: int
    severities: Mapping[str, int]
    policies: Mapping[str, int]
    known: int = 0
    undecided: int = 0
    exempt: int = 0
    target: str = ""


def run(report: Report, at: datetime) -> HistoryEntry:
    """What is worth keeping of a report."""
    categorised = [(each, category(each)) for each in report.policy_findings]
    violations = [each for each, where in categorised if where in VIOLATIONS]
    totals = Counter(where for _, where in categorised)
    severities = Counter(each.severity for each in violations)
    return HistoryEntry(
        at=at.replace(microsecond=0),
        stack=report.stack,
        target=report.target,
        resources=report.resources,
        violating=len({each.resource.lower() for each in violations}),
        severities={severity.value: severities[severity] for severity in Severity},
        policies=dict(sorted(Counter(each.policy for each in violations).items())),
        known=totals[FindingCategory.KNOWN],
        undecided=totals[FindingCategory.UNDECIDED],
        exempt=totals[FindingCategory.EXEMPT],
    )
