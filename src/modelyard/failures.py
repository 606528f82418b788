"""What stops a command. Each room keeps its own failures in a `failures.py`; this is the ground they stand on.

    Failure
    ├── config.failures    the stack file can't be read at all        exit status 1 or 2
    ├── engine.failures    the Pulumi engine                          exit status 4
    ├── provider.failures  Azure said no                              exit status 3
    ├── sandbox.failures   the local Azure                            exit status 5
    └── target             nobody is signed in                        exit status 3

A finding (`modelyard.findings`) is different: it is something to mend in what somebody wrote, there may be many at
once, and a command reports all of them.
"""

from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """What a command's exit status says; an interface for pipelines."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    REFUSED = 3
    ENGINE = 4
    SANDBOX = 5
    INCONCLUSIVE = 6
    INTERRUPTED = 130


class Failure(Exception):
    """One thing that stops a command, told so that the reader can act on it.

    A subclass sets `code` (stable, `room.what-happened`) and `status`, and builds the four parts from the facts of
    the case: what happened, where, what is allowed, what to do next. A part that says nothing is left empty.
    """

    code: ClassVar[str] = "modelyard.failure"
    status: ClassVar[ExitStatus] = ExitStatus.FINDINGS

    def __init__(self, what: str, *, where: str = "", allowed: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.allowed = allowed
        self.remedy = remedy

    def __str__(self) -> str:
        parts = [f"{self.what} [{self.code}]"]
        for label, text in (("where", self.where), ("allowed", self.allowed), ("do", self.remedy)):
            if text:
                parts.append(f"  {label + ':':<9}{text}")
        return "\n".join(parts)
