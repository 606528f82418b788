"""The text of a template expression, `[concat(field('name'), '-x')]`, as a tree.

Grammar: literals ('it''s', 1, -2.5, true, false, null), calls, `.member` and `[index]` on what a call returns, and
brackets.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_$][\w$]*)"
    r"|(?P<mark>[()\[\].,-]))",
    re.ASCII,
)
WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None}


DEEPEST = 128
"""Levels of brackets, calls and members of members; Azure takes 64 of calls."""


class ExpressionError(ValueError):
    """An expression that doesn't follow the grammar; the text says where it stops making sense."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    value: Any


@dataclass(frozen=True, slots=True)
class FunctionCall:
    """A function with its arguments."""

    name: str
    arguments: tuple["Expression", ...]


@dataclass(frozen=True, slots=True)
class MemberAccess:
    """`target.name`, or `target[index]` where the name is an expression."""

    target: "Expression"
    name: "Expression"


Expression = Literal | FunctionCall | MemberAccess


def is_expression(text: str) -> bool:
    """Whether a string in a rule is an expression; `[[…` is an escaped bracket, and a lone `[` is just text."""
    return text.startswith("[") and text.endswith("]") and not text.startswith("[[")


def unescaped(text: str) -> str:
    """A string that is no expression, as it is meant: `[[x]` means `[x]`."""
    return text[1:] if text.startswith("[[") else text


def parse(text: str) -> Expression:
    """The tree of an expression given with its brackets. Raises Unreadable."""
    reader = _Reader(text[1:-1])
    tree = reader.expression()
    reader.end()
    return tree


def calls(tree: Expression) -> Iterator[FunctionCall]:
    """Every call in a tree, outermost first."""
    if isinstance(tree, FunctionCall):
        yield tree
        for argument in tree.arguments:
            yield from calls(argument)
    elif isinstance(tree, MemberAccess):
        yield from calls(tree.target)
        yield from calls(tree.name)


def depth(tree: Expression) -> int:
    """How deep calls are nested."""
    if isinstance(tree, FunctionCall):
        return 1 + max((depth(argument) for argument in tree.arguments), default=0)
    if isinstance(tree, MemberAccess):
        return max(depth(tree.target), depth(tree.name))
    return 0


def _number(sign: int, digits: str) -> int | float:
    if not digits.isdigit():
        value = sign * float(digits)
        if math.isinf(value):
            raise ExpressionError("a number is beyond what a double holds")
        return value
    if len(digits) > 4000 or not -(2**63) <= sign * int(digits) < 2**63:
        raise ExpressionError("an integer has more than 64 bits")
    return sign * int(digits)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        at = 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            if found is None:
                raise ExpressionError(f"'{text[at:].strip()}' can't be read in the expression '[{text}]'")
            kind = found.lastgroup or ""
            self.tokens.append((kind, found[kind], found.start(kind)))
            at = found.end()
        self.at = 0
        self.nested = 0

    def peek(self) -> str:
        if self.at < len(self.tokens):
            kind, text, _ = self.tokens[self.at]
            return text if kind == "mark" else kind
        return "the end"

    def take(self, wanted: str) -> str:
        if self.peek() != wanted:
            where = self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)
            raise ExpressionError(f"expected {wanted} at character {where + 2} of '[{self.text}]'")
        self.at += 1
        return self.tokens[self.at - 1][1]

    def end(self) -> None:
        if self.at < len(self.tokens):
            self.take("the end")

    def expression(self) -> Expression:
        self.nested += 1
        if self.nested > DEEPEST:
            raise ExpressionError(f"the expression is nested more than {DEEPEST} levels deep")
        tree = self.primary()
        members = 0
        while (mark := self.peek()) in {".", "["}:
            self.at += 1
            members += 1
            if members > DEEPEST:
                raise ExpressionError(f"the expression takes a member more than {DEEPEST} levels deep")
            if mark == ".":
                tree = MemberAccess(tree, Literal(self.take("name")))
            else:
                tree = MemberAccess(tree, self.expression())
                self.take("]")
        self.nested -= 1
        return tree

    def primary(self) -> Expression:
        kind = self.peek()
        if kind == "text":
            return Literal(self.take("text")[1:-1].replace("''", "'"))
        if kind in {"number", "-"}:
            sign = -1 if kind == "-" else 1
            self.at += kind == "-"
            return Literal(_number(sign, self.take("number")))
        if kind == "(":
            self.at += 1
            tree = self.expression()
            self.take(")")
            return tree
        name = self.take("name")
        if self.peek() != "(":
            if name.lower() not in WORDS:
                raise ExpressionError(f"'{name}' is no function call in '[{self.text}]'")
            return Literal(WORDS[name.lower()])
        return FunctionCall(name, self.arguments())

    def arguments(self) -> tuple[Expression, ...]:
        self.take("(")
        found: list[Expression] = []
        if self.peek() != ")":
            found.append(self.expression())
            while self.peek() == ",":
                self.at += 1
                found.append(self.expression())
        self.take(")")
        return tuple(found)
