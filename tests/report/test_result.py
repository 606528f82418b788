"""The exit status is what pipelines act on: the worst of what happened, by the weight the caller chose."""

from dataclasses import replace
from datetime import date
from json import loads
from typing import Any

import pytest

from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Severity
from modelyard.report import html, json, sarif, text
from modelyard.report.policy_finding import BuiltInsAge
from modelyard.report.result import Check, Outcome, Report, Step

WRONG = Finding("config.unknown-key", Severity.ERROR, "a deployment has no key 'size'")
INFERRED = Finding("config.unit-inferred", Severity.WARNING, "the unit of gpt-5.4 is inferred")


def check(outcome: Outcome) -> Check:
    return Check("deployment.answers", "chat", outcome, "200")


@pytest.mark.parametrize(
    ("report", "status"),
    [
        (Report("check"), ExitStatus.DONE),
        (Report("check", findings=(INFERRED,)), ExitStatus.DONE),
        (Report("check", findings=(INFERRED, WRONG)), ExitStatus.FINDINGS),
        (Report("smoke", checks=(check(Outcome.PASSED), check(Outcome.SKIPPED))), ExitStatus.DONE),
        (Report("smoke", checks=(check(Outcome.INCONCLUSIVE),)), ExitStatus.INCONCLUSIVE),
        (Report("smoke", checks=(check(Outcome.INCONCLUSIVE), check(Outcome.FAILED))), ExitStatus.FINDINGS),
        (Report("up", steps=(Step("up", Outcome.FAILED, 1.0),)), ExitStatus.FINDINGS),
    ],
)
def test_it_is_the_worst_of_what_happened(report: Report, status: ExitStatus) -> None:
    assert report.status is status


def test_a_failure_outweighs_all_else(unread: Failure) -> None:
    assert Report("audit", findings=(WRONG,), failures=(unread,)).status is unread.status


@pytest.mark.parametrize(
    ("said", "fails_on", "fails"),
    [
        ({}, Severity.ERROR, True),
        ({}, None, False),
        ({"severity": Severity.WARNING}, Severity.ERROR, False),
        ({"severity": Severity.WARNING}, Severity.WARNING, True),
        ({"severity": Severity.NOTE}, Severity.NOTE, True),
        ({"known": True}, Severity.NOTE, False),
        ({"state": "Exempt"}, Severity.NOTE, False),
        ({"state": "Protected"}, Severity.NOTE, False),
        ({"state": "Undecided", "severity": Severity.NOTE}, Severity.ERROR, False),
    ],
)
def test_rulings_fail_from_the_chosen_weight_on_unless_somebody_let_them_in(
    rule: Any, said: dict[str, Any], fails_on: Severity | None, fails: bool
) -> None:
    report = Report("audit", policy_findings=(rule(**said),), fails_on=fails_on)
    assert (report.status is ExitStatus.FINDINGS) is fails


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([Outcome.PASSED, Outcome.NOT_PROVED], ExitStatus.DONE),
        ([Outcome.NOT_PROVED], ExitStatus.INCONCLUSIVE),
        ([Outcome.NOT_PROVED, Outcome.SKIPPED], ExitStatus.INCONCLUSIVE),
        ([Outcome.SKIPPED], ExitStatus.DONE),
        ([Outcome.NOT_PROVED, Outcome.FAILED], ExitStatus.FINDINGS),
    ],
)
def test_a_run_that_could_ask_nothing_is_not_green(outcomes: list[Outcome], status: ExitStatus) -> None:
    """A stack of models that no check can call would otherwise look like one that was proved."""
    checks = tuple(Check("deployment.answers", "chat", outcome, "200") for outcome in outcomes)
    assert Report("smoke", checks=checks).status is status


def test_every_form_of_a_report_says_how_old_built_ins_are(audited: Report) -> None:
    """Whoever reads only one of them must not take them for Azure's of today."""
    dated = replace(audited, built_ins=BuiltInsAge(date(2026, 4, 29), 208))
    said = "built-in policies are those of 2026-04-29, 208 days ago"
    for form, silent in ((text.write(dated), text.write(audited)), (html.write(dated), html.write(audited))):
        assert said in form
        assert said not in silent
    as_data = {"asOf": "2026-04-29", "days": 208}
    assert json.document(dated)["builtIns"] == as_data
    assert "builtIns" not in json.document(audited)
    assert loads(sarif.write(dated))["runs"][0]["properties"]["builtIns"] == as_data
