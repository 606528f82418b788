"""From an error of Python's json module to the mistake that a person made.

`CASES` are asked in order, as those of YAML; an error that none explains keeps Python's words after ours.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from modelyard.syntax.mistake import CONFLICT, CONFLICT_REMEDY, Mistake, masked, shown

TOKEN = re.compile(r'"(?:\\.|[^"\\])*"|[\[\]{}]')
WORD = re.compile(r"[A-Za-z_$][\w$.-]*")
LITERALS = {"True": "true", "False": "false", "None": "null", "undefined": "null", "nil": "null"}


@dataclass(frozen=True, slots=True)
class JsonStop:
    """Where the parser stopped, in the text; `rest` is what begins there, without space before it."""

    text: str
    position: int
    problem: str

    @property
    def rest(self) -> str:
        return self.text[self.position :].lstrip()

    @property
    def here(self) -> int:
        """The position of what stopped the parser, behind space."""
        return len(self.text) - len(self.rest)

    @property
    def end_before(self) -> int:
        """The position behind the last character before it that isn't space."""
        return len(self.text[: self.here].rstrip())

    def opened(self) -> int | None:
        """The position of the innermost bracket that is open here."""
        stack: list[int] = []
        for token in TOKEN.finditer(self.text, 0, self.here):
            if token[0] in "[{":
                stack.append(token.start())
            elif token[0] in "]}" and stack:
                stack.pop()
        return stack[-1] if stack else None


Case = Callable[[JsonStop], Mistake | None]


def problem(error: Exception) -> str:
    """What is wrong, in one line, with a text that should be JSON; other errors keep their own words."""
    if isinstance(error, UnicodeDecodeError):
        return f"it isn't UTF-8 (byte {error.start})"
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    return f"it isn't JSON: {explain(error)}"


def explain(error: json.JSONDecodeError) -> Mistake:
    """The mistake behind an error of the json module's, which holds the text itself."""
    fault = JsonStop(masked(error.doc), error.pos, error.msg)
    for case in CASES:
        if found := case(fault):
            return found
    return _at(
        fault, fault.position, f"this can't be read as JSON: {error.msg}", "correct the JSON here or just before"
    )


def _at(fault: JsonStop, position: int, message: str, remedy: str) -> Mistake:
    start = fault.text.rfind("\n", 0, position) + 1
    end = fault.text.find("\n", position)
    line = fault.text[start : len(fault.text) if end < 0 else end].rstrip("\r")
    column = position - start + 1
    return Mistake(fault.text.count("\n", 0, position) + 1, column, message, remedy, shown(line, column))


def _empty(fault: JsonStop) -> Mistake | None:
    return None if fault.text.strip("\ufeff \t\r\n") else _at(fault, 0, "the file is empty", "write a JSON value")


def _conflict(fault: JsonStop) -> Mistake | None:
    found = CONFLICT.search(fault.text)
    if found is None:
        return None
    return _at(fault, found.start(), "a merge conflict of git is not resolved", CONFLICT_REMEDY)


def _other_format(fault: JsonStop) -> Mistake | None:
    if fault.text[: fault.here].strip() or fault.rest[:1] in ("'", "/", "#") or fault.problem != "Expecting value":
        return None
    return _at(fault, fault.here, "the file doesn't begin as JSON", "begin with { for an object or [ for a list")


def _number(fault: JsonStop) -> Mistake | None:
    if re.match(r"[+.]\d", fault.rest):
        return _at(fault, fault.here, f"a number can't begin with {fault.rest[0]}", "write it as 1 or 0.1")
    if fault.here == fault.end_before and re.match(r"0\d", fault.text[fault.here - 1 :]):
        return _at(fault, fault.here - 1, "a number can't begin with 0", "take the 0 out, or put a text in quotes")
    return None


def _unclosed(fault: JsonStop) -> Mistake | None:
    if fault.rest or fault.problem.startswith(("Unterminated", "Invalid")):
        return None
    opened = fault.opened()
    if opened is None:
        return None
    sign = fault.text[opened]
    closing = "]" if sign == "[" else "}"
    return _at(fault, opened, f"the {sign} that opens here is not closed", f"close it with {closing}")


def _comment(fault: JsonStop) -> Mistake | None:
    if not fault.rest.startswith(("//", "/*", "#")):
        return None
    return _at(fault, fault.here, "a comment, which JSON doesn't have", "take the comment out")


