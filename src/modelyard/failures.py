"""What stops a command, and the table of exit statuses. Each room keeps its own failures in a `failures.py`.

A finding (`modelyard.findings`) is different: it is something to mend in what somebody wrote, there may be many at
once, and a command reports all of them.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import ClassVar


class ExitStatus(IntEnum):
    """What a command's exit status says; an interface for pipelines.

    `title` is a few words for a list, `meaning` says what belongs to it. The help, docs/errors.md and the README show
    this table.
    """

    title: str
    meaning: str

    def __new__(cls, value: int, title: str, meaning: str) -> "ExitStatus":
        """A status is its number; the words belong to it."""
        member = int.__new__(cls, value)
        member._value_ = value
        member.title = title
        member.meaning = meaning
        return member

    DONE = 0, "done", "Everything was done, and nothing failed. Warnings and notes don't change this."
    FINDINGS = (
        1,
        "findings",
        (
            "Modelyard knows that something is wrong, and stopped before the write: a finding of severity error, a "
            "policy that would deny the change, a live check that failed, an account that would be replaced without "
            "leave, a change beyond the saved plan. A failed smoke check is 1 too."
        ),
    )
    USAGE = (
        2,
        "usage",
        (
            "The command can't be run as it was given: an unknown option, a file that is missing or isn't what it "
            "should be, no `--yes` where nobody can be asked."
        ),
    )
    REFUSED = 3, "refused by Azure", "Azure refused a request, a sign-in among them, or gave no usable answer."
    ENGINE = 4, "engine", "The Pulumi engine, the program or a plugin failed."
    SANDBOX = 5, "sandbox", "The sandbox itself failed, or doesn't run."
    INCONCLUSIVE = 6, "not verified", "Nothing failed, and something that was asked about could not be verified."
    INTERRUPTED = 130, "interrupted", "Somebody interrupted the command."

    @classmethod
    def worst(cls, statuses: "Iterable[ExitStatus]") -> "ExitStatus":
        """The one status of several: the first of these by `PRECEDENCE`; DONE where there is none."""
        return min(statuses, key=PRECEDENCE.index, default=cls.DONE)


PRECEDENCE = (
    ExitStatus.INTERRUPTED,
    ExitStatus.USAGE,
    ExitStatus.SANDBOX,
    ExitStatus.ENGINE,
    ExitStatus.REFUSED,
    ExitStatus.FINDINGS,
    ExitStatus.INCONCLUSIVE,
    ExitStatus.DONE,
)
"""Where several things went wrong: first what kept the command from being run as asked, then what Azure refused, then
what is to be mended, then doubt."""


class Failure(Exception):
    """One thing that stops a command, told so that the reader can act on it.

    A subclass sets `code` (stable, `room.what-happened`) and `status`, and builds the four parts from the facts of
    the case: what happened, where, what is allowed, what to do next. A part that says nothing is left empty.

    Where one thing of many failed, `subject` is its name and `reason` a word for why, for a closing line. Failures with
    the same `alike` differ in their subject only, and are told together.
    """

    code: ClassVar[str] = "modelyard.failure"
    status: ClassVar[ExitStatus] = ExitStatus.FINDINGS

    subject: str = ""
    reason: str = ""
    alike: str = ""

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
