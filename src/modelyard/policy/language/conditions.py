"""Logical operators and conditions, compiled to closures.

Truth is three-valued (Kleene): an unknown decides nothing, and what is decided without it stays decided. Conditions
are evaluated in order and stop as soon as the result is certain, so a failing expression behind a decisive condition
does no harm; behind an undecided one, it leaves the result undecided. Nor does a condition decide anything behind an
unknown that may yet fail.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language import value_compiler
from modelyard.policy.language.compilation import CONDITIONS, EXISTENCE_CONDITIONS, Compilation, Get, Term, Test
from modelyard.policy.language.condition_test import at_root, compare, every, normalised, of_type, spread
from modelyard.policy.language.count import compile_count
from modelyard.policy.language.fields import Field
from modelyard.policy.language.nodes import Node
from modelyard.policy.language.operators import OPERATORS, Operator, misfit
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

DEEPEST = 100
"""Levels of conditions in conditions, ten times what a built-in has. Azure states no limit."""
LOGICAL = {"allof": "allOf", "anyof": "anyOf", "not": "not"}
SUBJECTS = {"field": "field", "value": "value", "count": "count"}


def all_of(tests: tuple[Test, ...]) -> Test:
    """True if all are; false as soon as one is."""

    def test(resource: EvaluatedResource) -> Truth:
        doubt: Unknown | None = None
        try:
            for each in tests:
                result = each(resource)
                if result is False:
                    return False if doubt is None or not doubt.fails else doubt
                if result is not True:
                    doubt = result if doubt is None else doubt | result
        except EvaluationFailed:
            if doubt is None:
                raise
        return True if doubt is None else doubt

    return test


def any_of(tests: tuple[Test, ...]) -> Test:
    """True as soon as one is; false if none is."""

    def test(resource: EvaluatedResource) -> Truth:
        doubt: Unknown | None = None
        try:
            for each in tests:
                result = each(resource)
                if result is True:
                    return True if doubt is None or not doubt.fails else doubt
                if result is not False:
                    doubt = result if doubt is None else doubt | result
        except EvaluationFailed:
            if doubt is None:
                raise
        return False if doubt is None else doubt

    return test


def negation(inner: Test) -> Test:
    """The opposite."""

    def test(resource: EvaluatedResource) -> Truth:
        result = inner(resource)
        return (not result) if result.__class__ is bool else result

    return test


def compile_condition(rule: Any, compilation: Compilation, place: str) -> Node:
    """A condition with everything in it. Raises DefinitionRefused, which names the place of what isn't supported."""
    if not isinstance(rule, Mapping):
        compilation.refuse(place, "a condition is an object", allowed="field, value or count; allOf, anyOf or not")
    if compilation.depth > DEEPEST:
        compilation.refuse(place, "conditions are nested deeper than is followed", allowed=f"{DEEPEST} levels")
    logical = [name for name in rule if name.lower() in LOGICAL]
    if logical:
        return _logical(rule, logical[0], compilation, place)
    return _leaf(rule, compilation, place)


def _logical(rule: Mapping[str, Any], name: str, compilation: Compilation, place: str) -> Node:
    _alone(rule, (name,), compilation, place)
    kind, inner = LOGICAL[name.lower()], f"{place}.{name}"
    compilation = replace(compilation, depth=compilation.depth + 1)
    if kind == "not":
        child = compile_condition(rule[name], compilation, inner)
        return Node(kind, place, negation(child.test), (child,))
    if not isinstance(rule[name], list):
        compilation.refuse(inner, f"'{kind}' takes an array of conditions")
    if not rule[name] and not compilation.fields.raw:  # its schema asks for one; open evaluators take none for true
        compilation.refuse(inner, f"'{kind}' takes at least one condition")
    children = tuple(compile_condition(each, compilation, f"{inner}[{at}]") for at, each in enumerate(rule[name]))
    tests = tuple(child.test for child in children)
    if len(tests) == 1:
        return Node(kind, place, tests[0], children)
    return Node(kind, place, all_of(tests) if kind == "allOf" else any_of(tests), children)


def _alone(rule: Mapping[str, Any], taken: tuple[str, ...], compilation: Compilation, place: str) -> None:
    for name in rule:
        if name not in taken:
            compilation.refuse(
                f"{place}.{name}",
                f"'{name}' can't stand beside '{taken[0]}'",
                allowed="one logical operator; or field, value or count with one condition such as equals",
            )


