"""The words, signs, texts and numbers of a query of Resource Graph, and the refusal of what isn't known here."""

import re
from dataclasses import dataclass

TOKEN = re.compile(
    r"""\s*(?:(?P<comment>//[^\n]*)|(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|@'(?:[^']|'')*')"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<operator>==|!=|=~|!~|<=|>=|\|)|(?P<word>!?[A-Za-z_$][\w$-]*~?)"""
    r"""|(?P<sign>[()\[\],.=<>*]))"""
)
LONGEST = 20_000
"""Characters of a query."""


class Unsupported(Exception):
    """The query uses something that the sandbox doesn't know; the text names it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign, text or number, with its place in the query."""

    kind: str
    text: str
    at: int


def tokens(text: str) -> list[Token]:
    if len(text) > LONGEST:
        raise Unsupported(f"a query of more than {LONGEST} characters")
    found, at, text = [], 0, text.rstrip()
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise Unsupported(f"{text[at:].lstrip()[:20]!r}")
        kind = str(match.lastgroup)
        if kind != "comment":
            found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return found


def literal(token: Token) -> str:
    if token.text.startswith("@"):
        return token.text[2:-1].replace("''", "'")
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), token.text[1:-1])
