"""The sum of an operation must not be rosier than what happened."""

import json
from pathlib import Path

import pytest

from modelyard.engine.failures import RefusedByAzure
from modelyard.engine.result import EventSummary, Result

URN = "urn:pulumi:dev::tried::azure-native:cognitiveservices:Deployment::"


def told(*bodies: object, exit_status: int = 0, last_words: str = "", interruptions: int = 0) -> Result:
    account = EventSummary(lambda: 1.0)
    for body in bodies:
        account.read(json.dumps(body))
    return account.result("up", exit_status, last_words, Path("/project"), interruptions)


def step(name: str, op: str = "create") -> dict[str, object]:
    urn = URN + name
    return {"metadata": {"op": op, "urn": urn, "type": "x", "new": {"id": f"/{name}", "custom": True}, "old": None}}


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
    ("exit_status", "interruptions", "codes"),
    [
        (0, 0, []),
        (255, 0, ["engine.failed"]),
        (-9, 0, ["engine.killed"]),
        (1, 1, ["engine.interrupted"]),
        (-9, 2, ["engine.interrupted"]),
        (0, 1, ["engine.interrupted"]),
    ],
)
def test_a_bad_end_always_has_a_failure(exit_status, interruptions, codes):
    result = told(exit_status=exit_status, interruptions=interruptions)
    assert [failure.code for failure in result.failures] == codes
    assert result.succeeded is not bool(codes)


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}


@pytest.mark.parametrize(
    ("before", "after", "changes", "settled"),
    [
        ({"endpoint": "x"}, {"endpoint": "x"}, {"same": 3}, True),
        ({"endpoint": "x"}, {"endpoint": "y"}, {"same": 3}, False),
        ({"endpoint": "x"}, {"endpoint": "x"}, {"same": 3, "update": 1}, False),
        ({"keys": SECRET}, {"keys": SECRET}, {"same": 3}, False),
        (None, {}, {"same": 1}, False),
    ],
    ids=["nothing", "an output", "a resource", "a secret that can't be compared", "no state"],
)
def test_only_a_preview_of_nothing_at_all_spares_the_update(before, after, changes, settled):
    """An output that isn't written to the state is what whoever reads the stack's outputs goes on getting."""
    old = None if before is None else {"outputs": before}
    stack = {
        "op": "same",
        "urn": "urn:pulumi:dev::tried::pulumi:pulumi:Stack::tried-dev",
        "type": "pulumi:pulumi:Stack",
    }
    result = told(
        {"resOutputsEvent": {"metadata": {**stack, "old": old, "new": {"id": "", "outputs": after}}, "planning": True}},
        {"summaryEvent": {"resourceChanges": changes, "isPreview": True}},
    )
    assert result.settled is settled


def test_an_interrupted_run_tells_the_interruption_and_not_what_waited_for_its_turn():
    """Captured after Ctrl-C: the program is gone, and whatever waited in its hook fails with the connection."""
    waited = (
        'before hook "modelyard:contoso:before-write" failed: rpc error: code = Unavailable desc = error reading from '
        "server: EOF"
    )
    bodies = (
        {"resourcePreEvent": step("a")},
        {"diagnosticEvent": {"severity": "error", "message": waited, "urn": URN + "a"}},
        {"resOpFailedEvent": step("a")},
    )
    result = told(*bodies, exit_status=1, interruptions=1)
    assert [failure.code for failure in result.failures] == ["engine.interrupted"]
    assert [one.outcome for one in result.steps] == ["unfinished"], "it was never written"
    assert told(*bodies, exit_status=1).failures, "where nobody interrupted, it is trouble, and told"