def _leaf(rule: Mapping[str, Any], compilation: Compilation, place: str) -> Node:
    subjects = [name for name in rule if name.lower() in SUBJECTS]
    operators = [name for name in rule if name.lower() in OPERATORS]
    if not subjects:
        named = next(iter(rule), "nothing")
        compilation.refuse(
            f"{place}.{named}" if rule else place,
            f"'{named}' is no part of the policy language",
            allowed="field, value or count; allOf, anyOf or not",
        )
    if not operators:
        odd = next((name for name in rule if name not in subjects), "")
        compilation.refuse(
            f"{place}.{odd}" if odd else place,
            f"'{odd}' is no condition of the policy language" if odd else f"'{subjects[0]}' stands without a condition",
            allowed=", ".join(each.name for each in OPERATORS.values()),
        )
    _alone(rule, (subjects[0], operators[0]), compilation, place)
    _count_conditions(compilation, place)
    operator = OPERATORS[operators[0].lower()]
    target = value_compiler.template(rule[operators[0]], compilation, f"{place}.{operators[0]}")
    if target.constant and not isinstance(target.value, Unknown) and not operator.fits(target.value):
        compilation.refuse(f"{place}.{operators[0]}", misfit(operator, target.value))
    kind, subject = SUBJECTS[subjects[0].lower()], rule[subjects[0]]
    inner = f"{place}.{subjects[0]}"
    if kind == "count":
        return compile_count(subject, operator, target, compilation, inner, compile_condition)
    if kind == "value":
        value = value_compiler.template(subject, compilation, inner)
        return Node(
            kind,
            place,
            compare(value.get, operator, target),
            (),
            str(subject),
            "",
            operator.name,
            value.get,
            target,
        )
    return _field(subject, operator, target, compilation, place, inner)


def _count_conditions(compilation: Compilation, place: str) -> None:
    tally = compilation.tally
    if compilation.related:
        tally.existence_conditions += 1
        compilation.limit(
            place, tally.existence_conditions, EXISTENCE_CONDITIONS, "conditions in an existence condition"
        )
    else:
        tally.conditions += 1
        compilation.limit(place, tally.conditions, CONDITIONS, "conditions in a rule")


def _field(subject: Any, operator: Operator, target: Term, compilation: Compilation, place: str, inner: str) -> Node:
    if not isinstance(subject, str):
        compilation.refuse(inner, "'field' takes a string")
    name = value_compiler.template(subject, compilation, inner)
    if not name.constant or isinstance(name.value, Unknown):
        return _named_later(subject, name, operator, target, compilation, place)
    found = compilation.field(name.value, inner)
    read, test = _field_test(found, operator, target, compilation)
    return Node("field", place, test, (), name.value, found.path, operator.name, read, target)


def _field_test(found: Field, operator: Operator, target: Term, compilation: Compilation) -> tuple[Get, Test]:
    read, many = compilation.reader(found)
    around = normalised(operator) if found.special == "location" else operator
    if many:
        return read, every(read, around, target)
    if found.guessed:
        return read, spread(read, around, target)
    if compilation.shared(found)[0] is None and target.constant and not isinstance(target.value, Unknown):
        test = at_root(found, around, target.value)
        return read, of_type(around, target.value, test) if found.special == "type" else test
    return read, compare(read, around, target)


def _named_later(
    subject: str, name: Term, operator: Operator, target: Term, compilation: Compilation, place: str
) -> Node:
    """A field whose name depends on the member being counted: `tags[…current('tag')…]`. Compiled once for each name."""
    known: dict[str, tuple[Get, Test]] = {}

    def resolve(resource: EvaluatedResource) -> tuple[Get, Test] | Unknown:
        named = name.get(resource)
        if isinstance(named, Unknown):
            return named.risky()
        if not isinstance(named, str):
            raise EvaluationFailed(f"'{named}' names no field")
        if named not in known:
            try:
                known[named] = _field_test(compilation.field(named, place), operator, target, compilation)
            except DefinitionRefused as wrong:
                raise EvaluationFailed(wrong.what) from wrong
        return known[named]

    def test(resource: EvaluatedResource) -> Truth:
        found = resolve(resource)
        return found if isinstance(found, Unknown) else found[1](resource)

    def read(resource: EvaluatedResource) -> Any:
        found = resolve(resource)
        return found if isinstance(found, Unknown) else found[0](resource)

    return Node("field", place, test, (), subject, "", operator.name, read, target)
