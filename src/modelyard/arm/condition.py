"""Conditions of role assignments: what must be true beside the role for the assignment to permit an action.

Source: Microsoft docs, role-based-access-control/conditions-format (A). The attributes known here are those that a
request to hand on or take away a role has: RoleDefinitionId, PrincipalId and PrincipalType of Microsoft.Authorization/
roleAssignments, under @Request when it is written and under @Resource when it is deleted. Whatever else a condition
asks for (principals' security attributes, the environment, suboperations) may be written and is named as unknown;
evaluated, it is missing, and a comparison with what is missing is false (R).
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

TOKEN = re.compile(
    r"\s*(?:(?P<sign>\(|\)|\{|\}|,|&&|\|\||!)|(?P<attribute>@\w+\s*\[[^\]]*\])"
    r"|(?P<text>'(?:[^'\\]|\\.)*')|(?P<word>[\w.:/*$&+-]+))"
)
KNOWN = ("roledefinitionid", "principalid", "principaltype")
PREFIX = "microsoft.authorization/roleassignments:"
BINDING = {"foranyofanyvalues": (any, any), "forallofanyvalues": (all, any)}
BINDING |= {"foranyofallvalues": (any, all), "forallofallvalues": (all, all)}

Attributes = Mapping[str, str]
"""Values by source and name in lower case: `request:roledefinitionid`."""
Test = Callable[[str, Attributes], bool]


class ConditionError(Exception):
    """A condition that is none; the message says what was found where."""


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition, ready to be asked. `unknown` are the attributes that it names and nobody here has."""

    holds: Test
    unknown: tuple[str, ...] = ()


@lru_cache(maxsize=256)
def read(text: str) -> Condition:
    """A condition as it is written. Raises Unreadable."""
    reader = _Reader(text)
    try:
        test = reader.either()
    except RecursionError:
        raise ConditionError("it is nested too deeply") from None
    if reader.kind:
        raise ConditionError(f"nothing is expected after position {reader.at}, where '{reader.token}' is")
    return Condition(test, tuple(dict.fromkeys(reader.unknown)))


