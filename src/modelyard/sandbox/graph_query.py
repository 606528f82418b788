"""The part of Resource Graph's query language that the sandbox knows: a table, then steps between `|`.

    where       ==  !=  =~  !~  in  in~  !in  !in~  has  contains  startswith  endswith (and each with !), <  <=  >  >=,
                and, or, not(…), isnotempty(…), isempty(…)
    project     members, paths, name = path; extend likewise; project-away, distinct
    order by    (or sort by) with asc, desc; take or limit; top N by …; count
    summarize   count() by paths, with names

Paths are `properties.model.name` and `tags['env']`. tostring, tolower, toupper, toint and tolong may stand around one.
Meanings are Microsoft's (docs, kusto/query, A): =~ and has ignore capitals, == doesn't; has finds a whole term, which
is a run of letters and digits. Everything else raises `Unsupported` by its name, which is the sandbox's own refusal.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
Value = Callable[[Row], Any]

TOKEN = re.compile(
    r"""\s*(?:(?P<comment>//[^\n]*)|(?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|@'(?:[^']|'')*')"""
    r"""|(?P<number>\d+(?:\.\d+)?)|(?P<operator>==|!=|=~|!~|<=|>=|\|)|(?P<word>!?[A-Za-z_$][\w$-]*~?)"""
    r"""|(?P<sign>[()\[\],.=<>*]))"""
)
LONGEST = 20_000
"""Characters of a query."""
DEEPEST = 50
"""Brackets within brackets."""


class Unsupported(Exception):
    """The query uses something that the sandbox doesn't know; the text names it."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word, sign, text or number, with its place in the query."""

    kind: str
    text: str
    at: int


def table(text: str, tables: Iterable[str]) -> str:
    """The one of the tables that a query begins with."""
    tokens = _tokens(text)
    if not tokens or tokens[0].kind != "word":
        raise Unsupported("a query that doesn't begin with a table, such as resources")
    if (named := tokens[0].text.lower()) not in tables:
        raise Unsupported(f"the table {named}; there are {', '.join(tables)}")
    return named


def run(text: str, rows: Iterable[Row]) -> list[dict[str, Any]]:
    """The rows that come out. Raises Unsupported before any row is read."""
    parser = _Parser(_tokens(text))
    parser.next()
    steps = []
    while not parser.done:
        parser.expect("|")
        steps.append(_step(parser))
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    for step in steps:
        found = step(found)
    return found


def _tokens(text: str) -> list[Token]:
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


class _Parser:
    """The tokens, read one after the other."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    @property
    def peek(self) -> str:
        """The next token, folded; empty at the end."""
        return "" if self.done else self._tokens[self._at].text.lower()

    @property
    def kind(self) -> str:
        return "" if self.done else self._tokens[self._at].kind

    def next(self) -> Token:
        if self.done:
            raise Unsupported("a query that ends in the middle of a step")
        self._at += 1
        return self._tokens[self._at - 1]

    def take(self, *words: str) -> bool:
        """Whether the next token is one of these, which is then read."""
        if self.kind != "text" and self.peek in words:
            self._at += 1
            return True
        return False

    def expect(self, *words: str) -> None:
        if not self.take(*words):
            raise Unsupported(f"{self.peek or 'the end of the query'!r} where {' or '.join(words)} is expected")

    def list(self, read: Callable[[], Any]) -> list[Any]:
        found = [read()]
        while self.take(","):
            found.append(read())
        return found

    def number(self) -> int:
        token = self.next()
        if token.kind != "number" or not token.text.isdecimal():
            raise Unsupported(f"{token.text!r} where a whole number is expected")
        return int(token.text)

    # --- paths and values ---

    def path(self) -> tuple[str, Value]:
        """The name that a column gets when none is given, and how its value is found."""
        token = self.next()
        if token.kind != "word":
            raise Unsupported(f"{token.text!r} where a column is expected")
        if self.peek == "(":
            return self._function(token.text)
        keys = [token.text]
        while True:
            if self.take("."):
                keys.append(self.next().text)
            elif self.take("["):
                token = self.next()
                if token.kind not in {"text", "number"}:
                    raise Unsupported(f"{token.text!r} between brackets")
                keys.append(_literal(token) if token.kind == "text" else token.text)
                self.expect("]")
            else:
                break
        return "_".join(keys), lambda row: _at(row, keys)

    def value(self) -> Value:
        """A literal, or the value of a path."""
        if self.kind == "text":
            text = _literal(self.next())
            return lambda _row: text
        if self.kind == "number":
            written = self.next().text
            number = float(written) if "." in written else int(written)
            return lambda _row: number
        if self.take("true"):
            return lambda _row: True
        if self.take("false"):
            return lambda _row: False
        return self.path()[1]

    def _function(self, name: str) -> tuple[str, Value]:
        function = FUNCTIONS.get(name.lower())
        if function is None:
            raise Unsupported(f"the function {name}()")
        self.expect("(")
        inner, value = self.path()
        self.expect(")")
        return inner, lambda row: function(value(row))

    # --- conditions ---

    def condition(self) -> Value:
        found = [self._both()]
        while self.take("or"):
            found.append(self._both())
        return found[0] if len(found) == 1 else lambda row: any(each(row) for each in found)

    def _both(self) -> Value:
        found = [self._test()]
        while self.take("and"):
            found.append(self._test())
        return found[0] if len(found) == 1 else lambda row: all(each(row) for each in found)

    def _test(self) -> Value:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Unsupported(f"more than {DEEPEST} brackets within brackets")
        try:
            if self.take("("):
                inner = self.condition()
                self.expect(")")
                return inner
            if self.peek == "not" and self.kind == "word":
                self.next()
                self.expect("(")
                inner = self.condition()
                self.expect(")")
                return lambda row: not inner(row)
            if self.peek in EMPTINESS and self.kind == "word":
                empty = EMPTINESS[self.next().text.lower()]
                self.expect("(")
                value = self.value()
                self.expect(")")
                return lambda row: (value(row) in (None, "")) is empty
            return self._comparison()
        finally:
            self._depth -= 1

    def _comparison(self) -> Value:
        left = self.value()
        if self.done or self.peek in {"and", "or", ")", "|"}:
            return lambda row: left(row) is True
        operator = self.next().text.lower()
        if operator in {"in", "in~", "!in", "!in~"}:
            self.expect("(")
            values = self.list(self.value)
            self.expect(")")
            equal = _same if operator.endswith("~") else _equal
            wanted = not operator.startswith("!")
            return lambda row: any(equal(left(row), each(row)) for each in values) is wanted
        compare = OPERATORS.get(operator.removeprefix("!") if operator not in OPERATORS else operator)
        if compare is None:
            raise Unsupported(f"the operator {operator}")
        right = self.value()
        turned = operator not in OPERATORS
        return lambda row: bool(compare(left(row), right(row))) is not turned


# --- steps -----------------------------------------------------------------------------------------------------------

Step = Callable[[list[dict[str, Any]]], list[dict[str, Any]]]


def _step(parser: _Parser) -> Step:
    token = parser.next()
    read = STEPS.get(token.text.lower())
    if read is None:
        raise Unsupported(f"the operator {token.text}")
    return read(parser)


def _where(parser: _Parser) -> Step:
    keep = parser.condition()
    return lambda rows: [row for row in rows if keep(row)]


def _named(parser: _Parser) -> Callable[[], tuple[str, Value]]:
    def read() -> tuple[str, Value]:
        name, value = parser.path()
        if parser.take("="):
            return name, parser.value()
        return name, value

    return read


def _project(parser: _Parser) -> Step:
    columns = parser.list(_named(parser))
    return lambda rows: [{name: value(row) for name, value in columns} for row in rows]


def _extend(parser: _Parser) -> Step:
    columns = parser.list(_named(parser))
    return lambda rows: [{**row, **{name: value(row) for name, value in columns}} for row in rows]


def _project_away(parser: _Parser) -> Step:
    names = set(parser.list(lambda: parser.next().text))
    return lambda rows: [{name: value for name, value in row.items() if name not in names} for row in rows]


def _distinct(parser: _Parser) -> Step:
    columns = parser.list(_named(parser))

    def distinct(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = {}
        for row in rows:
            shown = {name: value(row) for name, value in columns}
            found.setdefault(repr(shown), shown)
        return list(found.values())

    return distinct


def _order(parser: _Parser) -> Step:
    parser.expect("by")
    return _sorted(parser)


def _sorted(parser: _Parser) -> Step:
    def read() -> tuple[Value, bool]:
        value = parser.path()[1]
        if parser.take("asc"):
            return value, False
        parser.take("desc")  # what Kusto takes where nothing is said
        return value, True

    keys = parser.list(read)

    def ordered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for value, descending in reversed(keys):
            rows = sorted(rows, key=lambda row, value=value: _rank(value(row)), reverse=descending)  # type: ignore[misc]
        return rows

    return ordered


def _take(parser: _Parser) -> Step:
    most = parser.number()
    return lambda rows: rows[:most]


def _top(parser: _Parser) -> Step:
    most = parser.number()
    parser.expect("by")
    ordered = _sorted(parser)
    return lambda rows: ordered(rows)[:most]


def _count(_parser: _Parser) -> Step:
    return lambda rows: [{"Count": len(rows)}]


def _summarize(parser: _Parser) -> Step:
    name = "count_"
    word = parser.next().text
    if parser.take("="):
        name, word = word, parser.next().text
    if word.lower() != "count":
        raise Unsupported(f"summarize with {word}")
    parser.expect("(")
    parser.expect(")")
    columns = parser.list(_named(parser)) if parser.take("by") else []

    def summarized(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if not columns:
            return [{name: len(rows)}]
        groups: dict[str, dict[str, Any]] = {}
        for row in rows:
            shown = {column: value(row) for column, value in columns}
            group = groups.setdefault(repr(shown), {**shown, name: 0})
            group[name] += 1
        return list(groups.values())

    return summarized


STEPS: Mapping[str, Callable[[_Parser], Step]] = {
    "where": _where,
    "project": _project,
    "extend": _extend,
    "project-away": _project_away,
    "distinct": _distinct,
    "order": _order,
    "sort": _order,
    "take": _take,
    "limit": _take,
    "top": _top,
    "count": _count,
    "summarize": _summarize,
}


# --- meanings --------------------------------------------------------------------------------------------------------


def _literal(token: Token) -> str:
    if token.text.startswith("@"):
        return token.text[2:-1].replace("''", "'")
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), token.text[1:-1])


def _at(row: Any, keys: Iterable[str]) -> Any:
    """The value at a path; None where there is none. Columns and members are found by their exact names."""
    for key in keys:
        if isinstance(row, Mapping):
            row = row.get(key)
        elif isinstance(row, list) and key.isdecimal() and int(key) < len(row):
            row = row[int(key)]
        else:
            return None
    return row


def _text(value: Any) -> str:
    return "" if value is None else ("true" if value else "false") if isinstance(value, bool) else str(value)


def _equal(left: Any, right: Any) -> bool:
    if left is None or right is None:
        return left is right or _text(left) == _text(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return _text(left).lower() == _text(right).lower()
    return bool(left == right) or _text(left) == _text(right)


def _same(left: Any, right: Any) -> bool:
    return _text(left).lower() == _text(right).lower()


def _has(left: Any, right: Any) -> bool:
    wanted = re.escape(_text(right).lower())
    return re.search(rf"(?<![0-9a-z]){wanted}(?![0-9a-z])", _text(left).lower()) is not None


def _rank(value: Any) -> tuple[int, Any]:
    if isinstance(value, int | float):
        return 1, value
    return (0, 0) if value is None else (2, _text(value))


def _ordered(holds: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def compare(left: Any, right: Any) -> bool:
        one, other = _rank(left), _rank(right)
        return one[0] == other[0] != 0 and holds(one[1], other[1])

    return compare


OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "==": _equal,
    "!=": lambda left, right: not _equal(left, right),
    "=~": _same,
    "!~": lambda left, right: not _same(left, right),
    "has": _has,
    "contains": lambda left, right: _text(right).lower() in _text(left).lower(),
    "startswith": lambda left, right: _text(left).lower().startswith(_text(right).lower()),
    "endswith": lambda left, right: _text(left).lower().endswith(_text(right).lower()),
    "<": _ordered(lambda one, other: one < other),
    "<=": _ordered(lambda one, other: one <= other),
    ">": _ordered(lambda one, other: one > other),
    ">=": _ordered(lambda one, other: one >= other),
}
EMPTINESS: Mapping[str, bool] = {"isempty": True, "isnull": True, "isnotempty": False, "isnotnull": False}


def _whole(value: Any) -> int | None:
    try:
        return int(float(_text(value)))
    except (ValueError, OverflowError):
        return None


FUNCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "tostring": _text,
    "tolower": lambda value: _text(value).lower(),
    "toupper": lambda value: _text(value).upper(),
    "toint": _whole,
    "tolong": _whole,
}


def columns(rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
    """Name and type of each column, for a reply in the form of a table."""
    kinds: dict[str, str] = {}
    for row in rows:
        for name, value in row.items():
            kind = (
                "object"
                if isinstance(value, Mapping | list)
                else "boolean"
                if isinstance(value, bool)
                else "integer"
                if isinstance(value, int)
                else "string"
            )
            if value is not None or name not in kinds:
                kinds[name] = kind
    yield from kinds.items()
