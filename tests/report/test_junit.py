"""Pipelines show JUnit as tests, so what is red there must be what made the exit status, and doubt is no failure."""

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Position, Severity
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
    failing = sum(report.fails(each) for each in report.policy_findings)
    assert counted(report)[1] == str(failing)
    assert (report.status is ExitStatus.FINDINGS) is (failing > 0)


def test_what_is_only_reported_passes_and_keeps_its_text(rule: Any) -> None:
    report = Report("audit", policy_findings=(rule(effect="audit", severity=Severity.WARNING),))
    assert counted(report) == ("1", "0", "0", "0")
    assert "does not comply with 'Stay near'" in str(suite(report)[0].findtext("system-out"))


def test_text_that_looks_like_markup_stays_text(rule: Any) -> None:
    report = Report("audit", policy_findings=(rule("]]><a>", message="<b>&"),))
    assert suite(report)[0].get("name") == "]]><a>: Stay near"


TEXTS = st.text(st.characters(), max_size=40)


@given(TEXTS, TEXTS, TEXTS)
def test_any_text_is_still_xml(one: str, other: str, third: str) -> None:
    """One control character in somebody's policy would cost a pipeline all its results."""
    report = Report(
        "smoke",
        one,
        findings=(Finding(one, Severity.ERROR, other, Position(third, 1, 1), path=third, found=one),),
        checks=tuple(Check(one, other, outcome, third, third, one, attempts=2) for outcome in Outcome),
        steps=(Step(one, Outcome.FAILED, 1.0, other),),
        failures=(Failure(one, where=other, remedy=third),),
    )
    document = ElementTree.fromstring(junit.write(report).encode())
    assert len(list(document.iter("testcase"))) == len(Outcome) + 3


def test_control_characters_are_shown() -> None:
    check = Check("filter.blocks", "chat\x1b[2J", Outcome.FAILED, "400", "200 \x00 \ud800", "\x07")
    written = junit.write(Report("smoke", checks=(check,)))
    assert r"chat\x1b[2J" in written
    assert r"200 \x00 \ud800" in written
