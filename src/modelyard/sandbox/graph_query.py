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

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.sandbox import graph_values
from modelyard.sandbox.graph_tokens import Token, Unsupported, literal, tokens

Value = Callable[[graph_values.Row], Any]

DEEPEST = 50
"""Brackets within brackets."""


def table(text: str, tables: Iterable[str]) -> str:
    """The one of the tables that a query begins with."""
    first = next(iter(tokens(text)), None)
    if first is None or first.kind != "word":
        raise Unsupported("a query that doesn't begin with a table, such as resources")
    if (named := first.text.lower()) not in tables:
        raise Unsupported(f"the table {named}; there are {', '.join(tables)}")
    return named


def run(text: str, rows: Iterable[graph_values.Row]) -> list[ArmDocument]:
    """The rows that come out. Raises Unsupported before any row is read."""
    parser = _Parser(tokens(text))
    parser.next()
    steps = []
    while not parser.done:
        parser.expect("|")
        steps.append(_step(parser))
    found: list[dict[str, Any]] = [dict(row) for row in rows]
    for step in steps:
        found = step(found)
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
                keys.append(literal(token) if token.kind == "text" else token.text)
                self.expect("]")
            else:
                break
        return "_".join(keys), lambda row: graph_values.at(row, keys)

    def value(self) -> Value:
        """A literal, or the value of a path."""
        if self.kind == "text":
            text = literal(self.next())
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
        function = graph_values.FUNCTIONS.get(name.lower())
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
            if self.peek in graph_values.EMPTINESS and self.kind == "word":
                empty = graph_values.EMPTINESS[self.next().text.lower()]
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
            equal = graph_values.same if operator.endswith("~") else graph_values.equal
            wanted = not operator.startswith("!")
            return lambda row: any(equal(left(row), each(row)) for each in values) is wanted
        known = graph_values.OPERATORS
        compare = known.get(operator) or known.get(operator.removeprefix("!"))
        if compare is None:
            raise Unsupported(f"the operator {operator}")
        right = self.value()
        turned = operator not in known
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
            rows = sorted(rows, key=lambda row, value=value: graph_values.rank(value(row)), reverse=descending)  # type: ignore[misc]
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
