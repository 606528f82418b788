"""What is kept of a run is kept for years and shown to many: counts, and no resource's name."""

from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from modelyard.report.history_entry import run
from modelyard.report.result import Report

AT = datetime(2026, 11, 23, 17, 4, 5, 999, tzinfo=UTC)


def test_violations_are_counted_and_what_was_let_in_beside_them(audited: Report) -> None:
    kept = run(audited, AT)
    assert (kept.resources, kept.violating) == (23, 5)
    assert (kept.known, kept.undecided, kept.exempt) == (1, 1, 1)
    assert kept.severities == {"error": 2, "warning": 2, "note": 1}
    assert sum(kept.policies.values()) == 5
    assert kept.at == AT.replace(microsecond=0)


def test_a_resource_that_violates_twice_is_one_resource(rule: Any) -> None:
    twice = (rule(), rule(policy="Has a filter"), replace(rule(), resource=rule().resource.upper()))
    assert run(Report("audit", policy_findings=twice), AT).violating == 1


def test_no_resource_is_named(audited: Report) -> None:
    said = str(asdict(run(audited, AT)))
    assert not any(each.resource_name in said for each in audited.policy_findings[:1])
    assert "/subscriptions/" not in said
