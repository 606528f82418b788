"""Files for plans are looked at first: else minutes of work are lost, or a run is green without its plan."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.failures import ExitStatus

OTHER = "urn:pulumi:prod::modelyard::azure-native:cognitiveservices:Deployment::chat"


@pytest.mark.parametrize("content", [None, "no plan", "{}"])
def test_up_needs_a_plan_that_is_one(modelyard: Callable[..., Any], tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "plan.json"
    if content is not None:
        file.write_text(content)
    said = modelyard("up", "dev", "--plan", str(file), "--json")
    assert said.status == ExitStatus.USAGE
    assert [each["code"] for each in said.json["failures"]] == ["engine.plan-unreadable"]
    assert said.json["checks"] == [], "nothing was proved"
    assert not (tmp_path / "state").exists(), "no sandbox was started for it"


def test_a_plan_of_another_stack_differs(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"manifest": {}, "resourcePlans": {OTHER: {"steps": ["create"]}}}))
    said = modelyard("up", "dev", "--plan", str(file), "--json")
    assert said.status == ExitStatus.FINDINGS
    assert [each["code"] for each in said.json["failures"]] == ["engine.plan-differs"]
    assert not (tmp_path / "state").exists()


def test_a_plan_is_saved_only_where_a_file_can_stand(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "dangling").symlink_to(tmp_path / "missing" / "plan.json")
    for place in ("missing/plan.json", "folder", "pipe", "dangling"):
        said = modelyard("preview", "dev", "--save-plan", str(tmp_path / place))
        assert said.status == ExitStatus.USAGE, place
        assert "[cli.file-unwritable]" in said.err
    assert not (tmp_path / "state").exists()
    assert sorted(each.name for each in tmp_path.iterdir() if not each.name.startswith("cache")) == [
        "dangling",
        "folder",
        "pipe",
    ], "nothing is left behind"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_is_not_ours_takes_no_plan(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    assert modelyard("preview", "dev", "--save-plan", str(closed / "plan.json")).status == ExitStatus.USAGE
