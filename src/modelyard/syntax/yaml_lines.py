"""Lines of a YAML file, what a person sees where a parser sees tokens, and mistakes that show in their indentation."""

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


def not_a_map(fault: YamlStop) -> Mistake | None:
    """A line with a key continues the text of an earlier line: that one has a value already, or lacks its colon."""
    if fault.problem == "mapping values are not allowed in this context":
        earlier = next(fault.above(fault.line), None)
        return None if earlier is None else values_expected(fault, earlier)
    if fault.problem == "could not find expected ':'":
        return _without_colon(YamlLine(fault.began + 1, fault.at(fault.began)), fault.here)
    return None


def values_expected(fault: YamlStop, earlier: YamlLine) -> Mistake | None:
    here = fault.here
    if not earlier.key:
        return _without_colon(earlier, here)
    if not earlier.value or (here.content <= earlier.content and not earlier.is_item):
        return None
    return _too_deep(here, earlier)


def _too_deep(here: YamlLine, earlier: YamlLine) -> Mistake:
    remedy = f"indent it by {_spaces(earlier.content)}, as `{earlier.key}` in line {earlier.number}"
    if here.is_item or here.key:
        remedy += f"; or remove the value of `{earlier.key}`, if this belongs below it"
    message = f"the line is indented too far: `{earlier.key}` in line {earlier.number} has a value already"
    return at(here, message, remedy, here.indent)


def _without_colon(line: YamlLine, following: YamlLine) -> Mistake | None:
    body = line.body
    if (instead := missing_space(body)) and not body.startswith("-"):
        column = line.content + body.index(":") + 1
        return at(line, "a space is missing after the colon", f"write `{shown(instead)}`", column)
    key, equals, value = body.partition("=")
    if equals and key.strip() and " " not in key.strip():
        return at(line, "= instead of a colon", f"write `{key.strip()}: {shown(value)}`")
    if instead:
        return at(line, "a space is missing after the -", f"write `{shown(instead)}`")
    if not re.fullmatch(r"[\w.:/@-]+", body):
        return at(line, "this line is neither `key: value` nor part of a text", "write `key: value`, or quote the text")
    remedy = f"write `{body}:`" if following.indent > line.content else f"write `{body}: VALUE`"
    return at(line, f"`{body}` has no colon", remedy)


def indentation(fault: YamlStop) -> Mistake | None:
    if not fault.starts_line or fault.problem not in (
        "did not find expected key",
        "did not find expected '-' indicator",
        "did not find expected <document start>",
    ):
        return None
    here, levels = fault.here, fault.levels(fault.line)
    nearest = next(fault.above(fault.line), None)
    if nearest is None:
        return None
    if nearest.text.strip().startswith("-") and not nearest.is_item and nearest.text.strip() != "---":
        return _without_colon(nearest, here)
    if here.indent > nearest.content and nearest.key and nearest.value:
        return _too_deep(here, nearest)
    column = here.indent
    if column in levels:
        return _mixed(here, levels[column])
    deeper = min((level for level in levels if level > column), default=None)
    shallower = max((level for level in levels if level < column), default=None)
    choices = [(level, levels[level]) for level in (shallower, deeper) if level is not None]
    allowed = " or ".join(f"{_spaces(level)} (as line {line.number})" for level, line in choices)
    return at(
        here,
        f"the line is indented by {_spaces(column)}, which fits no line above",
        f"indent it by {allowed}" if allowed else "indent it as the lines above",
        column,
    )


def _spaces(count: int) -> str:
    return f"{count} space{'s' * (count != 1)}"


def _mixed(here: YamlLine, other: YamlLine) -> Mistake | None:
    """A key among list items, or an item among keys, at the same column."""
    if here.is_item and (not other.is_item or here.indent == other.content):
        remedy = "indent the item below the key that it belongs to, or write it as `key: value`"
        return at(here, f"a list item stands among the keys of a map (line {other.number})", remedy, here.indent)
    if not here.is_item and other.is_item and other.indent == here.indent:
        inner = other.content
        remedy = (
            f"indent it by {_spaces(inner)} if it belongs to the item in line {other.number}, or begin it with `- `"
        )
        return at(here, f"a key stands among the items of a list (line {other.number})", remedy, here.indent)
    return None
