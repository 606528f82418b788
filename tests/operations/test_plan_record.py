"""What was approved is what runs: anything else that a plan was made from stops the update, by name."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from modelyard import Failure
from modelyard.operations import plan_record
from modelyard.report.change import Change
from modelyard.report.result import Outcome, Step

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BASIS: dict[str, Any] = {
    "stack": "prod",
    "destination": "azure, subscription 1",
    "configuration": {"stacks/Pulumi.prod.yaml": "sha256:1", "stacks/layers/base.yaml": "sha256:2"},
    "versions": {"engine": "3.250.0"},
    "state": "sha256:3",
}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:a"}


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A plan that the engine saved, with its record."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"manifest": {}, "resourcePlans": None}))
    step = Step(
        "update Deployment chat",
        Outcome.PASSED,
        0.0,
        op="update",
        resource="urn",
        changes=(Change("sku.capacity", 1, 2),),
    )
    plan_record.keep(file, BASIS, [step], NOW)
    return file


def test_it_holds_the_operations_with_their_values_beside_the_engines_plan(plan: Path) -> None:
    document = json.loads(plan.read_text())
    assert {"manifest", "resourcePlans"} < set(document)
    (operation,) = document["modelyard"]["operations"]
    assert operation["changes"] == [{"path": "sku.capacity", "old": 1, "new": 2, "replaces": False}]


def test_the_same_basis_is_held(plan: Path) -> None:
    plan_record.hold(plan, BASIS, NOW + plan_record.LASTING)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state": "sha256:4"}, "state has changed"),
        ({"versions": {"engine": "3.276.0"}}, "versions: engine was 3.250.0, and is 3.276.0"),
        ({"destination": "sandbox"}, "destination was azure, subscription 1, and is sandbox"),
        (
            {"configuration": {"stacks/Pulumi.prod.yaml": "sha256:9", "policies": "sha256:1"}},
            (
                "configuration: policies is new; configuration: stacks/Pulumi.prod.yaml has changed; "
                "configuration: stacks/layers/base.yaml is gone"
            ),
        ),
    ],
)
def test_any_difference_is_named(plan: Path, changed: dict[str, Any], told: str) -> None:
    with pytest.raises(Failure) as failure:
        plan_record.hold(plan, {**BASIS, **changed}, NOW)
    assert failure.value.code == "engine.plan-differs"
    assert failure.value.what.endswith(told)


def test_a_plan_expires(plan: Path) -> None:
    with pytest.raises(Failure, match="it expired at 2026-12-07T12:00:00"):
        plan_record.hold(plan, BASIS, NOW + plan_record.LASTING + timedelta(seconds=1))


@pytest.mark.parametrize(
    "record", [None, [], {}, {"expires": "soon", "basis": {}}, {"expires": "2026-12-07", "basis": {}}]
)
def test_a_plan_that_does_not_say_what_it_was_made_from_is_refused(tmp_path: Path, record: Any) -> None:
    """An engine's own plan says nothing of files and versions, so that it would approve any of them."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"manifest": {}, "modelyard": record}))
    with pytest.raises(Failure) as failure:
        plan_record.hold(file, BASIS, NOW)
    assert failure.value.code == "engine.plan-unreadable"


def test_a_states_digest_knows_neither_times_nor_ciphertext() -> None:
    """An update that changes nothing writes the state anew, and may encrypt anew."""

    def export(**resource: Any) -> dict[str, Any]:
        return {"deployment": {"manifest": {"time": resource}, "resources": [{"urn": "a", **resource}]}}

    one = export(created="2026-11-01", modified="2026-11-02", outputs={"key": SECRET})
    other = export(created="2026-11-03", modified="2026-11-04", outputs={"key": {**SECRET, "ciphertext": "v1:b"}})
    assert plan_record._state(one) == plan_record._state(other)
    assert plan_record._state(one) != plan_record._state(export(outputs={"key": SECRET}, inputs={"created": "x"}))
