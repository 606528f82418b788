"""A team starts with what it has: the same run is clean, what is new fails, and what is mended is told."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modelyard.audit import baseline
from modelyard.audit.failures import BaselineMissing
from modelyard.destination import Destination
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Severity
from modelyard.report.policy_finding import PolicyFinding
from modelyard.report.result import Report

TODAY, LATER = date(2026, 11, 23), date(2026, 12, 24)
STATES = ("NonCompliant", "Error", "Undecided", "Exempt", "Protected", "Unknown")


def finding(name: str, **others: Any) -> PolicyFinding:
    plain = PolicyFinding(
        key=f"/subscriptions/0f/assignments/house||{name}",
        state="NonCompliant",
        effect="deny",
        severity=Severity.ERROR,
        resource=f"/subscriptions/0f/deployments/{name}",
        resource_type="Microsoft.CognitiveServices/accounts/deployments",
        resource_name=name,
        policy="Stay near",
        definition="near",
        assignment="Rules of the house",
        assignment_id="/subscriptions/0f/assignments/house",
        scope="/subscriptions/0f",
    )
    return replace(plain, **others)


def report(*policy_findings: PolicyFinding) -> Report:
    return Report("audit", "dev", policy_findings=policy_findings, fails_on=Severity.NOTE, text="looked at dev")


def written(
    found: Report, folder: Path, before: baseline.Baseline | None = None, on: date = TODAY
) -> baseline.Baseline:
    file = folder / "known.json"
    file.write_text(baseline.write(found, on, before), encoding="utf-8")
    return baseline.read(file)


policy_findings = st.lists(
    st.builds(
        finding,
        st.sampled_from("abcdefgh"),
        state=st.sampled_from(STATES),
        severity=st.sampled_from(Severity),
    ),
    max_size=8,
    unique_by=lambda each: each.key,
)


@given(policy_findings)
def test_the_run_a_baseline_was_written_from_violates_nothing_new(
    tmp_path_factory: pytest.TempPathFactory, found: list[PolicyFinding]
) -> None:
    first = report(*found)
    again = baseline.apply(written(first, tmp_path_factory.mktemp("baseline")), first)
    failing = {each.state for each in again.policy_findings if again.fails(each)}
    assert not failing & baseline.VIOLATING
    assert again.data["baseline"]["mended"] == []


@given(policy_findings)
def test_a_baseline_written_twice_says_the_same(
    tmp_path_factory: pytest.TempPathFactory, found: list[PolicyFinding]
) -> None:
    """Else each run would change a file under version control."""
    first = report(*found)
    known = written(first, tmp_path_factory.mktemp("baseline"))
    assert baseline.write(replace(first, policy_findings=tuple(reversed(found))), LATER, known) == baseline.write(
        first, TODAY
    )


@given(policy_findings)
def test_only_violations_are_let_in(tmp_path_factory: pytest.TempPathFactory, found: list[PolicyFinding]) -> None:
    known = written(report(*found), tmp_path_factory.mktemp("baseline"))
    assert set(known.entries) == {each.key for each in found if each.state in baseline.VIOLATING}


def test_what_is_new_still_fails(tmp_path: Path) -> None:
    known = written(report(finding("chat")), tmp_path)
    compared = baseline.apply(known, report(finding("chat"), finding("embed")))
    assert [each.known for each in compared.policy_findings] == [True, False]
    assert compared.status is ExitStatus.FINDINGS


def test_what_weighs_more_than_it_did_is_new(tmp_path: Path) -> None:
    """An audit that has become a denial stops the next deployment, whoever knew of it."""
    known = written(report(finding("chat", effect="audit", severity=Severity.WARNING)), tmp_path)
    assert not known.knows(finding("chat"))
    assert known.knows(finding("chat", effect="modify", severity=Severity.NOTE))


def test_what_is_mended_is_told_and_goes_when_the_file_is_renewed(tmp_path: Path) -> None:
    known = written(report(finding("chat"), finding("embed"), finding("image")), tmp_path)
    compared = baseline.apply(known, report(finding("chat")))
    assert compared.text == "looked at dev\n2 of the baseline are mended: renew it with --write-baseline"
    assert compared.data["baseline"] == {"known": 1, "mended": [finding("embed").key, finding("image").key]}
    assert compared.status is ExitStatus.DONE
    assert set(written(report(finding("chat")), tmp_path, known).entries) == {finding("chat").key}


def test_what_is_not_decided_any_more_is_not_called_mended(tmp_path: Path) -> None:
    known = written(report(finding("chat")), tmp_path)
    compared = baseline.apply(known, report(finding("chat", state="Undecided", severity=Severity.NOTE)))
    assert compared.data["baseline"] == {"known": 0, "mended": []}


def test_what_was_known_keeps_its_day(tmp_path: Path) -> None:
    known = written(report(finding("chat")), tmp_path)
    later = written(report(finding("chat"), finding("embed")), tmp_path, known, LATER)
    assert [each.since for each in later.entries.values()] == [TODAY, LATER]


def test_the_file_is_for_people_and_version_control() -> None:
    assert json.loads(baseline.write(report(finding("chat")), TODAY)) == {
        "version": 1,
        "known": [
            {
                "key": "/subscriptions/0f/assignments/house||chat",
                "policy": "Stay near",
                "resource": "/subscriptions/0f/deployments/chat",
                "severity": "error",
                "since": "2026-11-23",
            }
        ],
    }
    assert baseline.write(report(finding("chat")), TODAY).endswith("}\n"), "one member a line, ended as editors end it"


ENTRY = {"key": "a", "policy": "b", "resource": "c", "severity": "error", "since": "2026-11-23"}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<<<<<<< ours", "a merge conflict of git is not resolved"),
        ("[]", "its version is None"),
        ('{"version": 2, "known": []}', "its version is 2"),
        ('{"version": 1}', "it has no list `known`"),
        (json.dumps({"version": 1, "known": [ENTRY, {**ENTRY, "since": "today"}]}), "entry 1: 'today' is not a date"),
        (json.dumps({"version": 1, "known": [{**ENTRY, "severity": "bad"}]}), "entry 0: 'bad' is not a valid Severity"),
        (json.dumps({"version": 1, "known": [{**ENTRY, "key": 7}]}), "entry 0: 7 is not text"),
        (json.dumps({"version": 1, "known": [{"key": "a"}]}), "entry 0 lacks policy"),
    ],
)
def test_a_file_that_a_merge_broke_is_refused_by_name_and_place(tmp_path: Path, text: str, says: str) -> None:
    """Taken for empty, it would make everything new; taken as far as it goes, it would hide what follows."""
    file = tmp_path / "known.json"
    file.write_text(text)
    with pytest.raises(Failure, check=lambda failure: failure.code == "audit.baseline-unreadable") as caught:
        baseline.read(file)
    assert says in str(caught.value)
    assert str(file) in str(caught.value)


def test_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    with pytest.raises(BaselineMissing):
        baseline.read(tmp_path / "known.json")


def test_a_baseline_of_the_sandbox_hides_nothing_of_azures(tmp_path: Path) -> None:
    """Ids differ, but a rehearsal has Azure's own; what is known of one cloud is news in the other."""
    file = tmp_path / "known.json"
    found = replace(report(finding("chat")), destination=Destination("sandbox"))
    file.write_text(baseline.write(found, TODAY))
    known = baseline.read(file)
    assert (known.target, baseline.unmarked(known, file)) == ("sandbox", ())
    baseline.same_target(known, found, file)
    with pytest.raises(Failure, check=lambda failure: failure.code == "audit.baseline-elsewhere") as refused:
        baseline.same_target(known, replace(found, destination=Destination("azure")), file)
    assert "from sandbox, and the audit is of azure" in refused.value.what
    assert refused.value.status is ExitStatus.USAGE


def test_a_baseline_from_before_says_that_it_names_no_cloud(tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text('{"version": 1, "known": []}')
    known = baseline.read(tmp_path / "known.json")
    baseline.same_target(known, replace(report(), destination=Destination("azure")), tmp_path)
    assert [each.code for each in baseline.unmarked(known, tmp_path)] == ["audit.baseline-unmarked"]
