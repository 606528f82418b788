"""What a user sees of a long operation comes from these lines; they were captured from the engine, and shortened."""

import json

import pytest

from modelyard.engine.events import (
    Diagnostic,
    Event,
    Failed,
    Finished,
    Reader,
    Started,
    Summary,
    Violation,
    name_of,
    type_of,
)

STACK = "urn:pulumi:dev::tried::pulumi:pulumi:Stack::tried-dev"
CHILD = "urn:pulumi:dev::tried::modelyard:index:Yard$azure-native:cognitiveservices:Deployment::chat::large"


def read(*bodies: object) -> list[Event]:
    clock = iter([10.0, 12.5])
    reader = Reader(lambda: next(clock))
    return [event for body in bodies for event in reader.read(json.dumps(body))]


def step(op: str = "create", urn: str = CHILD, **more: object) -> dict[str, object]:
    return {"op": op, "urn": urn, "type": type_of(urn), "old": None, "new": None, "detailedDiff": None, **more}


def test_a_step_is_timed_from_its_start_to_its_end():
    new = {"id": "/subscriptions/s/x", "outputs": {"name": "x"}}
    events = read(
        {"sequence": 1, "timestamp": 5, "resourcePreEvent": {"metadata": step()}},
        {"resOutputsEvent": {"metadata": step(new=new, diffs=["sku"], keys=["location"])}},
    )
    assert events == [
        Started(CHILD, "create"),
        Finished(CHILD, "create", 2.5, id="/subscriptions/s/x", diff=("sku",), replaced_by=("location",)),
    ]


def test_a_resource_that_goes_is_told_with_what_it_has():
    """A policy may forbid to delete it, and goes by what is deleted; whether its key was renamed shows in that too."""
    old = {"id": "/subscriptions/s/x", "custom": True, "inputs": {"deploymentName": "chat"}}
    (started,) = read({"resourcePreEvent": {"metadata": step("delete", old=old), "planning": True}})
    assert started == Started(CHILD, "delete", True, {"deploymentName": "chat"}, True, "/subscriptions/s/x")


def test_a_write_is_timed_without_its_wait_for_the_account():
    """Twenty deployments wait for each other: the time beside one is to say what its own write took."""
    clock = iter([0.0, 28.0, 32.0])
    reader = Reader(lambda: next(clock))
    waited = {"severity": "info", "message": "writing\n", "ephemeral": True, "urn": CHILD}
    bodies = (
        {"resourcePreEvent": {"metadata": step()}},
        {"diagnosticEvent": waited},
        {"resOutputsEvent": {"metadata": step()}},
    )
    *_, finished = [event for body in bodies for event in reader.read(json.dumps(body))]
    assert isinstance(finished, Finished)
    assert finished.seconds == 4.0


def test_a_failed_step_is_timed_too():
    events = read({"resourcePreEvent": {"metadata": step()}}, {"resOpFailedEvent": {"metadata": step(), "status": 1}})
    assert events[1] == Failed(CHILD, "create", 2.5)


def test_the_stacks_outputs_come_without_their_secrets():
    secret = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "[secret]"}
    new = {"id": "", "outputs": {"plain": {"a": 1}, "keys": secret}}
    (_, done) = read(
        {"resourcePreEvent": {"metadata": step(urn=STACK), "planning": True}},
        {"resOutputsEvent": {"metadata": step(urn=STACK, new=new), "planning": True}},
    )
    assert isinstance(done, Finished)
    assert (done.outputs, done.preview) == ({"plain": {"a": 1}, "keys": "[secret]"}, True)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            {"diagnosticEvent": {"severity": "error", "message": "no\n\n", "color": "never", "urn": CHILD}},
            [Diagnostic("error", "no", CHILD)],
        ),
        ({"diagnosticEvent": {"severity": "debug", "message": "beginning rpc", "color": "never"}}, []),
        ({"diagnosticEvent": {"severity": "info", "message": "@ 5 s", "color": "", "ephemeral": True}}, []),
        (
            {
                "policyEvent": {
                    "resourceUrn": CHILD,
                    "message": "not approved\n",
                    "policyName": "approved",
                    "policyPackName": "azure",
                    "enforcementLevel": "mandatory",
                }
            },
            [Violation("azure/approved", "mandatory", "not approved", CHILD)],
        ),
        (
            {"summaryEvent": {"resourceChanges": {"create": 7}, "isPreview": True, "result": "succeeded"}},
            [Summary({"create": 7}, preview=True, result="succeeded")],
        ),
        ({"preludeEvent": {"config": {}}}, []),
        ({"cancelEvent": {}}, []),
        ({"anEventOfALaterVersion": {}}, []),
        (["not", "an", "object"], []),
    ],
)
def test_what_is_worth_telling(body, expected):
    assert read(body) == expected


def test_a_line_that_is_no_json_is_passed_over():
    assert list(Reader(lambda: 0.0).read("warning: using pulumi-language-python from $PATH\n")) == []


@pytest.mark.parametrize(
    ("urn", "type_", "name"),
    [
        (STACK, "pulumi:pulumi:Stack", "tried-dev"),
        (CHILD, "azure-native:cognitiveservices:Deployment", "chat::large"),
        ("", "", ""),
    ],
)
def test_a_urn_gives_type_and_name(urn, type_, name):
    assert (type_of(urn), name_of(urn)) == (type_, name), "a logical name may hold colons of its own"