def _single_quote(fault: JsonStop) -> Mistake | None:
    if not fault.rest.startswith(("'", "\u201c", "\u201d", "\u2018", "\u2019")):  # straight and typographic quotes
        return None
    return _at(fault, fault.here, f"a text in {fault.rest[0]}", 'put texts and keys in double quotes: "…"')


def _last_comma(fault: JsonStop) -> Mistake | None:
    trailing = fault.problem.startswith("Illegal trailing comma")
    before = fault.position if trailing else fault.end_before - 1
    if not trailing and (fault.rest[:1] not in ("}", "]") or fault.text[before : before + 1] != ","):
        return None
    return _at(fault, before, "a comma after the last entry", "take the comma out")


def _wrong_closing(fault: JsonStop) -> Mistake | None:
    opened = fault.opened()
    if opened is None or fault.rest[:1] not in ("}", "]"):
        return None
    sign, closing = fault.text[opened], "]" if fault.text[opened] == "[" else "}"
    if fault.rest[0] == closing:
        return None
    line = fault.text.count("\n", 0, opened) + 1
    return _at(fault, fault.here, f"the {sign} in line {line} is closed by {fault.rest[0]}", f"write {closing} instead")


def _no_comma(fault: JsonStop) -> Mistake | None:
    if fault.problem != "Expecting ',' delimiter":
        return None
    return _at(fault, fault.end_before - 1, "a comma is missing after this value", "put a comma between two entries")


def _no_colon(fault: JsonStop) -> Mistake | None:
    if fault.problem != "Expecting ':' delimiter":
        return None
    return _at(fault, fault.here, "a colon is missing between a key and its value", 'write "key": value')


def _bare_word(fault: JsonStop) -> Mistake | None:
    word = WORD.match(fault.rest)
    if word is None or not fault.problem.startswith("Expecting"):
        return None
    if fault.problem == "Expecting value" and word[0] in LITERALS:
        return _at(fault, fault.here, f"{word[0]} is no value of JSON", f"write {LITERALS[word[0]]}")
    what = "a key" if fault.problem.startswith("Expecting property name") else "a text"
    return _at(fault, fault.here, f"{what} without quotes", f'write "{shown(word[0])}"')


def _no_value(fault: JsonStop) -> Mistake | None:
    if fault.problem != "Expecting value" or fault.rest[:1] not in (",", "}", "]"):
        return None
    return _at(fault, fault.here, "a value is missing here", 'write a value, null, or "" for an empty text')


def _no_key(fault: JsonStop) -> Mistake | None:
    if not fault.problem.startswith("Expecting property name"):
        return None
    return _at(fault, fault.here, "a key is expected here", 'write "key": value, the key in double quotes')


def _several(fault: JsonStop) -> Mistake | None:
    if fault.problem != "Extra data":
        return None
    remedy = "keep one value, or put several in a list: [ …, … ]"
    return _at(fault, fault.here, "something follows the end of the JSON value", remedy)


def _unclosed_quote(fault: JsonStop) -> Mistake | None:
    if fault.problem.startswith("Unterminated string"):
        return _at(fault, fault.position, 'the " that opens here is not closed', 'close it with " where the text ends')
    if not fault.problem.startswith("Invalid control character"):
        return None
    if fault.text[fault.position] in "\r\n":
        start = max(fault.text.rfind("\n", 0, fault.position) + 1, 0)
        opened = next((each.start() for each in re.finditer('"', fault.text[start : fault.position])), 0) + start
        for token in TOKEN.finditer(fault.text, start, fault.position):
            if token[0].startswith('"'):
                opened = fault.text.find('"', token.end(), fault.position)
        return _at(
            fault,
            opened if opened >= 0 else fault.position,
            'the " that opens here is not closed in its line',
            'close it with ", and write \\n for a line break within a text',
        )
    return _at(fault, fault.position, "a control character in a text", "write \\t for a tab, \\u00xx for others")


def _backslash(fault: JsonStop) -> Mistake | None:
    if not fault.problem.startswith(("Invalid \\escape", "Invalid \\uXXXX")):
        return None
    return _at(fault, fault.position, "a single backslash in a text", "write two: \\\\")


CASES: tuple[Case, ...] = (
    _conflict,
    _empty,
    _other_format,
    _number,
    _unclosed_quote,
    _backslash,
    _unclosed,
    _comment,
    _single_quote,
    _last_comma,
    _wrong_closing,
    _no_comma,
    _no_colon,
    _bare_word,
    _no_value,
    _no_key,
    _several,
)
