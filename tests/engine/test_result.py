"""The sum of an operation must not be rosier than what happened."""

import json
from pathlib import Path

import pytest

from modelyard.engine.failures import EngineFailed, EngineKilled, Interrupted, RefusedByAzure
from modelyard.engine.result import Account, Result

URN = "urn:pulumi:dev::tried::azure-native:cognitiveservices:Deployment::"


def told(*bodies: object, exit_status: int = 0, last_words: str = "", interruptions: int = 0) -> Result:
    account = Account(lambda: 1.0)
    for body in bodies:
        account.read(json.dumps(body))
    return account.result("up", exit_status, last_words, Path("/project"), interruptions)


def step(name: str, op: str = "create") -> dict[str, object]:
    urn = URN + name
    return {"metadata": {"op": op, "urn": urn, "type": "x", "new": {"id": f"/{name}"}, "old": None}}


def test_each_resource_has_one_step_with_its_outcome():
    result = told(
        *({"resourcePreEvent": step(name)} for name in "abc"),
        {"resOutputsEvent": step("a")},
        {"diagnosticEvent": {"severity": "error", "message": 'Status=400 Code="X" Message="no"', "urn": URN + "b"}},
        {"resOpFailedEvent": step("b")},
        {"summaryEvent": {"resourceChanges": {"create": 1}, "isPreview": False, "result": "failed"}},
        exit_status=1,
    )
    assert [(one.name, one.outcome, one.id) for one in result.steps] == [
        ("a", "done", "/a"),
        ("b", "failed", ""),
        ("c", "unfinished", ""),
    ]
    assert result.steps[0].type == "azure-native:cognitiveservices:Deployment"
    assert [type(failure) for failure in result.failures] == [RefusedByAzure]
    assert result.changes == {"create": 1}


def test_the_updates_own_summary_counts_and_not_its_previews():
    summaries = [
        {"summaryEvent": {"resourceChanges": {"create": 9}, "isPreview": True}},
        {"summaryEvent": {"resourceChanges": {"create": 2}, "isPreview": False}},
    ]
    assert told(*summaries).changes == {"create": 2}
    assert told(summaries[0]).changes == {"create": 9}


@pytest.mark.parametrize(
    ("exit_status", "interruptions", "kinds"),
    [
        (0, 0, []),
        (255, 0, [EngineFailed]),
        (-9, 0, [EngineKilled]),
        (1, 1, [Interrupted]),
        (-9, 2, [Interrupted]),
        (0, 1, [Interrupted]),
    ],
)
def test_a_bad_end_always_has_a_failure(exit_status, interruptions, kinds):
    result = told(exit_status=exit_status, interruptions=interruptions)
    assert [type(failure) for failure in result.failures] == kinds
    assert result.succeeded is not bool(kinds)
