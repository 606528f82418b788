"""The wheel alone is the product: a folder without this repository goes from `init` to green calls, and away again."""

import os
import re
import site
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.end_to_end.conftest import ROOT, Yard, make

import modelyard

pytestmark = pytest.mark.engine


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Yard]:
    """An empty folder with a virtual environment of the wheel. Dependencies are those of this one, for tests open no
    connection; its own link to the sources isn't followed, because .pth files of a folder on the path aren't read.
    """
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path / "dist"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    folder = tmp_path / "team"
    venv.create(folder / ".venv", with_pip=False, symlinks=True)
    python, uv = folder / ".venv" / "bin" / "python", Path(sys.executable).with_name("uv")
    subprocess.run(
        [uv, "pip", "install", "-q", "--offline", "--no-deps", "--python", python, wheel],
        check=True,
        capture_output=True,
    )
    (packages,) = (folder / ".venv" / "lib").glob("*/site-packages")
    dependencies = next(place for place in site.getsitepackages() if Path(place).is_dir())
    (packages / "dependencies.pth").write_text(f"{dependencies}\n")
    there = make(folder, tmp_path / "state")
    path = os.pathsep.join([str(python.parent), there.environment["PATH"]])
    yard = Yard(folder, there.state, {**there.environment, "PATH": path}, str(python))
    try:
        yield yard
    finally:
        yard.modelyard("sandbox", "stop", expect=None)


def test_a_folder_without_this_repository_goes_from_init_to_destroy(team: Yard) -> None:
    installed = team.run(team.python, "-c", "import modelyard; print(modelyard.__file__)").out
    assert installed.startswith(str(team.project))
    assert str(ROOT) not in installed
    source = f"https://files.example.com/modelyard.whl#sha256={'0' * 64}"

    said = team.modelyard("init", "--name", "contoso-team", "--install", source).out
    assert ".venv/bin/modelyard up dev" in said.splitlines()[-1]
    assert team.modelyard("check", "dev", "--json").json["findings"] == []
    assert "6 passed, 0 failed" in team.modelyard("policy", "test", "policies/azure/tests").out
    assert team.modelyard("--version").out.strip() == modelyard.__version__

    up = team.modelyard("up", "dev", "--no-smoke", "--json").json
    assert up["data"]["changed"] is True
    smoke = team.modelyard("smoke", "dev", "--json").json
    assert {check["outcome"] for check in smoke["checks"]} <= {"passed", "skipped"}
    tested = team.run(team.python, "-m", "pytest", "tests", "-q", "-p", "no:cacheprovider").out
    assert re.search(r"^2 passed", tested, re.MULTILINE), tested
    team.modelyard("destroy", "dev")
