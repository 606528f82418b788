"""A report as JSON for machines. `version` changes when a member goes or changes its meaning, not when one is added.

{"version": 2, "command", "stack", "target", "tenant", "subscription", "rehearsal", "status",
"findings": [...], "checks": [...], "policy findings": [...], "counts": {...}, "steps": [...], "failures": [...],
"data": {...}}

`builtIns` has `asOf` and `days` where built-in policies were evaluated as they come along.
"""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from modelyard.display import escaped_json
from modelyard.failures import Failure
from modelyard.files import JsonDocument
from modelyard.findings import Finding
from modelyard.report.policy_finding import PolicyFinding, category, counts
from modelyard.report.result import Check, Outcome, Report, Step

VERSION = 2


def write(report: Report, encoding: str = "utf-8") -> str:
    """The report as an object on several lines, ended by a newline, in characters that the encoding has."""
    return escaped_json(json.dumps(document(report), indent=2, ensure_ascii=False), encoding) + "\n"


def document(report: Report) -> JsonDocument:
    """The report as plain values."""
    return {
        "version": VERSION,
        "command": report.command,
        "stack": report.stack,
        **where(report),
        "status": int(report.status),
        "findings": [_finding(each) for each in report.findings],
        "checks": [_check(each) for each in report.checks],
        "policyFindings": [_policy_finding(each) for each in report.policy_findings],
        "counts": {
            "resources": report.resources,
            **({} if report.evaluated is None else {"evaluated": report.evaluated}),
            **{where.name.lower(): n for where, n in sorted(counts(report.policy_findings).items())},
            **({"checks": _outcomes(report.checks)} if report.checks else {}),
        },
        **({"builtIns": report.built_ins.document} if report.built_ins else {}),
        "steps": [_step(each) for each in report.steps],
        "failures": [_failure(each) for each in report.failures],
        "data": dict(report.data),
    }


def where(report: Report) -> JsonDocument:
    """The cloud that the command worked in; all empty where it worked in none."""
    at = report.destination
    return {
        "target": report.target,
        "tenant": at.tenant if at else "",
        "subscription": at.subscription if at else "",
        "rehearsal": at.rehearsal if at else False,
    }


def _finding(each: Finding) -> dict[str, Any]:
    place = each.position
    return {
        "code": each.code,
        "severity": each.severity.value,
        "message": each.message,
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "path": each.path,
        "found": each.found,
        "allowed": each.allowed,
        "remedy": each.remedy,
        "unverified": each.unverified,
    }


def _check(each: Check) -> dict[str, Any]:
    return {
        "id": each.id,
        "subject": each.subject,
        "outcome": each.outcome.value,
        "expected": each.expected,
        "observed": each.observed,
        "reason": each.reason,
        "attempts": each.attempts,
        "seconds": round(each.seconds, 3),
        "waited": round(each.waited, 3),
    }


def _outcomes(checks: Iterable[Check]) -> dict[str, int]:
    """How many checks had each outcome, those that no check had too."""
    found = Counter(each.outcome for each in checks)
    return {outcome.value: found[outcome] for outcome in Outcome}


def _policy_finding(each: PolicyFinding) -> dict[str, Any]:
    """Every member of the finding, with the place flat as in findings, and where it stands."""
    place = each.position
    plain = {one.name: getattr(each, one.name) for one in fields(each) if one.name not in {"position", "state"}}
    return {
        **plain,
        "compliance_state": each.state,
        "severity": each.severity.value,
        "category": category(each).name.lower(),
        "file": place.file if place else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
    }


def _step(each: Step) -> dict[str, Any]:
    plain = {"name": each.name, "outcome": each.outcome.value, "seconds": round(each.seconds, 3), "detail": each.detail}
    if not each.resource:
        return plain
    changes = [{"path": one.path, "old": one.old, "new": one.new, "replaces": one.replaces} for one in each.changes]
    return {**plain, "op": each.op, "resource": each.resource, "changes": changes}


def _failure(each: Failure) -> dict[str, Any]:
    return {
        "code": each.code,
        "status": int(each.status),
        "message": each.what,
        "where": each.where,
        "allowed": each.allowed,
        "remedy": each.remedy,
    }
