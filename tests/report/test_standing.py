"""Where a ruling stands decides what people see first and what fails, so every state and effect has its place."""

from typing import Any

import pytest

from modelyard.findings import Severity
from modelyard.report.result import Report
from modelyard.report.standing import VIOLATIONS, Standing, counts, standing


def test_each_standing_is_told(audited: Report) -> None:
    assert [standing(each) for each in audited.rulings] == list(Standing)
    assert counts(audited.rulings) == dict.fromkeys(Standing, 1)


@pytest.mark.parametrize(
    ("said", "where"),
    [
        ({"severity": Severity.WARNING}, Standing.AUDITED),
        ({"effect": "append", "severity": Severity.NOTE}, Standing.CHANGED),
        ({"effect": "auditIfNotExists", "severity": Severity.WARNING}, Standing.AUDITED),
        ({"effect": "DeployIfNotExists", "severity": Severity.WARNING}, Standing.DEPLOYED),
        ({"effect": "modify", "severity": Severity.WARNING, "enforced": False}, Standing.AUDITED),
        ({"effect": "deployIfNotExists", "severity": Severity.WARNING, "enforced": False}, Standing.AUDITED),
        ({"known": True}, Standing.KNOWN),
        ({"known": True, "state": "Exempt"}, Standing.EXEMPT),
        ({"known": True, "state": "Undecided"}, Standing.UNDECIDED),
    ],
)
def test_what_is_not_enforced_is_audited_and_an_exemption_outweighs_a_baseline(
    rule: Any, said: dict[str, Any], where: Standing
) -> None:
    assert standing(rule(**said)) is where


def test_only_what_nobody_let_in_is_a_violation() -> None:
    settled = {Standing.KNOWN, Standing.EXEMPT, Standing.UNDECIDED, Standing.PROTECTED, Standing.ATTESTED}
    assert set(VIOLATIONS) == set(Standing) - settled
