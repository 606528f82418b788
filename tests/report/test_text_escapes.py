"""Every writer of a report gets text from other teams' policies, from Azure and from the engine."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.failures import Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report import html, junit, sarif, text
from modelyard.report import json as json_writer
from modelyard.report.result import Check, Outcome, Report
from modelyard.report.text_escapes import legible

EVIL = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202e\ud800\x00"


def everywhere(rule: Any, evil: str) -> Report:
    return Report(
        "audit",
        "dev",
        findings=(Finding("a.b", Severity.ERROR, evil, Position("a", 1, 1), evil, evil, evil, evil),),
        checks=(Check("deployment.answers", evil, Outcome.FAILED, evil, evil, evil),),
        policy_findings=(rule(evil, policy=evil, message=evil, assignment=evil),),
        failures=(Failure(evil, where=evil, allowed=evil, remedy=evil),),
        text=evil,
        resources=1,
        data={"name": evil},
    )


WRITERS = {
    "text": lambda report: text.write(report, verbose=True),
    "json": json_writer.write,
    "junit": junit.write,
    "sarif": sarif.write,
    "html": html.write,
}


@pytest.mark.parametrize("writer", WRITERS)
def test_nothing_is_sent_that_steers_a_terminal(rule: Any, writer: str) -> None:
    written = WRITERS[writer](everywhere(rule, EVIL))
    written.encode()
    assert not [each for each in written if each != "\n" and each in EVIL and not each.isprintable()]
    assert "red" in written, "and it is shown"


def test_json_keeps_what_was_written(rule: Any) -> None:
    found = json.loads(json_writer.write(everywhere(rule, EVIL)))
    assert found["findings"][0]["message"] == EVIL
    assert found["data"]["name"] == EVIL


@pytest.mark.parametrize("writer", WRITERS)
@given(evil=st.text(st.characters(), max_size=20))
def test_any_text_can_be_written(writer: str, evil: str) -> None:
    from tests.report.conftest import finding

    WRITERS[writer](everywhere(finding, evil)).encode()


def test_a_report_with_nothing_to_escape_stays_as_it_is(audited: Report) -> None:
    assert legible(audited) is audited
    assert legible(replace(audited, stack="a\x1b")).stack == r"a\x1b"
