"""One rule for asking. A pipeline has no terminal: it learns what to type before anything is begun, and never waits."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli.options import in_options
from modelyard.cli.terminal import context
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.context import answerable, confirmed


class Terminal(io.StringIO):
    """Somebody who answers."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("target", "yes", "stdin", "asked", "goes_on"),
    [
        ("sandbox", False, io.StringIO(), False, True),
        ("sandbox", False, Terminal("n\n"), False, True),
        ("azure", True, io.StringIO(), False, True),
        ("azure", True, Terminal("n\n"), False, True),
        ("azure", False, io.StringIO("y\n"), False, False),
        ("azure", False, Terminal("y\n"), True, True),
        ("azure", False, Terminal("YES\n"), True, True),
        ("azure", False, Terminal("n\n"), True, False),
        ("azure", False, Terminal(""), True, False),
    ],
)
def test_only_a_terminal_is_asked_and_only_against_azure(
    target: Any,
    yes: bool,
    stdin: io.StringIO,
    asked: bool,
    goes_on: bool,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(sys, "stdin", stdin)
    if goes_on:
        confirmed("Do this?", target, context(yes=yes))
    else:
        with pytest.raises(Failure, check=lambda failure: failure.code == "cli.not-confirmed") as refused:
            confirmed("Do this?", target, context(yes=yes))
        assert refused.value.status is ExitStatus.USAGE
        in_options(refused.value, ("up", "prod"))
        assert "--yes" in refused.value.remedy
    assert ("[y/N]" in capsys.readouterr().err) is asked


def test_the_whole_command_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with pytest.raises(Failure, check=lambda failure: failure.code == "cli.not-confirmed") as refused:
        answerable("azure", context())
    in_options(refused.value, ("up", "prod", "--target", "azure", "--project", "my models"))
    assert refused.value.remedy.endswith("modelyard up prod --target azure --project 'my models' --yes")


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_help_tells_the_rule(modelyard: Any, command: str) -> None:
    told = " ".join(modelyard(command, "--help").out.split())
    assert "In the sandbox nobody is asked; against Azure, without a terminal, it is needed." in told


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_without_a_terminal_nothing_is_begun(
    modelyard: Any, example: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No login is looked for and no engine started: the exit status doesn't hang on what there is to change."""
    file = example / "stacks/Pulumi.dev.yaml"
    file.write_text(file.read_text().replace("modelyard:target: sandbox", "modelyard:target: azure"))
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    said = modelyard(command, "dev")
    assert said.status == ExitStatus.USAGE
    assert f"modelyard {command} dev --yes" in said.err
