"""The frame of every command: what a pipeline relies on (exit statuses, JSON) and what teaches a newcomer."""

import ast
import importlib
import inspect
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli.app import app
from modelyard.cli.commands import COMMANDS, GROUPS, MODULES, PANELS, module_of
from modelyard.failures import ExitStatus

EMPTY = inspect.Parameter.empty
EVERY = [*((name,) for name in COMMANDS), *((group, name) for group, row in GROUPS.items() for name in row.commands)]


def function(words: tuple[str, ...]) -> Callable[..., Any]:
    module = importlib.import_module(f"modelyard.cli.{module_of(' '.join(words))}")
    found: Callable[..., Any] = getattr(module, words[-1])
    return found


def parameters(words: tuple[str, ...]) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(function(words)).parameters


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_help_teaches(modelyard: Callable[..., Any], words: tuple[str, ...]) -> None:
    said = modelyard(*words, "--help")
    assert said.status == ExitStatus.DONE
    first, *rest = (inspect.getdoc(function(words)) or "").splitlines()
    assert " ".join(said.out.split()).startswith(f"Usage: modelyard {' '.join(words)}")
    assert first in " ".join(said.out.split()), "help begins with what the command is for"
    examples = [line.strip() for line in rest if line.startswith("    modelyard ")]
    assert [each for each in examples if each not in said.out] == [], "examples are whole on a screen of 80 columns"
    assert ("--json" in said.out) is (words != ("sandbox", "run")), "every result is there for machines"
    assert "Exit statuses" in said.out


def test_help_lists_every_command(modelyard: Callable[..., Any]) -> None:
    said = modelyard()
    listed = [line.strip() for line in said.out.splitlines() if line.startswith("   ") and line[3:4].isalpha()]
    names = [line if line in PANELS else line.split()[0] for line in listed]
    shown = [name for panel, commands in PANELS.items() for name in (panel, *commands)]
    assert names == [*shown, "Other"], "panels in the order in which a newcomer needs them"
    assert max(map(len, said.out.splitlines())) <= 80, "no line is broken twice"
    assert "sandbox env" in said.out, "a newcomer learns how to point a shell at the sandbox"


def test_every_command_is_in_the_table() -> None:
    """A command that is in no panel could be imported and not called."""
    folder = Path(importlib.import_module("modelyard.cli").__file__ or "").parent
    found = {
        (*((file.stem,) if file.stem in GROUPS else ()), node.name)
        for file in folder.glob("*.py")
        for node in ast.parse(file.read_text()).body
        if (isinstance(node, ast.FunctionDef) and {each.arg for each in node.args.kwonlyargs} & {"common", "project"})
        or (isinstance(node, ast.FunctionDef) and node.name == "run")
    }
    assert found == set(EVERY)
    assert {name for names in PANELS.values() for name in names} == {*COMMANDS, *GROUPS}
    assert sorted(name for names in MODULES.values() for name in names) == sorted(COMMANDS)


NEEDS_A_STACK = [
    words for words in EVERY if "stack" in parameters(words) and parameters(words)["stack"].default is EMPTY
]


@pytest.mark.parametrize("words", NEEDS_A_STACK, ids=" ".join)
def test_a_missing_stack_lists_the_stacks_there_are(modelyard: Callable[..., Any], words: tuple[str, ...]) -> None:
    said = modelyard(*words)
    assert said.status == ExitStatus.USAGE
    assert re.search(r"allowed: dev.*keys", said.err)
    assert f"do:      modelyard {' '.join(words)} dev; or" in said.err


def test_an_audit_of_nothing_lists_the_stacks_there_are(modelyard: Callable[..., Any]) -> None:
    said = modelyard("audit")
    assert said.status == ExitStatus.USAGE
    assert "dev, keys" in said.err


@pytest.mark.parametrize("words", [("check",), ("preview",), ("up",), ("audit",), ("policy", "list")], ids=" ".join)
@pytest.mark.parametrize(
    ("named", "remedy"), [("dve", "did you mean dev?"), ("stacks/Pulumi.dev.yaml", "name the stack, not its file: dev")]
)
def test_an_unknown_stack_lists_the_stacks_there_are(
    modelyard: Callable[..., Any], words: tuple[str, ...], named: str, remedy: str
) -> None:
    said = modelyard(*words, named)
    assert said.status == ExitStatus.USAGE
    assert "dev, keys" in said.err
    assert remedy in said.err


REPORTS_NOTHING = [
    ("detach",),
    *(
        ("init",),
        ("upgrade",),
        ("client",),
        ("token",),
        ("engine",),
        ("policy", "explain"),
        ("policy", "coverage"),
        ("models", "show"),
        ("models", "search"),
    ),
    *(each for each in EVERY if each[0] == "pipeline"),
    *(each for each in EVERY if each[0] == "sandbox"),
]


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_a_command_offers_the_reports_that_it_can_fill(words: tuple[str, ...]) -> None:
    """An empty report of JUnit in a pipeline looks as if something had been proved."""
    common = parameters(words).get("common")
    offered = {each.name for each in fields(common.default)} & {"junit", "sarif", "verbose"} if common else set()
    without_place = [("destroy",), ("doctor",), ("policy", "test")]
    if words in REPORTS_NOTHING:
        assert offered == set()
    elif words in without_place:
        assert "junit" in offered
        assert "sarif" not in offered
    else:
        assert offered == {"junit", "sarif", "verbose"}


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("sandbox", "faults", "clear", "--deployment", "chat"), "--deployment"),
        (("sandbox", "faults", "--times", "2", "--reset"), "--reset and --times"),
        (("sandbox", "clock", "show", "5m"), "5m"),
        (("sandbox", "logs", "--follow", "--json"), "--json"),
        (("policy", "pull", "/subscriptions/x", "--from-epac", "."), "/subscriptions/x"),
    ],
    ids=" ".join,
)
def test_an_option_that_would_be_ignored_is_refused(
    modelyard: Callable[..., Any], words: tuple[str, ...], named: str
) -> None:
    said = modelyard(*words)
    assert said.status == ExitStatus.USAGE
    assert f"{named} has no effect" in said.out + said.err
    assert "cli.option-without-effect" in said.out + said.err


@pytest.mark.parametrize("words", EVERY, ids=" ".join)
def test_every_example_in_help_is_a_command_that_parses(words: tuple[str, ...]) -> None:
    """An example that was right for an earlier version teaches mistakes."""
    text = (inspect.getdoc(function(words)) or "").partition("\nParameters\n")[0]
    for line in (each for each in text.splitlines() if each.startswith("    ") and "modelyard " in each):
        given = re.search(r"modelyard ((?:(?!  |[|)]).)*)", line)
        assert given is not None
        example = shlex.split(given[1].replace("<resource group's id>", "/subscriptions/x/resourceGroups/y"))
        app(example).parse_args(example, print_error=False, exit_on_error=False)


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
