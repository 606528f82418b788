"""What is to be mended in something that somebody wrote: a stack file, a layer, later a policy or a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path


class Severity(StrEnum):
    """How much a finding weighs. Only an error changes the exit status."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def weight(self) -> int:
        """To compare by: an error weighs most."""
        return 2 if self is Severity.ERROR else 1 if self is Severity.WARNING else 0


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding, by its stable code: how much it weighs, and why it matters.

    An error must be mended before anything is declared. A warning is likely wrong, or will be soon. A note says what
    the reader should know; what the catalog doesn't know is never more than that. `explanation` is what the docs print.
    """

    code: str
    severity: Severity
    title: str
    explanation: str


@cache
def codes() -> Mapping[str, Code]:
    """Every code, in their order; the table is findings.json, read when the first finding asks for one."""
    import json

    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {row["code"]: Code(**{**row, "severity": Severity(row["severity"])}) for row in json.loads(text)}


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text file; line and column count from 1, as editors do."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: where it stands, what was found there, what is allowed, what to do.

    `code` is stable and can be looked up in the docs; `path` is the configuration path as a user would write it
    (`deployments.chat.sku`). `found` is shown as written and must never hold a secret. `unverified` says that
    something that the command was to find out could not be found out: with nothing worse, the exit status is 6.
    """

    code: str
    severity: Severity
    message: str
    position: Position | None = None
    path: str = ""
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    unverified: bool = False

    @classmethod
    def of(
        cls,
        code: str,
        message: str,
        *,
        severity: Severity | None = None,
        position: Position | None = None,
        path: str = "",
        found: str = "",
        allowed: str = "",
        remedy: str = "",
        unverified: bool = False,
    ) -> "Finding":
        """A finding of a code of the table, which has its severity where none is given."""
        weight = severity or codes()[code].severity
        return cls(code, weight, message, position, path, found, allowed, remedy, unverified)
