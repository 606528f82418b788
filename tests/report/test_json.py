"""JSON is read by programs that were written once: members stay, and say what the text says."""

import json
from dataclasses import fields, replace
from typing import Any

from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Position, Severity
from modelyard.report import json as json_writer
from modelyard.report.policy_finding import FindingCategory, PolicyFinding
from modelyard.report.result import Check, Outcome, Report


def read(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json_writer.write(report))
    return found


def test_it_carries_a_version_and_everything_the_text_says(audited: Report, unread: Failure) -> None:
    placed = Finding("config.unknown-key", Severity.ERROR, "no such key", Position("stacks/Pulumi.dev.yaml", 12, 7))
    checks = tuple(Check("deployment.answers", "chat", outcome, "200") for outcome in Outcome)
    document = read(
        replace(audited, findings=(placed, *audited.findings), checks=checks, failures=(unread,), data={"answer": 42})
    )
    assert document["version"] == 2, "pipelines pin the version"
    assert document["status"] == ExitStatus.REFUSED
    assert document["findings"][0]["line"] == 12
    assert document["findings"][1]["file"] is None
    assert [each["outcome"] for each in document["checks"]] == [outcome.value for outcome in Outcome]
    assert document["checks"][0].keys() >= {"attempts", "seconds", "waited"}, "what a check took is told"
    assert document["failures"][0]["code"] == unread.code
    assert document["data"] == {"answer": 42}


def test_a_ruling_has_all_its_members_its_place_and_its_standing(audited: Report) -> None:
    first, *others = read(audited)["policyFindings"]
    plain = {each.name for each in fields(PolicyFinding)} - {"position", "state"}
    assert first.keys() == plain | {"compliance_state", "category", "file", "line", "column"}
    assert (first["file"], first["line"], first["category"]) == ("stacks/Pulumi.dev.yaml", 12, "denied")
    assert all(each["file"] is None for each in others)


def test_counts_are_by_standing_and_leave_out_what_is_not_there(audited: Report, rule: Any) -> None:
    assert read(audited)["counts"] == {
        "resources": 23,
        "evaluated": 20,
        **{each.name.lower(): 1 for each in FindingCategory},
    }
    assert read(Report("audit", resources=2, policy_findings=(rule(),)))["counts"] == {"resources": 2, "denied": 1}
