"""Regular expressions of blocklists, read into a tree that `automaton` can match in linear time.

Python's `re` backtracks, so that one careless entry could hold up every call for minutes; and it can't be stopped. Here
the usual language is read: literals, classes, groups, alternatives, repetition, anchors, word boundaries, and (?i),
(?s), (?m) at the beginning. What needs backtracking (back references, looking around, atomic groups) is refused with
`NotRegular`. Which dialect Azure has is not published; that expressions mind case is (Microsoft docs, use-blocklists).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Test = Callable[[str], bool]
Kind = Literal["start", "line-start", "end", "line-end", "last", "boundary", "inside"]

MOST_REPEATS = 1000
MOST_DEPTH = 40


class NotRegular(ValueError):
    """The expression can't be matched in linear time, or is none; the text says why."""


@dataclass(frozen=True, slots=True)
class One:
    """One character that passes the test."""

    test: Test


@dataclass(frozen=True, slots=True)
class Place:
    """A place between characters."""

    kind: Kind


@dataclass(frozen=True, slots=True)
class Sequence:
    """All of these, in turn."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Choice:
    """Any of these."""

    parts: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class Repeat:
    """The same so many times; `most` None is without end."""

    part: "Node"
    least: int
    most: int | None


Node = One | Place | Sequence | Choice | Repeat


def _word(character: str) -> bool:
    return character.isalnum() or character == "_"


CLASSES: dict[str, Test] = {
    "d": str.isdecimal,
    "D": lambda character: not character.isdecimal(),
    "s": str.isspace,
    "S": lambda character: not character.isspace(),
    "w": _word,
    "W": lambda character: not _word(character),
}
CONTROLS = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a", "0": "\0"}
CODES = {"x": 2, "u": 4, "U": 8}
PLACES: dict[str, Kind] = {"A": "start", "Z": "end", "b": "boundary", "B": "inside"}
FLAGS = frozenset("ims")


def parse(pattern: str) -> Node:
    """The tree of an expression; NotRegular where there is none."""
    reader = _Reader(pattern)
    tree = reader.choice()
    if not reader.done():
        raise NotRegular("a closing parenthesis without an opening one")
    return tree


class _Reader:
    def __init__(self, pattern: str) -> None:
        self._pattern = pattern
        self._at = 0
        self._depth = 0
        self._flags: frozenset[str] = frozenset()
        if pattern.startswith("(?") and (end := pattern.find(")")) > 2 and set(pattern[2:end]) <= FLAGS:
            self._flags = frozenset(pattern[2:end])
            self._at = end + 1

    def done(self) -> bool:
        return self._at >= len(self._pattern)

    def choice(self) -> Node:
        branches = [self._sequence()]
        while self._take("|"):
            branches.append(self._sequence())
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _sequence(self) -> Node:
        parts: list[Node] = []
        while not self.done() and self._peek() not in "|)":
            parts.append(self._repeated(self._atom()))
        return Sequence(tuple(parts))

    def _repeated(self, part: Node) -> Node:
        bounds = self._bounds()
        if bounds is None:
            return part
        if isinstance(part, Place):
            raise NotRegular("a repeated anchor")
        self._take("?")  # a lazy one finds the same texts
        if not self.done() and self._peek() in "*+?":
            raise NotRegular("a quantifier after a quantifier")
        return Repeat(part, *bounds)

    def _bounds(self) -> tuple[int, int | None] | None:
        for mark, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(mark):
                return bounds
        end = self._pattern.find("}", self._at)
        if self.done() or self._peek() != "{" or end < 0:
            return None
        least, comma, most = self._pattern[self._at + 1 : end].partition(",")
        if not all(not figure or (figure.isascii() and figure.isdecimal()) for figure in (least, most)):
            return None
        if not comma and not least:
            return None
        self._at = end + 1
        low = int(least or 0)
        high = low if not comma else int(most) if most else None
        if low > MOST_REPEATS or (high is not None and not low <= high <= MOST_REPEATS):
            raise NotRegular(f"repetition is possible up to {MOST_REPEATS} times, from less to more")
        return low, high

    def _atom(self) -> Node:
        character = self._next()
        if character == "(":
            return self._group()
        if character == "[":
            return self._set()
        if character == "\\":
            return self._escape()
        if character in "*+?":
            raise NotRegular("a quantifier with nothing before it")
        lines = "m" in self._flags
        special: dict[str, Node] = {
            ".": One(lambda found: found != "\n" or "s" in self._flags),
            "^": Place("line-start" if lines else "start"),
            "$": Place("line-end" if lines else "last"),
        }
        return special.get(character) or self._one(lambda found: found == character)

    def _group(self) -> Node:
        if self._take("?"):
            if self._take("P<"):
                self._at = self._pattern.find(">", self._at) + 1 or len(self._pattern)
            elif not self._take(":"):
                raise NotRegular("only plain, named and non-capturing groups can be matched in linear time")
        self._depth += 1
        if self._depth > MOST_DEPTH:
            raise NotRegular(f"groups in groups, more than {MOST_DEPTH} deep")
        inside = self.choice()
        if not self._take(")"):
            raise NotRegular("a parenthesis that isn't closed")
        self._depth -= 1
        return inside

    def _escape(self) -> Node:
        character = self._next()
        if character in PLACES:
            return Place(PLACES[character])
        if character in CLASSES:
            return One(CLASSES[character])
        literal = self._literal(character)
        return self._one(lambda found: found == literal)

    def _literal(self, character: str) -> str:
        if character in CONTROLS:
            return CONTROLS[character]
        if character in CODES:
            digits = self._pattern[self._at : self._at + CODES[character]]
            self._at += len(digits)
            try:
                return chr(int(digits.ljust(CODES[character], "?"), 16))
            except (ValueError, OverflowError) as error:
                raise NotRegular(f"\\{character} wants {CODES[character]} hexadecimal digits") from error
        if character.isascii() and character.isalnum():
            raise NotRegular(f"\\{character} is no escape that can be matched in linear time")
        return character

    def _set(self) -> Node:
        negated = self._take("^")
        tests: list[Test] = []
        first = True
        while first or not self._take("]"):
            tests.append(self._member())
            first = False
        if negated:
            found_in = self._either_case(lambda found: any(test(found) for test in tests))
            return One(lambda found: not found_in(found))
        return self._one(lambda found: any(test(found) for test in tests))

    def _member(self) -> Test:
        low = self._next()
        if low == "\\":
            escaped = self._next()
            if escaped in CLASSES:
                return CLASSES[escaped]
            low = "\b" if escaped == "b" else self._literal(escaped)
        follows = self._pattern[self._at : self._at + 2]
        if len(follows) == 2 and follows[0] == "-" and follows[1] != "]":
            self._at += 1
            high = self._next()
            if high == "\\":
                high = self._literal(self._next())
            if high < low:
                raise NotRegular(f"the range {low}-{high} is upside down")
            return lambda found: low <= found <= high
        return lambda found: found == low

    def _one(self, test: Test) -> One:
        return One(self._either_case(test))

    def _either_case(self, test: Test) -> Test:
        if "i" not in self._flags:
            return test
        return lambda found: test(found) or test(found.lower()) or test(found.upper())

    def _peek(self) -> str:
        return self._pattern[self._at]

    def _next(self) -> str:
        if self.done():
            raise NotRegular("it ends too early")
        self._at += 1
        return self._pattern[self._at - 1]

    def _take(self, text: str) -> bool:
        if self._pattern.startswith(text, self._at):
            self._at += len(text)
            return True
        return False
