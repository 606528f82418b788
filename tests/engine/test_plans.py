"""A plan is what somebody has looked at: an update beyond it is stopped before it writes, not half way."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from modelyard.arm import pulumi_sentinels
from modelyard.engine.failures import EngineFailure
from modelyard.engine.plans import Plan
from modelyard.failures import ExitStatus

DEPLOYMENT = "urn:pulumi:dev::modelyard::azure-native:cognitiveservices:Deployment::"


def resource(*steps: str, **inputs: Any) -> dict[str, Any]:
    """A resource's plan; the seed differs in every plan."""
    return {"goal": {"inputDiff": {"adds": inputs}}, "steps": list(steps), "seed": os.urandom(4).hex()}


def plan(**resources: dict[str, Any]) -> Plan:
    return Plan({f"{DEPLOYMENT}{name}": each for name, each in resources.items()})


def secret(ciphertext: str) -> dict[str, str]:
    return {pulumi_sentinels.SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": ciphertext}


@pytest.mark.parametrize(
    ("saved", "now", "beyond"),
    [
        ({"chat": resource("create", capacity=1)}, {"chat": resource("create", capacity=1)}, ()),
        ({"chat": resource("create", key=secret("a"))}, {"chat": resource("create", key=secret("b"))}, ()),
        ({"chat": resource("create", capacity=1)}, {"chat": resource("same")}, ()),
        ({"chat": resource("create", capacity=1)}, {}, ()),
        ({}, {"chat": resource("same")}, ()),
        (
            {"chat": resource("create", capacity=1)},
            {"chat": resource("create", capacity=2)},
            ("chat: create with other values than the plan has",),
        ),
        ({}, {"chat": resource("create")}, ("chat: create, where the plan has nothing",)),
        (
            {"chat": resource("update", capacity=2)},
            {"chat": resource("delete-replaced", "replace", "create-replacement", capacity=2)},
            ("chat: delete-replaced, replace, create-replacement, where the plan has update",),
        ),
        ({"chat": resource("same")}, {"chat": {"steps": ["delete"]}}, ("chat: delete, where the plan has same",)),
    ],
)
def test_less_than_the_plan_is_allowed_and_nothing_more(
    saved: dict[str, Any], now: dict[str, Any], beyond: tuple[str, ...]
) -> None:
    assert plan(**saved).exceeded_by(plan(**now)) == beyond


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "isn.t JSON"),
        ("[" * 100_000, "nested more than 100 levels"),
        (b"\xff\xfe", "isn.t JSON"),
        ("[]", "no plan"),
        ('{"version": 3}', "no plan"),
        ('{"manifest": {}, "resourcePlans": []}', "resourcePlans"),
        ('{"manifest": {}, "resourcePlans": {"urn": 1}}', "resourcePlans"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, content: str | bytes, problem: str) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(
        EngineFailure, match=problem, check=lambda failure: failure.code == "engine.plan-unreadable"
    ) as refused:
        Plan.read(file)
    assert refused.value.status is ExitStatus.USAGE


def test_a_folder_a_pipe_and_nothing_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    for place in (tmp_path, tmp_path / "pipe", tmp_path / "missing.json", tmp_path / "dangling"):
        with pytest.raises(
            EngineFailure,
            match=r"no such file|it is a folder|a named pipe|nothing is there",
            check=lambda failure: failure.code == "engine.plan-unreadable",
        ):
            Plan.read(place)


def test_a_plan_of_another_stack_is_known_before_any_work(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"manifest": {}, "resourcePlans": {f"{DEPLOYMENT}chat": resource("create")}}))
    assert Plan.of_stack(file, "dev").resources
    with pytest.raises(
        EngineFailure,
        match="a plan of stack dev, not of prod",
        check=lambda failure: failure.code == "engine.plan-differs",
    ) as refused:
        Plan.of_stack(file, "prod")
    assert refused.value.status is ExitStatus.FINDINGS


def test_a_plan_without_resources_is_of_any_stack(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text('{"manifest": {}, "resourcePlans": null}')
    assert Plan.of_stack(file, "dev") == Plan({})
