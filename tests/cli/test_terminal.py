"""A person at a terminal sees what matters at once; a program that reads a pipe sees text and nothing else."""

import io
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from modelyard.cli import terminal
from modelyard.report.result import TextTable

ROOT = Path(__file__).parent.parent.parent
TABLE = TextTable(
    ("deployment", "version", "tokens/min"),
    (("chat", "2026-01-01", "100,000"), ("embed\x1b[2J", "1", "unknown")),
    names=frozenset({1}),
)
TEXT = "\n".join(
    [
        "target: sandbox",
        "stacks/Pulumi.dev.yaml:31:7: error: a thing is wrong [config.wrong-type]",
        "  do:      correct it",
        "",
        *(line.replace("\x1b", "\\x1b") for line in TABLE.lines),
        "  + Deployment  chat  created  [link=https://example.com]no link[/link]",
        "1 error, 2 warnings",
        "",
    ]
)
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")


class Screen(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def xterm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("NO_COLOR", raising=False)


def written(stream: io.StringIO) -> str:
    terminal.write(TEXT, stream, (TABLE,))
    return stream.getvalue()


def test_a_pipe_gets_the_text(xterm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert written(io.StringIO()) == TEXT


def test_a_terminal_gets_the_same_words_in_colour(xterm: None) -> None:
    said = written(Screen())
    assert "\x1b[31merror\x1b[0m" in said
    lines = [line.split() for line in SEQUENCE.sub("", said).splitlines()]
    assert lines == [line.split() for line in TEXT.splitlines()], "nothing is lost, and no markup is taken for one"
    assert "\x1b[2J" not in said, "a cell of the table steers no terminal"


def test_a_table_fits_a_narrow_terminal(xterm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "30")
    lines = SEQUENCE.sub("", written(Screen())).splitlines()
    table = lines[next(at for at, line in enumerate(lines) if line.startswith("deployment")) : -2]
    assert max(map(len, table)) <= 30
    assert any(line.startswith("chat") for line in table), "a name is whole"


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_whoever_wants_no_colour_gets_none(xterm: None, monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert "\x1b" not in written(Screen())


def test_progress_is_shown_at_a_terminal_only(xterm: None, monkeypatch: pytest.MonkeyPatch) -> None:
    progress, screen, pipe = terminal.Progress(), Screen(), io.StringIO()
    monkeypatch.setattr(sys, "stderr", pipe)
    progress.passing("working")
    progress.line("done: chat")
    progress.clear()
    assert pipe.getvalue() == "done: chat\n"
    monkeypatch.setattr(sys, "stderr", screen)
    progress.passing("working [bold]on it[/bold]")
    progress.line("done: embed")
    progress.clear()
    assert "working [bold]on it[/bold]" in SEQUENCE.sub("", screen.getvalue())
    assert "done: embed" in screen.getvalue()
    assert screen.getvalue().rindex("\x1b[?25h") > screen.getvalue().rindex("\x1b[?25l"), "the cursor is back"


def test_a_pipe_costs_no_import_of_rich(modelyard: Callable[..., Any]) -> None:
    """It takes a tenth of a second, which `check` in an editor or a hook would pay for nothing."""
    program = "import sys; from modelyard.cli import main; main(['check', 'dev']); assert 'rich' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
