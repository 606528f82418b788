"""The product as a whole: the real command line, the real engine and the real server, in places of their own.

Stack `dev` is declared once for all tests of a run that only look at it; they stay together in one worker.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Yard:
    """A project and a sandbox, worked on by commands in processes of their own."""

    project: Path
    state: Path
    environment: Mapping[str, str] = field(repr=False)
    python: str = sys.executable

    def modelyard(self, *words: str, expect: int | None = 0, **more: str) -> Done:
        """Run a command; a status that wasn't expected fails with all that was said."""
        return self.run(self.python, "-m", "modelyard.cli", *words, expect=expect, **more)

    def pulumi(self, *words: str, expect: int | None = 0, **more: str) -> Done:
        """Run the plain Pulumi CLI inside the sandbox, as a user would."""
        return self.modelyard("sandbox", "run", "--", "pulumi", *words, "--non-interactive", expect=expect, **more)

    def run(self, *command: str, expect: int | None = 0, stdin: str | None = None, **more: str) -> Done:
        """Run anything in the project."""
        done = subprocess.run(
            command,
            cwd=self.project,
            env={**self.environment, **more},
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            check=False,
        )
        if expect is not None and done.returncode != expect:
            pytest.fail(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        return Done(done.returncode, done.stdout, done.stderr)

    @property
    def inside(self) -> dict[str, str]:
        """What a child of the sandbox gets in its environment."""
        told: dict[str, str] = self.modelyard("sandbox", "env", "--json").json["data"]["environment"]
        return told

    def stack_file(self, name: str, changes: Mapping[str, str]) -> None:
        """A stack of its own, made from dev's by replacing text; a text that isn't there fails."""
        content = (ROOT / "stacks" / "Pulumi.dev.yaml").read_text()
        for found, instead in changes.items():
            assert re.search(found, content), f"stack dev has no {found}"
            content = re.sub(found, instead, content)
        (self.project / "stacks" / f"Pulumi.{name}.yaml").write_text(content)


def make(project: Path, state: Path) -> Yard:
    kept = ("HOME", "PATH", "LANG", "TMPDIR", "MODELYARD_CACHE", "XDG_CACHE_HOME")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    return Yard(project, state, {**environment, "MODELYARD_STATE": str(state)})


def copy_project(folder: Path) -> Path:
    """The repository's own project, elsewhere, so that a test may write into it."""
    for part in ("infra", "stacks", "policies"):
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part)
    for file in ("Pulumi.yaml", "policies/PulumiPolicy.yaml"):  # programs run in the environment that runs the tests
        folder.joinpath(file).write_text(re.sub(r"  options:\n(?:    .*\n)+", "", (ROOT / file).read_text()))
    return folder


@pytest.fixture(scope="session")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """Stack dev, declared in a sandbox; for tests that only look at it. `up` is what declaring it reported."""
    folder = tmp_path_factory.mktemp("dev")
    yard = make(copy_project(folder / "project"), folder / "state")
    try:
        yard.project.joinpath("up.json").write_text(yard.modelyard("up", "dev", "--json").out)
        yield yard
    finally:
        yard.modelyard("sandbox", "stop", expect=None)


@pytest.fixture(scope="session")
def up(dev: Yard) -> Any:
    """The report of the `up` that declared stack dev."""
    return json.loads(dev.project.joinpath("up.json").read_text())


@pytest.fixture
def yard(tmp_path: Path) -> Iterator[Yard]:
    """A project and a sandbox that a test may change as it likes."""
    fresh = make(copy_project(tmp_path / "project"), tmp_path / "state")
    try:
        yield fresh
    finally:
        fresh.modelyard("sandbox", "stop", expect=None)
