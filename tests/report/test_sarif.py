"""SARIF beside any command: code hosts refuse a log that breaks the format, and lose track of results that change name.

The rules are those of SARIF 2.1.0 (OASIS, errata 01), by section.
"""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sarif_pydantic.sarif import Sarif

from modelyard.failures import Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report import sarif
from modelyard.report.result import Report

MISPLACED = Finding(
    "config.unknown-key",
    Severity.ERROR,
    "a deployment has no key 'size'",
    Position("stacks/Pulumi dev.yaml", 12, 7),
    path="deployments.chat.size",
    remedy="did you mean 'sku'?",
)


def run_of(report: Report, root: Path | None = None) -> dict[str, Any]:
    written = sarif.write(report, root)
    Sarif.model_validate_json(written)
    found: dict[str, Any] = json.loads(written)["runs"][0]
    return found


@pytest.fixture
def whole(audited: Report, unread: Failure) -> Report:
    """Policy findings of every category, findings with and without a place, and a failure."""
    return replace(audited, findings=(*audited.findings, MISPLACED), failures=(unread,))


def test_the_log_is_written_as_before(whole: Report, golden: Any) -> None:
    golden("audited.sarif", sarif.write(whole))


def test_a_log_without_results_is_a_log(audited: Report) -> None:
    """A run that found nothing closes what was open before, where it is uploaded."""
    empty = run_of(replace(audited, policy_findings=(), findings=()))
    assert empty["results"] == []
    assert empty["invocations"][0]["executionSuccessful"] is True


def test_every_result_names_its_rule_twice_alike(whole: Report) -> None:
    """3.27.7: ruleIndex is the rule's place among the driver's; ids are unique there (3.19.23)."""
    run = run_of(whole)
    rules = run["tool"]["driver"]["rules"]
    assert len({each["id"] for each in rules}) == len(rules)
    for each in run["results"]:
        assert rules[each["ruleIndex"]]["id"] == each["ruleId"]
    assert {each["ruleId"] for each in run["results"]} == {each["id"] for each in rules}, "no rule without a result"


def test_a_result_that_is_no_failure_has_no_level(whole: Report) -> None:
    """3.27.10: the level is none where the kind isn't fail."""
    kinds = {each["kind"] for each in run_of(whole)["results"]}
    assert kinds == {"fail", "open", "review", "informational"}
    for each in run_of(whole)["results"]:
        assert (each["level"] == "none") is (each["kind"] != "fail")


def test_places_are_relative_to_the_root_and_count_from_one(whole: Report) -> None:
    """3.4.3: a relative uri goes with its base; 3.30.5, 3.30.6: lines and columns begin with 1."""
    placed = [
        location["physicalLocation"]
        for each in run_of(whole)["results"]
        for location in each.get("locations", ())
        if "physicalLocation" in location
    ]
    assert len(placed) == 2
    for each in placed:
        artifact, region = each["artifactLocation"], each["region"]
        assert artifact["uriBaseId"] == "%SRCROOT%"
        assert not urlsplit(artifact["uri"]).scheme
        assert not artifact["uri"].startswith("/")
        assert " " not in artifact["uri"], "a uri is quoted"
        assert region["startLine"] >= 1
        assert region["startColumn"] >= 1


def test_a_file_below_the_root_is_named_from_there_and_one_elsewhere_whole(rule: Any, tmp_path: Path) -> None:
    inside, outside = tmp_path / "project" / "stacks" / "Pulumi.dev.yaml", tmp_path / "Pulumi.dev.yaml"
    report = Report(
        "audit",
        policy_findings=tuple(rule(each.parent.name, position=Position(str(each), 3, 1)) for each in (inside, outside)),
    )
    found = {
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        for each in run_of(report, tmp_path / "project")["results"]
    }
    assert found == {"stacks/Pulumi.dev.yaml", outside.as_uri()}


def test_a_result_stays_the_same_when_its_line_moves_and_no_two_are_the_same(whole: Report) -> None:
    """3.27.17: partialFingerprints are what a result is recognised by in the next run."""

    def fingerprints(report: Report) -> list[str]:
        return [each["partialFingerprints"][sarif.FINGERPRINT] for each in run_of(report)["results"]]

    first = fingerprints(whole)
    assert len(set(first)) == len(first)
    moved = tuple(replace(each, position=Position("stacks/Pulumi.dev.yaml", 99, 1)) for each in whole.policy_findings)
    assert set(fingerprints(replace(whole, policy_findings=moved))) == set(first)


def test_what_is_exempt_or_known_is_suppressed_with_its_reason(audited: Report) -> None:
    suppressed = [each for each in run_of(audited)["results"] if each.get("suppressions")]
    reasons = {each["suppressions"][0]["justification"] for each in suppressed}
    assert reasons == {"exemption migration (Waiver until 2027-01-31)", "known in the baseline"}


def test_new_is_said_only_where_it_was_compared(audited: Report) -> None:
    """3.27.24: baselineState belongs to runs that were compared with a baseline."""
    states = {each.get("baselineState") for each in run_of(replace(audited, findings=()))["results"]}
    assert states == {"new", "unchanged"}
    assert all("baselineState" not in each for each in run_of(replace(audited, baseline=False))["results"])


def test_every_result_has_a_file_and_every_rule_a_description(whole: Report) -> None:
    """GitHub refuses a log with a result that has no place; what is about no file is a notification (3.20.22)."""
    run = run_of(replace(whole, file="stacks/Pulumi.dev.yaml"))
    for each in run["results"]:
        assert each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["fullDescription"]["text"]
    notified = run["invocations"][0]["toolConfigurationNotifications"]
    assert [each["descriptor"]["id"] for each in notified] == ["policy.assignment-refused"]
    assert notified[0]["level"] == "warning"


def test_a_failure_is_told_as_the_run_s_and_not_as_a_result(whole: Report, unread: Failure) -> None:
    invocation = run_of(whole)["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == unread.status
    assert invocation["toolExecutionNotifications"][0]["descriptor"]["id"] == unread.code


def test_the_first_line_of_a_message_stands_alone(whole: Report) -> None:
    """Lists of alerts show no more than that."""
    for each in run_of(whole)["results"]:
        first = each["message"]["text"].splitlines()[0]
        assert len(first) > 10
        assert not first.endswith(":")
