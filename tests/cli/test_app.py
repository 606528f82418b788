"""The frame of every command: what a pipeline relies on (exit statuses, JSON) and what teaches a newcomer."""

import importlib
import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli.app import COMMANDS, GROUPS
from modelyard.failures import ExitStatus

EVERY = [*((name,) for name in COMMANDS), *((group, name) for group, (names, _) in GROUPS.items() for name in names)]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_teaches(modelyard: Callable[..., Any], words: tuple[str, ...]) -> None:
    said = modelyard(*words, "--help")
    assert said.status == ExitStatus.DONE
    module = importlib.import_module(".".join(["modelyard.cli", *words]))
    first, *rest = (inspect.getdoc(getattr(module, words[-1])) or "").splitlines()
    assert " ".join(said.out.split()).startswith(f"Usage: modelyard {' '.join(words)}")
    assert first in " ".join(said.out.split()), "help begins with what the command is for"
    examples = [line.strip() for line in rest if line.startswith("    modelyard ")]
    assert [each for each in examples if each not in said.out] == [], "examples are whole on a screen of 80 columns"
    assert "--json" in said.out, "every command has a result for machines"
    assert "Exit statuses" in said.out


def test_help_lists_every_command(modelyard: Callable[..., Any]) -> None:
    said = modelyard()
    listed = [line.split()[0] for line in said.out.splitlines() if line.startswith("   ") and line[3:4].isalpha()]
    assert listed == ["Commands", *COMMANDS, *GROUPS], "one column, in the order in which a newcomer needs them"
    assert max(map(len, said.out.splitlines())) <= 80, "no line is broken twice"
    assert "sandbox env" in said.out, "a newcomer learns how to point a shell at the sandbox"


@pytest.mark.parametrize(
    "words",
    [
        ("chekc", "dev"),
        ("check",),
        ("check", "dev", "--nonsense"),
        ("up", "dev", "--target", "moon"),
        ("sandbox", "strat"),
    ],
    ids=" ".join,
)
def test_wrong_words_are_usage_and_nothing_is_lost(modelyard: Callable[..., Any], words: tuple[str, ...]) -> None:
    said = modelyard(*words)
    assert said.status == ExitStatus.USAGE
    assert said.out == ""
    assert "--help" in said.err, "the way on is named"


def test_a_project_that_is_none_says_where_it_looked(modelyard: Callable[..., Any], tmp_path: Path) -> None:
    said = modelyard("check", "dev", "--project", str(tmp_path))
    assert said.status != ExitStatus.DONE
    assert str(tmp_path) in said.err
    assert "Pulumi.yaml" in said.err


def test_a_state_that_cannot_be_written_is_told(
    modelyard: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A read-only home or a full disk is nobody's mistake in the code, so it gets no traceback."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("MODELYARD_STATE", str(tmp_path / "file"))
    said = modelyard("sandbox", "start")
    assert said.status == ExitStatus.USAGE
    assert "cli.folder-unusable" in said.err
    assert str(tmp_path / "file") in said.err
    assert "MODELYARD_STATE" in said.err
