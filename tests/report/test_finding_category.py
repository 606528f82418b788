"""Where a finding stands decides what people see first and what fails, so every state and effect has its place."""

from typing import Any

import pytest

from modelyard.findings import Severity
from modelyard.report.policy_finding import VIOLATIONS, FindingCategory, category, counts
from modelyard.report.result import Report


def test_each_standing_is_told(audited: Report) -> None:
    assert [category(each) for each in audited.policy_findings] == list(FindingCategory)
    assert counts(audited.policy_findings) == dict.fromkeys(FindingCategory, 1)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"severity": Severity.WARNING}, FindingCategory.AUDITED),
        ({"effect": "append", "severity": Severity.NOTE}, FindingCategory.CHANGED),
        ({"effect": "auditIfNotExists", "severity": Severity.WARNING}, FindingCategory.AUDITED),
        ({"effect": "DeployIfNotExists", "severity": Severity.WARNING}, FindingCategory.DEPLOYED),
        ({"effect": "modify", "severity": Severity.WARNING, "enforced": False}, FindingCategory.AUDITED),
        ({"effect": "deployIfNotExists", "severity": Severity.WARNING, "enforced": False}, FindingCategory.AUDITED),
        ({"known": True}, FindingCategory.KNOWN),
        ({"known": True, "state": "Exempt"}, FindingCategory.EXEMPT),
        ({"known": True, "state": "Undecided"}, FindingCategory.UNDECIDED),
    ],
)
def test_what_is_not_enforced_is_audited_and_an_exemption_outweighs_a_baseline(
    rule: Any, said: dict[str, Any], where: FindingCategory
) -> None:
    assert category(rule(**said)) is where


def test_only_what_nobody_let_in_is_a_violation() -> None:
    settled = {
        FindingCategory.KNOWN,
        FindingCategory.EXEMPT,
        FindingCategory.UNDECIDED,
        FindingCategory.PROTECTED,
        FindingCategory.ATTESTED,
    }
    assert set(VIOLATIONS) == set(FindingCategory) - settled
