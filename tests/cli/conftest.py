"""The command line as a user meets it: words in, an exit status and two streams out, in places of its own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli import main

ROOT = Path(__file__).parent.parent.parent


@dataclass(frozen=True)
class Said:
    """What a command left behind."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example project, without what its user may have pulled into it."""
    folder = tmp_path_factory.mktemp("example")
    for name in ("infra", "policies", "stacks"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    return folder


@pytest.fixture
def modelyard(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, example: Path
) -> Callable[..., Said]:
    """Run a command in this process, in the example project, with an empty cache and state."""
    monkeypatch.chdir(example)
    monkeypatch.setenv("MODELYARD_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("MODELYARD_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("MODELYARD_TARGET", raising=False)

    def run(*words: str) -> Said:
        status = main(words)
        captured = capsys.readouterr()
        return Said(int(status), captured.out, captured.err)

    return run
