"""What the sandbox answers in Azure's name, and how far each text may be believed to be Azure's.

An `Answer` is one row of a table: a status, a code, a message and the evidence for them. Rows of grade A and B were
read or captured; rows of grade C and R were not, so nobody may hold Azure, or the sandbox, to their words: `quote`
refuses them, and tests compare words only through `quote`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """The evidence, strongest first."""

    A = "A"  # Microsoft's own source, specification or documentation
    B = "B"  # a reply of Azure's, captured by somebody
    C = "C"  # third-party prose, a fixture, a mock
    R = "R"  # recalled or inferred; nobody was found who says so


class UnconfirmedText(ValueError):
    """Somebody wanted to compare the words of a reply that nobody has seen Azure give."""


@dataclass(frozen=True, slots=True)
class KnownReply:
    """One reply: `code` and `message` as the error envelope carries them, `message` with {fields} to be filled in.

    `source` says who read or captured it, in words that let a reader find it.
    """

    name: str
    status: int
    code: str
    message: str
    grade: Grade
    source: str

    def text(self, **facts: object) -> str:
        """The message with the facts of the case; KeyError where one is missing."""
        return self.message.format_map(facts)

    def quote(self, **facts: object) -> str:
        """The same for those who hold a reply to Azure's own words; UnconfirmedText where they aren't known."""
        if self.grade not in (Grade.A, Grade.B):
            raise UnconfirmedText(f"{self.name}: the words are of grade {self.grade} ({self.source}); compare the code")
        return self.text(**facts)


def table(*answers: KnownReply) -> Mapping[str, KnownReply]:
    """Answers by name; ValueError for a name used twice."""
    rows = {answer.name: answer for answer in answers}
    if len(rows) != len(answers):
        raise ValueError("two answers have the same name")
    return rows
