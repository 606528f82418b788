"""The conditions of the policy language: `equals` to `exists`, each built once for its target value.

A missing field is null: it equals null and the empty string, is in an array that has one of these, is like nothing,
contains nothing, and is neither greater nor less; the `not…` conditions are the opposites and so hold for it.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language.functions.conversions import to_text
from modelyard.policy.language.unknown import Truth, Unknown
from modelyard.policy.language.value_order import describe, equal, number, order

Tester = Callable[[Any], Truth]
"""Takes a value that is itself known (its inside may not be)."""

WORDS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Operator:
    """One condition: its name as Azure writes it, the kinds of target it takes, and what makes its test.

    A `total` one has an answer for every value; the orderings fail on some.
    """

    name: str
    takes: str
    fits: Callable[[Any], bool]
    build: Callable[[Any], Tester]
    total: bool = True

    @property
    def takes_anything(self) -> bool:
        """Whether no target is refused that only evaluation gives."""
        return self.name in {"equals", "notEquals"}


def _equals(target: Any) -> Tester:
    if isinstance(target, str):
        return _equals_text(target)
    if target is None:
        return lambda value: value is None or value == ""
    if isinstance(target, bool):
        word = "true" if target else "false"
        return lambda value: value is target or (value.__class__ is str and value.casefold() == word)
    return lambda value: equal(value, target)


def _equals_text(target: str) -> Tester:
    folded, figure, truth = target.casefold(), number(target), WORDS.get(target.casefold())

    def test(value: Any) -> bool:
        kind = value.__class__
        if kind is str:
            return bool(value == target or value.casefold() == folded)
        if kind is bool:
            return value is truth
        if kind is int or kind is float:
            return bool(value == figure)
        return value is None and not target

    return test


def _in(targets: Any) -> Tester:
    """Membership. Strings, the usual case, are one look-up in a set."""
    texts = {each.casefold() for each in targets if isinstance(each, str)}
    others = [each for each in targets if not isinstance(each, str)]

    def test(value: Any) -> Truth:
        if value.__class__ is str:
            if value.casefold() in texts:
                return True
            return _any_equal(others, value) if others else False
        return _any_equal(targets, value)

    return test


def _any_equal(members: Any, wanted: Any) -> Truth:
    doubt: Unknown | None = None
    for each in members:
        if each.__class__ is Unknown:
            result: Truth = each
        else:
            result = equal(wanted, each)
        if result is True:
            return True
        if isinstance(result, Unknown):
            doubt = result
    return False if doubt is None else doubt


def _contains(target: Any) -> Tester:
    folded = to_text(target).casefold() if target is not None else ""

    def test(value: Any) -> Truth:
        if value.__class__ is str:
            return folded in value.casefold()
        if isinstance(value, list):
            return _any_equal(value, target)
        if value is None or isinstance(value, dict):
            return False
        return folded in to_text(value).casefold()

    return test


def _contains_key(target: str) -> Tester:
    folded = target.lower()
    return lambda value: isinstance(value, dict) and any(key.lower() == folded for key in value)


def _exists(target: Any) -> Tester:
    if (target if isinstance(target, bool) else WORDS[target.casefold()]) is True:
        return lambda value: value is not None
    return lambda value: value is None


def _pattern(make: Callable[[str], Callable[[str], bool]]) -> Callable[[Any], Tester]:
    def build(target: Any) -> Tester:
        test = make(target)

        def tester(value: Any) -> bool:
            if value.__class__ is str:
                return test(value)
            return isinstance(value, bool | int | float) and test(to_text(value))

        return tester

    return build


def _ordering(holds: Callable[[int], bool]) -> Callable[[Any], Tester]:
    def build(target: Any) -> Tester:
        return lambda value: value is not None and holds(order(value, target))

    return build


def negated(build: Callable[[Any], Tester]) -> Callable[[Any], Tester]:
    """The opposite condition; what is undecided stays so."""

    def opposite(target: Any) -> Tester:
        test = build(target)

        def tester(value: Any) -> Truth:
            result = test(value)
            return (not result) if result.__class__ is bool else result

        return tester

    return opposite


def _scalar(target: Any) -> bool:
    return not isinstance(target, list | dict)


def _flag(target: Any) -> bool:
    return isinstance(target, bool) or (isinstance(target, str) and target.casefold() in WORDS)


def _text(target: Any) -> bool:
    return isinstance(target, str)


def _ordered(target: Any) -> bool:
    return isinstance(target, str | int | float) and not isinstance(target, bool)


def _pair(
    name: str, opposite: str, takes: str, fits: Callable[[Any], bool], build: Callable[[Any], Tester]
) -> tuple[Operator, Operator]:
    return Operator(name, takes, fits, build), Operator(opposite, takes, fits, negated(build))


def _order(name: str, holds: Callable[[int], bool]) -> Operator:
    return Operator(name, "a string, a number or a date", _ordered, _ordering(holds), total=False)


MATCH = {"#": "[0-9]", "?": r"[^\W\d_]", ".": "."}


def like(pattern: str) -> Callable[[str], bool]:
    """A test for `like`: `*` stands for anything, without regard to case.

    Microsoft's docs name no other wildcard; `?` for one character is taken as well, as Microsoft's open evaluator does.
    What stands between two stars is looked for once, where the one before it ended, so that no pattern takes longer
    than its text is long.
    """
    folded = pattern.casefold()
    first, *rest = folded.split("*")
    if not rest:
        whole = _piece(folded).fullmatch
        return lambda text: whole(text.casefold()) is not None
    if "?" not in folded and rest == [""]:
        return lambda text: text.casefold().startswith(first)
    if "?" not in folded and not first and len(rest) == 1:
        return lambda text: text.casefold().endswith(rest[0])
    begins, ends = _piece(first).match, _piece(rest[-1]).fullmatch
    between = [_piece(each).search for each in rest[:-1] if each]
    tail = len(rest[-1])

    def test(text: str) -> bool:
        text = text.casefold()
        found = begins(text)
        for search in between:
            if found is None:
                return False
            found = search(text, found.end())
        start = len(text) - tail
        return found is not None and start >= found.end() and ends(text, start) is not None

    return test


def _piece(piece: str) -> re.Pattern[str]:
    return re.compile("".join("." if each == "?" else re.escape(each) for each in piece), re.DOTALL)


def match(pattern: str, *, insensitively: bool) -> Callable[[str], bool]:
    """A test for `match` and `matchInsensitively`: `#` a digit, `?` a letter, `.` any character, all else itself.

    Source: Microsoft docs, definition-structure-policy-rule (A); `match` regards case, `matchInsensitively` doesn't.
    Folding may make two letters of one (ß), which is then also one letter for `?`; so both readings of a text count.
    """
    if not insensitively:
        exact = _matcher(pattern, re.DOTALL)
        return lambda text: exact(text) is not None
    lenient, folded = _matcher(pattern, re.DOTALL | re.IGNORECASE), _matcher(pattern.casefold(), re.DOTALL)
    return lambda text: lenient(text) is not None or folded(text.casefold()) is not None


def _matcher(pattern: str, flags: re.RegexFlag) -> Callable[[str], re.Match[str] | None]:
    return re.compile("".join(MATCH.get(each, re.escape(each)) for each in pattern), flags).fullmatch


ALL = (
    *_pair("equals", "notEquals", "a string, a number, a boolean or null", _scalar, _equals),
    *_pair("like", "notLike", "a string", _text, _pattern(like)),
    *_pair("match", "notMatch", "a string", _text, _pattern(lambda text: match(text, insensitively=False))),
    *_pair(
        "matchInsensitively", "notMatchInsensitively", "a string", _text,
        _pattern(lambda text: match(text, insensitively=True)),
    ),
    *_pair("contains", "notContains", "a string", _scalar, _contains),
    *_pair("in", "notIn", "an array", lambda target: isinstance(target, list), _in),
    *_pair("containsKey", "notContainsKey", "a string", _text, _contains_key),
    _order("less", lambda sign: sign < 0),
    _order("lessOrEquals", lambda sign: sign <= 0),
    _order("greater", lambda sign: sign > 0),
    _order("greaterOrEquals", lambda sign: sign >= 0),
    Operator("exists", "true or false", _flag, _exists),
)  # fmt: skip

OPERATORS: Mapping[str, Operator] = {operator.name.lower(): operator for operator in ALL}


def misfit(operator: Operator, target: Any) -> str:
    """What to say of a target the operator doesn't take."""
    return f"'{operator.name}' takes {operator.takes}, not {describe(target)}"
