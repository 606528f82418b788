"""A report as JSON for machines. `version` changes when a member goes or changes its meaning, not when one is added.

{"version": 1, "command", "stack", "target", "status", "findings": [...], "checks": [...], "steps": [...],
"failures": [...], "data": {...}}
"""

import json
from typing import Any

from modelyard.failures import Failure
from modelyard.findings import Finding
from modelyard.report.result import Check, Report, Step

VERSION = 1


def write(report: Report) -> str:
    """The report as an object on several lines, ended by a newline."""
    return json.dumps(document(report), indent=2, ensure_ascii=False) + "\n"


def document(report: Report) -> dict[str, Any]:
    """The report as plain values."""
    return {
        "version": VERSION,
        "command": report.command,
        "stack": report.stack,
        "target": report.target,
        "status": int(report.status),
        "findings": [_finding(each) for each in report.findings],
        "checks": [_check(each) for each in report.checks],
        "steps": [_step(each) for each in report.steps],
        "failures": [_failure(each) for each in report.failures],
        "data": dict(report.data),
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
    }


def _step(each: Step) -> dict[str, Any]:
    return {"name": each.name, "outcome": each.outcome.value, "seconds": round(each.seconds, 3), "detail": each.detail}


def _failure(each: Failure) -> dict[str, Any]:
    return {
        "code": each.code,
        "status": int(each.status),
        "message": each.what,
        "where": each.where,
        "allowed": each.allowed,
        "remedy": each.remedy,
    }
