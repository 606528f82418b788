"""Lines of a YAML file and how they are indented: what a person sees, where a parser sees tokens."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import yaml

from modelyard.syntax.mistake import Mistake, masked, shown

KEY = re.compile(r"""("[^"]*"|'[^']*'|[^\s#"'\[\]{},][^#]*?)\s*:(?=\s|$)""")
BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""What ends a line in YAML 1.1, and so what PyYAML counts lines by."""
ITEMS = re.compile(r"(?:-\s+)*")


@dataclass(frozen=True, slots=True)
class YamlLine:
    """A line that isn't blank and isn't a comment. `number` counts from 1, columns from 0."""

    number: int
    text: str

    @property
    def indent(self) -> int:
        return len(self.text) - len(self.text.lstrip())

    @property
    def content(self) -> int:
        """The column behind the dashes of list items."""
        found = ITEMS.match(self.text, self.indent)
        return found.end() if found else self.indent

    @property
    def body(self) -> str:
        """What the line says, without indentation, dashes and a comment."""
        return re.sub(r"\s+#.*", "", self.text[self.content :]).rstrip()

    @property
    def is_item(self) -> bool:
        return self.text.lstrip().startswith("- ") or self.text.strip() == "-"

    @property
    def key(self) -> str:
        """The key that begins the line; empty where none does."""
        found = KEY.match(self.text, self.content)
        return found[1] if found else ""

    @property
    def value(self) -> str:
        """What follows the key; empty where nothing does, or where there is no key."""
        found = KEY.match(self.text, self.content)
        return re.sub(r"(^|\s+)#.*", "", self.text[found.end() :]).strip() if found else ""


@dataclass(frozen=True, slots=True)
class YamlStop:
    """Where PyYAML stopped, and the file around it. `line`, `column` and `began` count from 0, as PyYAML's marks do.

    `began` is the line in which the part begins that could not be read; the same line where PyYAML doesn't say so.
    """

    text: str
    lines: Sequence[str]
    line: int
    column: int
    began: int
    began_column: int
    problem: str
    context: str

    @classmethod
    def of(cls, text: str, error: yaml.MarkedYAMLError) -> "YamlStop":
        mark = error.problem_mark or error.context_mark or yaml.Mark("", 0, 0, 0, "", 0)
        began = error.context_mark or mark
        text = masked(text)
        return cls(
            text, BREAK.split(text), mark.line, mark.column, began.line, began.column,
            error.problem or "", error.context or "",
        )  # fmt: skip

    def at(self, line: int) -> str:
        return self.lines[line].rstrip("\r") if 0 <= line < len(self.lines) else ""

    @property
    def here(self) -> YamlLine:
        return YamlLine(self.line + 1, self.at(self.line))

    @property
    def char(self) -> str:
        return self.here.text[self.column : self.column + 1]

    @property
    def before(self) -> str:
        """The text of the line up to where PyYAML stopped."""
        return self.here.text[: self.column]

    @property
    def starts_line(self) -> bool:
        return not self.before.strip()

    def above(self, line: int) -> Iterator[YamlLine]:
        """Lines above, the nearest first, without blank ones and comments."""
        for number in range(line - 1, -1, -1):
            text = self.at(number)
            if text.strip() and not text.lstrip().startswith("#"):
                yield YamlLine(number + 1, text)

    def levels(self, line: int) -> dict[int, YamlLine]:
        """The columns at which a map or list is open above a line, each with the last line there, outermost last."""
        found: dict[int, YamlLine] = {}
        least = 1 << 30
        for each in self.above(line):
            for column in sorted({each.indent, each.content}, reverse=True):
                if column < least:
                    found[column] = each
            least = min(least, each.indent)
            if least == 0:
                break
        return found


def missing_space(text: str) -> str:
    """What to write instead of a text that lacks the space after a colon or a dash; empty where it lacks none.

    YAML takes `name:value` and `-item` as texts, so that a parser has nothing to complain about.
    """
    key, colon, value = text.partition(":")
    if colon and value and not value.startswith(("/", " ")) and re.fullmatch(r"[A-Za-z][\w.-]*", key):
        return f"{key}: {value}"
    return f"- {text[1:]}" if re.match(r"-[^\s-]", text) else ""


def here(fault: YamlStop, message: str, remedy: str, *, kind: str = "syntax") -> Mistake:
    found = shown(fault.here.text, fault.column + 1)
    return Mistake(fault.line + 1, fault.column + 1, message, remedy, found, kind)


def at(line: YamlLine, message: str, remedy: str, column: int | None = None) -> Mistake:
    column = line.content if column is None else column
    return Mistake(line.number, column + 1, message, remedy, shown(line.text, column + 1))
