"""What a terminal has and a pipe lacks: a person who may be asked, progress, colour, and tables that fit its width.

Reports are plain text, and in a pipe they stay so, byte by byte. At a terminal rich colours their words and marks and
sets their tables. NO_COLOR leaves the colours out. Progress is on standard error, so that standard output stays the
result; elsewhere than at a terminal only what has happened is written. rich is imported at a terminal only: the import
takes a tenth of a second.
"""

import atexit
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, TextIO

from modelyard.display import shown
from modelyard.operations.context import OperationContext
from modelyard.report.result import TextTable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress as Display
    from rich.text import Text

COLOURS = {
    r"(?m)^target: .*$": "dim",
    r"(?<!0 )\b(?:error|failed|deleted|not begun)\b(?=[:, ]|$)": "red",
    r"\bwarnings?\b(?=[:, ]|$)": "yellow",
    r"\bnotes?\b(?=[:, ]|$)": "cyan",
    r"(?m)^ *[✗x-] ": "bold red",
    r"(?m)^ *[✓+] ": "green",
    r"(?m)^ *[~±?!=] ": "yellow",
    r"(?m)^ *[–○>] ": "dim",
    r"\[[a-z]+\.[a-z0-9-]+\]": "dim",
    r"(?m)^ {2,}(?:where|allowed|do|at|found|expected|observed|reason|asked|alike|request):": "dim",
    r"\b[1-9]\d* (?:errors?|failed)\b": "red",
    r"\b[1-9]\d* warnings?\b": "yellow",
    r"\b\d+ passed\b": "green",
}
"""Words and marks of reports, and how a terminal shows them; of two for one place the later one counts."""


def watched(stream: TextIO) -> bool:
    """Whether somebody watches: a terminal that takes control sequences."""
    return stream.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}


def write(text: str, stream: TextIO, tables: Sequence[TextTable] = ()) -> None:
    """Write a report's text; at a terminal with colour, and with `tables`, which are lines of the text, set to fit."""
    if not text or not watched(stream):
        stream.write(text)
    else:
        console = _console(stream)
        for block in _blocks(text, tables):
            console.print(block, soft_wrap=not hasattr(block, "columns"), end="")
    stream.flush()


def _console(stream: TextIO) -> "Console":
    from rich.console import Console

    return Console(file=stream, highlight=False, markup=False, emoji=False, force_terminal=True)


def _blocks(text: str, tables: Sequence[TextTable]) -> "Iterator[RenderableType]":
    for table in tables:
        plain = shown("\n".join(table.lines)) + "\n"
        before, found, after = text.partition(plain)
        if found:
            yield _coloured(before)
            yield _set(table)
            text = after
    yield _coloured(text)


def _coloured(text: str) -> "Text":
    from rich.text import Text

    whole = Text(text)
    if not os.environ.get("NO_COLOR"):
        for pattern, style in COLOURS.items():
            whole.highlight_regex(pattern, style)
    return whole


def _set(table: TextTable) -> "RenderableType":
    from rich.table import Table
    from rich.text import Text

    head_style = "" if os.environ.get("NO_COLOR") else "bold"
    made = Table(box=None, padding=(0, 2, 0, 0), header_style=head_style, pad_edge=False)
    for column, (name, right) in enumerate(zip(table.head, table.right, strict=True)):
        made.add_column(Text(name), justify="right" if right else "left", overflow="fold", no_wrap=column == 0)
    for row in table.rows:
        made.add_row(*(Text(shown(cell)) for cell in row))
    return made


class Progress:
    """Lines for a person who waits."""

    def __init__(self) -> None:
        self._display: Display | None = None

    def passing(self, line: str) -> None:
        """What is being done now, with the time it takes; gone when the next line comes."""
        if not watched(sys.stderr):
            return
        words = " ".join(shown(line).split())
        if self._display is None:
            from rich.progress import Progress as Display
            from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
            from rich.table import Column

            text = TextColumn(
                "{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")
            )
            self._display = Display(
                SpinnerColumn(), text, TimeElapsedColumn(), console=_console(sys.stderr), transient=True
            )
            self._display.add_task(words)
            self._display.start()
            atexit.register(self.clear)  # an end that nobody foresaw leaves the cursor visible too
        else:
            self._display.update(self._display.task_ids[0], description=words)

    def line(self, line: str) -> None:
        """What has happened; stays."""
        if self._display is not None:
            self._display.console.print(_coloured(shown(line)), soft_wrap=True)
        else:
            write(f"{shown(line)}\n", sys.stderr)

    def clear(self) -> None:
        """Take the passing line away."""
        if self._display is not None:
            self._display.stop()
            self._display = None


PROGRESS = Progress()
"""The one display of this process: whatever ends a command takes its line away."""


def context(*, yes: bool = False) -> OperationContext:
    """The context of an operation that a command runs: this process's environment and terminal.

    `yes` is what the command line says of consent. Without it a terminal is asked, and nobody else.
    """
    interactive = sys.stdin.isatty()
    consent = _consent if yes else _asked if interactive else None
    return OperationContext(environment=os.environ, progress=PROGRESS, confirm=consent, interactive=interactive)


def _consent(_question: str) -> bool:
    return True


def _asked(question: str) -> bool:
    """Whether the person at the terminal says yes."""
    PROGRESS.clear()
    write(f"{shown(question)} [y/N] ", sys.stderr)
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def answer(question: str) -> str | None:
    """What the person at the terminal writes; None where there is no terminal, or nothing is written."""
    if not sys.stdin.isatty():
        return None
    PROGRESS.clear()
    write(f"{shown(question)}: ", sys.stderr)
    return sys.stdin.readline().strip() or None