class _Reader:
    """Recursive descent over the tokens: `either` of `both` of `one`."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.unknown: list[str] = []
        self.kind, self.token, self.at = "", "", 0
        self._next()

    def either(self) -> Test:
        parts = [self._both()]
        while self._taken("or", "||"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda action, given: any(part(action, given) for part in parts)

    def _both(self) -> Test:
        parts = [self._one()]
        while self._taken("and", "&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda action, given: all(part(action, given) for part in parts)

    def _one(self) -> Test:
        if self._taken("not", "!"):
            inner = self._one()
            return lambda action, given: not inner(action, given)
        if self._taken("("):
            inner = self.either()
            self._expect(")")
            return inner
        if self._taken("actionmatches"):
            pattern = _pattern(self._braced())
            return lambda action, _: bool(pattern.fullmatch(action))
        if self._taken("suboperationmatches"):
            self._braced()
            return lambda _action, _given: False
        if self._taken("exists"):
            wanted = self._attribute()
            return lambda _, given: wanted in given
        return self._comparison()

    def _comparison(self) -> Test:
        left, _ = self._operand()
        if self.kind != "word":
            raise self._unexpected("an operator")
        modifier, _, name = self.token.rpartition(":")
        compare = _operator(name)
        if compare is None or (modifier and modifier.lower() not in BINDING):
            raise self._unexpected("an operator, perhaps with ForAnyOfAnyValues: or its like before it")
        self._next()
        right, several = self._operand()
        if several and not modifier:
            raise ConditionError(f"'{name}' compares with one value; a list needs ForAnyOfAnyValues: or its like")
        outer, inner = BINDING.get(modifier.lower(), (any, any))

        def test(_action: str, given: Attributes) -> bool:
            lefts, rights = left(given), right(given)
            return bool(lefts and rights) and outer(inner(compare(one, other) for other in rights) for one in lefts)

        return test

    def _operand(self) -> tuple[Callable[[Attributes], Collection[str]], bool]:
        """Its values, and whether it is written as a list."""
        if self.kind == "attribute":
            wanted = self._attribute()
            return lambda given: (given[wanted],) if wanted in given else (), False
        if self._taken("{"):
            values = [self._literal()]
            while self._taken(","):
                values.append(self._literal())
            self._expect("}")
            return lambda _: values, True
        value = self._literal()
        return lambda _: (value,), False

    def _attribute(self) -> str:
        if self.kind != "attribute":
            raise self._unexpected("an attribute, @Source[name]")
        source, _, name = self.token[1:-1].partition("[")
        folded = name.strip().lower().removeprefix(PREFIX)
        wanted = f"{source.strip().lower()}:{folded}"
        if folded not in KNOWN or not wanted.startswith(("request:", "resource:")):
            self.unknown.append(self.token)
        self._next()
        return wanted

    def _literal(self) -> str:
        value = re.sub(r"\\(.)", r"\1", self.token[1:-1]) if self.kind == "text" else self.token
        if self.kind not in ("text", "word"):
            raise self._unexpected("a value")
        self._next()
        return value

    def _braced(self) -> str:
        self._expect("{")
        value = self._literal()
        self._expect("}")
        return value

    def _taken(self, *words: str) -> bool:
        if self.kind in ("sign", "word") and self.token.lower() in words:
            self._next()
            return True
        return False

    def _expect(self, sign: str) -> None:
        if not self._taken(sign):
            raise self._unexpected(f"'{sign}'")

    def _unexpected(self, wanted: str) -> ConditionError:
        found = f"'{self.token}'" if self.kind else "the end"
        return ConditionError(f"{wanted} is expected at position {self.at}, where {found} is")

    def _next(self) -> None:
        self.kind, self.token, self.at = next(self._tokens, ("", "", self.at + len(self.token)))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    at = 0
    while text[at:].strip():
        found = TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise ConditionError(f"'{text[at:].strip()[:20]}' at position {at} can't be read")
        yield found.lastgroup, found[found.lastgroup], found.start(found.lastgroup)
        at = found.end()


def _pattern(wildcards: str) -> re.Pattern[str]:
    """`*` stands for any text, `?` for one character."""
    made = "".join({"*": ".*", "?": "."}.get(one, re.escape(one)) for one in wildcards)
    return re.compile(made, re.IGNORECASE | re.DOTALL)


# --- operators -------------------------------------------------------------------------------------------------------

STRINGS: Mapping[str, Callable[[str, str], bool]] = {
    "stringequals": lambda one, other: one == other,
    "stringstartswith": str.startswith,
    "stringlike": lambda one, other: re.fullmatch(_pattern(other).pattern, one, re.DOTALL) is not None,
}
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": lambda one, other: one == other,
    "greaterthan": lambda one, other: one > other,
    "greaterthanequals": lambda one, other: one >= other,
    "lessthan": lambda one, other: one < other,
    "lessthanequals": lambda one, other: one <= other,
}


def _operator(name: str) -> Callable[[str, str], bool] | None:
    """The comparison of this name; None where there is none. `Not` within a name turns it round."""
    folded, ignoring = name.lower().removesuffix("ignorecase"), name.lower().endswith("ignorecase")
    plain = re.sub(r"^(string|numeric|datetime|guid|bool)not", r"\1", folded)
    compare = STRINGS.get(plain)
    if compare is not None and ignoring:
        compare = partial(_folded, compare)
    elif plain in ("guidequals", "boolequals") and not ignoring:
        compare = partial(_folded, STRINGS["stringequals"])
    elif compare is None and not ignoring and plain.startswith(("numeric", "datetime")):
        order = ORDER.get(plain.removeprefix("numeric").removeprefix("datetime"))
        compare = None if order is None else partial(_ordered, order, numeric=plain.startswith("numeric"))
    if compare is None or plain == folded:
        return compare
    return lambda one, other, same=compare: not same(one, other)  # type: ignore[misc]  # bound now


def _folded(compare: Callable[[str, str], bool], one: str, other: str) -> bool:
    return compare(one.lower(), other.lower())


def _ordered(compare: Callable[[Any, Any], bool], one: str, other: str, *, numeric: bool) -> bool:
    """Numbers by value; times as they are written, which ISO 8601 in one zone orders rightly."""
    if not numeric:
        return compare(one, other)
    try:
        return compare(float(one), float(other))
    except ValueError:
        return False
