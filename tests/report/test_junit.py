"""Pipelines show JUnit as tests, so what is red there must be what made the exit status, and doubt is no failure."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from typing import Any

import pytest

from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Severity
from modelyard.report import junit
from modelyard.report.result import Check, Outcome, Report, Step


def suite(report: Report) -> ElementTree.Element:
    return ElementTree.fromstring(junit.write(report))[0]


def counted(report: Report) -> tuple[str | None, ...]:
    found = suite(report)
    return tuple(found.get(name) for name in ("tests", "failures", "errors", "skipped"))


def test_an_audit_is_written_as_before(audited: Report, unread: Failure, golden: Any) -> None:
    golden("audited.xml", junit.write(replace(audited, failures=(unread,))))


def test_doubt_is_kept_apart_from_failure() -> None:
    checks = tuple(Check("deployment.answers", "chat", outcome, "200") for outcome in Outcome)
    steps = (Step("up", Outcome.FAILED, 1.0, "no"), Step("check", Outcome.PASSED, 0.1))
    report = Report("smoke", "dev", checks=checks, steps=steps)
    assert suite(report).get("name") == "modelyard smoke dev"
    assert counted(report) == ("7", "2", "1", "2")


@pytest.mark.parametrize("fails_on", [None, *Severity])
def test_a_ruling_fails_here_exactly_where_it_fails_the_command(audited: Report, fails_on: Severity | None) -> None:
    """A pipeline that is red and shows no red test, or the other way round, sends people looking for nothing."""
    report = replace(audited, findings=(), fails_on=fails_on)
    failing = sum(report.fails(each) for each in report.rulings)
    assert counted(report)[1] == str(failing)
    assert (report.status is ExitStatus.FINDINGS) is (failing > 0)


def test_what_is_only_reported_passes_and_keeps_its_text(rule: Any) -> None:
    report = Report("audit", rulings=(rule(effect="audit", severity=Severity.WARNING),))
    assert counted(report) == ("1", "0", "0", "0")
    assert "does not comply with 'Stay near'" in str(suite(report)[0].findtext("system-out"))


def test_text_that_looks_like_markup_stays_text(rule: Any) -> None:
    report = Report("audit", rulings=(rule("]]><a>", message="<b>&"),))
    assert suite(report)[0].get("name") == "]]><a>: Stay near"
