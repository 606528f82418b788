"""What a team has already, so that it can start with policies before everything is mended: only what is new fails.

A baseline is a JSON file for version control: an entry a violation, sorted by its key and one member a line, so that a
difference shows what was mended and what was let in.

    {"version": 1, "target": "azure", "known": [{"key", "policy", "resource", "severity", "since"}, ...]}

It silences violations only, never what is undecided or exempt; and never one that weighs more than it did when it was
written down: an audit that has become a denial is news. A baseline belongs to what it was written from: one of the
sandbox isn't taken for Azure, nor the other way round. Compared with
a run that looks at less, what wasn't looked at seems mended.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from modelyard import files
from modelyard.audit.failures import BaselineMissing
from modelyard.display import escaped_json
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.report.policy_finding import PolicyFinding
from modelyard.report.result import Report

VERSION = 1
VIOLATING = frozenset({"NonCompliant", "Error"})
OPEN = VIOLATING | {"Undecided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BaselineEntry:
    """One violation that is known: which policy, which resource, how much it weighed, and the day it was let in."""

    key: str
    policy: str
    resource: str
    severity: Severity
    since: date


@dataclass(frozen=True, slots=True)
class Baseline:
    """The entries by key, and the cloud they were found in; empty in a file that was written before files said it."""

    entries: Mapping[str, BaselineEntry] = field(default_factory=lambda: MappingProxyType({}))
    target: str = ""

    def knows(self, finding: PolicyFinding) -> bool:
        """Whether a finding is in it, and weighs no more than it did."""
        entry = self.entries.get(finding.key)
        return entry is not None and finding.state in VIOLATING and finding.severity.weight <= entry.severity.weight


def read(file: Path) -> Baseline:
    """The baseline of a file. Raises BaselineMissing, `audit.baseline-unreadable`."""
    try:
        document = files.json_of(file)
    except files.FileUnreadable as wrong:
        raise (
            BaselineMissing.of("audit.baseline-missing", file=file)
            if wrong.missing
            else Failure.of("audit.baseline-unreadable", file=file, problem=wrong.problem)
        ) from None
    if not isinstance(document, dict) or document.get("version") != VERSION:
        found = document.get("version") if isinstance(document, dict) else None
        raise Failure.of("audit.baseline-unreadable", file=file, problem=f"its version is {found!r}")
    known = document.get("known")
    if not isinstance(known, list):
        raise Failure.of("audit.baseline-unreadable", file=file, problem="it has no list `known`")
    entries = [_entry(file, number, each) for number, each in enumerate(known)]
    return Baseline(MappingProxyType({entry.key: entry for entry in entries}), str(document.get("target") or ""))


def same_target(baseline: Baseline, report: Report, file: Path) -> None:
    """Raises `audit.baseline-elsewhere` where one is of the sandbox and the other of Azure."""
    if baseline.target and report.target and baseline.target != report.target:
        raise Failure.of("audit.baseline-elsewhere", file=file, written=baseline.target, audited=report.target)


def unmarked(baseline: Baseline, file: Path) -> tuple[Finding, ...]:
    """A warning about a baseline that doesn't say which cloud it is of."""
    if baseline.target:
        return ()
    return (
        Finding.of(
            "audit.baseline-unmarked",
            message="the baseline doesn't say whether it was found in Azure or in the sandbox",
            found=str(file),
            remedy="write it anew: --write-baseline",
        ),
    )


def apply(baseline: Baseline, report: Report) -> Report:
    """The report with what the baseline knows marked as known, and a line about what it knows and nobody finds."""
    policy_findings = tuple(replace(each, known=baseline.knows(each)) for each in report.policy_findings)
    open_ = {each.key for each in policy_findings if each.state in OPEN}
    mended = sorted(key for key in baseline.entries if key not in open_)
    line = told(len(mended))
    return replace(
        report,
        policy_findings=policy_findings,
        baseline=True,
        text="\n".join(filter(None, [report.text.rstrip("\n"), line])),
        data={**report.data, "baseline": {"known": sum(each.known for each in policy_findings), "mended": mended}},
    )


def told(mended: int) -> str:
    """What a person is told of entries that are gone; empty where none is."""
    if not mended:
        return ""
    return f"{mended} of the baseline {'is' if mended == 1 else 'are'} mended: renew it with --write-baseline"


def write(report: Report, today: date, before: Baseline | None = None) -> str:
    """The file's text for all that the report violates now; what was known `before` keeps its date."""
    old = before.entries if before else {}
    entries: dict[str, dict[str, Any]] = {}
    for each in sorted(report.policy_findings, key=lambda finding: (finding.key, finding.severity.weight)):
        if each.state in VIOLATING:
            since = old[each.key].since if each.key in old else today
            entries[each.key] = {
                "key": each.key,
                "policy": each.policy,
                "resource": each.resource,
                "severity": each.severity.value,
                "since": since.isoformat(),
            }
    target = {"target": report.target} if report.target else {}
    document = {"version": VERSION, **target, "known": list(entries.values())}
    return escaped_json(json.dumps(document, indent=2, ensure_ascii=False)) + "\n"


def _entry(file: Path, number: int, each: Any) -> BaselineEntry:
    """One entry of the file, checked: people edit it, and merges break it."""
    try:
        return BaselineEntry(
            key=_text(each["key"]),
            policy=_text(each["policy"]),
            resource=_text(each["resource"]),
            severity=Severity(each["severity"]),
            since=_date(each["since"]),
        )
    except KeyError as wrong:
        raise Failure.of(
            "audit.baseline-unreadable", file=file, problem=f"entry {number} lacks {wrong.args[0]}"
        ) from None
    except (TypeError, ValueError) as wrong:
        raise Failure.of("audit.baseline-unreadable", file=file, problem=f"entry {number}: {wrong}") from None


def _date(written: object) -> date:
    try:
        return date.fromisoformat(_text(written))
    except ValueError:
        raise ValueError(f"{written!r} is not a date (YYYY-MM-DD)") from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is not text")
    return value
