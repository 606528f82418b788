"""What stops a command, and the table of exit statuses. The texts of failures are data: failures.json, by code.

A finding (`modelyard.findings`) is different: it is something to mend in what somebody wrote, there may be many at
once, and a command reports all of them.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Self, TypeAlias

Facts: TypeAlias = Mapping[str, Any]
"""What a text says of one case: the values of its placeholders, by name."""


PARTS = ("where", "allowed", "remedy")
ALONE = re.compile(r"\{(\w+)\}")
"""A text that is one fact and nothing else."""


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


@dataclass(frozen=True, slots=True)
class FailureRow:
    """One row of failures.json: a code that is stable, its exit status, and the texts, with facts in braces.

    `meaning` is what the docs say of the code. A text may have cases, which the fact `case` chooses between. `{@name}`
    is the keyword of an operation, `{@name:value}` one with a value: the command line shows its option.
    """

    code: str
    status: ExitStatus
    meaning: str
    what: str | Mapping[str, str]
    where: str | Mapping[str, str] = ""
    allowed: str | Mapping[str, str] = ""
    remedy: str | Mapping[str, str] = ""


@cache
def rows() -> Mapping[str, FailureRow]:
    """Every row, by code; read when the first failure is raised."""
    import json

    text = Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
    return {
        each["code"]: FailureRow(**{**each, "status": ExitStatus[each["status"].upper()]}) for each in json.loads(text)
    }


class Keyword(str):
    """A fact that is the keyword of an operation."""

    __slots__ = ()


class Wording(Formatter):
    """How the texts of a row are written for callers of Python. Lists are joined, by a comma or by what follows `:`."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Facts) -> Any:
        """A fact, or the keyword that `@` marks."""
        return (
            Keyword(key[1:]) if isinstance(key, str) and key.startswith("@") else super().get_value(key, args, kwargs)
        )

    def format_field(self, value: Any, format_spec: str) -> str:
        """A keyword in the words of the caller, a list joined, everything else as it is."""
        if isinstance(value, Keyword):
            return self.keyword(value, format_spec)
        if isinstance(value, Iterable) and not isinstance(value, str):
            return (format_spec or ", ").join(self.format_field(each, "") for each in value)
        return str(super().format_field(value, format_spec))

    def keyword(self, name: str, value: str) -> str:
        """A keyword, as it is written in a call."""
        return f"`{name}={value!r}`" if value else f"`{name}`"


class Failure(Exception):
    """One thing that stops an operation, told so that the reader can act on it.

    What has happened, where, what is allowed, and what to do next; a part that says nothing is empty. Most failures are
    a row of failures.json: `Failure.of(code, fact=…)`. A class of its own is there where code catches it by type, or
    where it holds logic; then it sets `code` and `status`, or its instances are made by `of` as well.

    Where one thing of many failed, `subject` is its name and `reason` a word for why, for a closing line. Failures with
    the same `alike` differ in their subject only, and are told together.
    """

    code: str = "modelyard.failure"
    status: ExitStatus = ExitStatus.FINDINGS
    facts: Facts = MappingProxyType({})

    subject: str = ""
    reason: str = ""
    alike: str = ""

    def __init__(self, what: str, *, where: str = "", allowed: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.allowed = allowed
        self.remedy = remedy

    @classmethod
    def of(cls, code: str, **facts: Any) -> Self:
        """The failure of a row, with the facts of the case. A part that is one fact alone is empty without it."""
        failure = cls.__new__(cls)
        failure.code, failure.status, failure.facts = code, rows()[code].status, facts
        failure.word(Wording())
        return failure

    def word(self, wording: Wording) -> None:
        """Write the texts of a row anew, in other words; a failure without a row keeps its own."""
        if (row := rows().get(self.code)) is not None:
            parts = {part: self._part(getattr(row, part), wording) for part in PARTS}
            Failure.__init__(self, self._part(row.what, wording), **parts)

    def _part(self, text: str | Mapping[str, str], wording: Wording) -> str:
        template = text if isinstance(text, str) else text[self.facts["case"]]
        alone = ALONE.fullmatch(template)
        return "" if alone and alone[1] not in self.facts else wording.vformat(template, (), self.facts)

    def __str__(self) -> str:
        parts = [f"{self.what} [{self.code}]"]
        for label, text in (("where", self.where), ("allowed", self.allowed), ("do", self.remedy)):
            if text:
                parts.append(f"  {label + ':':<9}{text}")
        return "\n".join(parts)
