"""Progress of long work, on standard error, so that standard output stays the result.

On a terminal a passing state is one line that is written over; elsewhere only what has happened is written.
"""

import os
import sys
from dataclasses import dataclass, field
from typing import TextIO

from modelyard.display import shown


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
