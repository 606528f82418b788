"""The context of operations that a command runs: this process's environment, terminal and command line.

Progress of long work is on standard error, so that standard output stays the result. On a terminal a passing state is
one line that is written over; elsewhere only what has happened is written.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import TextIO

from modelyard.display import shown
from modelyard.operations.context import OperationContext


def context(*, yes: bool = False) -> OperationContext:
    """The context; `yes` is what the command line says of consent. Without it a terminal is asked, and nobody else."""
    interactive = sys.stdin.isatty()
    consent = _consent if yes else _asked if interactive else None
    return OperationContext(
        environment=os.environ,
        progress=Progress(),
        confirm=consent,
        interactive=interactive,
    )


def _consent(_question: str) -> bool:
    return True


def _asked(question: str) -> bool:
    """Whether the person at the terminal says yes."""
    sys.stderr.write(f"{shown(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


@dataclass
class Progress:
    """Lines for a person who waits. Quiet says nothing at all."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    quiet: bool = False
    _passing: bool = field(default=False, init=False)

    @property
    def terminal(self) -> bool:
        """Whether somebody watches: a terminal that can write over a line."""
        return self.stream.isatty() and os.environ.get("TERM", "") not in {"", "dumb"}

    def passing(self, line: str) -> None:
        """What is being done now; gone when the next line comes."""
        if self.quiet or not self.terminal:
            return
        columns = os.get_terminal_size(self.stream.fileno()).columns
        self.stream.write(f"\r\x1b[2K{shown(line).replace(chr(10), ' ')[: columns - 1]}")
        self.stream.flush()
        self._passing = True

    def line(self, line: str) -> None:
        """What has happened; stays."""
        if self.quiet:
            return
        self.clear()
        self.stream.write(f"{shown(line)}\n")
        self.stream.flush()

    def clear(self) -> None:
        """Take the passing line away."""
        if self._passing:
            self.stream.write("\r\x1b[2K")
            self._passing = False
