"""One mistake in the syntax of a file."""

import re
from dataclasses import dataclass

LONGEST = 100
"""Characters of a line that a message shows."""

CONFLICT = re.compile(r"^<{7}(?: |$)", re.MULTILINE)
CONFLICT_REMEDY = "keep one of the two versions, and delete the lines with <<<<<<<, ======= and >>>>>>>"
SECRET = re.compile(
    r"(?:secure|secret|password|passphrase|token(?!s)|api_?key|key[12])\w*[\"']?[ \t]*[:=]([^\n]*)", re.IGNORECASE
)
"""What a key for a secret is called, and its value in the same line."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Line and column count from 1. `kind` is set where a finding has a code of its own: tab, documents or alias."""

    line: int
    column: int
    message: str
    remedy: str
    found: str = ""
    kind: str = "syntax"

    def __str__(self) -> str:
        shown = f", in `{self.found}`" if self.found else ""
        return f"line {self.line}, column {self.column}: {self.message}{shown}; {self.remedy}"


def masked(text: str) -> str:
    """The text, as long as it was, with x for each letter and digit of a secret: a message may show any line of it."""
    return SECRET.sub(lambda each: each[0][: each.start(1) - each.start()] + re.sub(r"\w", "x", each[1]), text)


def shown(line: str, column: int = 1) -> str:
    """The line as a message shows it: without indentation, and cut around the column where it is long."""
    text = line.strip()
    if len(text) <= LONGEST:
        return text
    start = max(0, min(column - 1 - (len(line) - len(line.lstrip())) - LONGEST // 2, len(text) - LONGEST))
    return f"{'…' * (start > 0)}{text[start : start + LONGEST]}{'…' * (start + LONGEST < len(text))}"
