"""`count`: how many members of an array meet a condition.

Counting a field selects each member in turn, as if it were the array's only one; counting a value names each member
for `current()`. Members that are undecided make the number a range, and the comparison is decided when it comes out the
same over all of it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modelyard.policy.language import value_compiler
from modelyard.policy.language.compilation import (
    FIELD_COUNTS_PER_ARRAY,
    VALUE_COUNT_MEMBERS,
    VALUE_COUNTS,
    Compilation,
    Counted,
    Term,
    Test,
)
from modelyard.policy.language.nodes import Hidden, Node
from modelyard.policy.language.operators import Operator, misfit
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

Compile = Callable[[Any, Compilation, str], Node]
Members = Callable[[EvaluatedResource], Iterator[Any]]
NAME = re.compile("[A-Za-z0-9]+")
PARTS = {"field", "value", "name", "where"}


def compile_count(
    rule: Any, operator: Operator, target: Term, compilation: Compilation, place: str, compile_condition: Compile
) -> Node:
    """The node of a count with its comparison. `place` is that of the count itself."""
    if not isinstance(rule, Mapping):
        compilation.refuse(place, "'count' takes an object", allowed="field or value, name, where")
    parts = {name.lower(): name for name in rule}
    for folded, name in parts.items():
        if folded not in PARTS:
            compilation.refuse(
                f"{place}.{name}", f"'{name}' is no part of a count", allowed="field or value, name, where"
            )
    if len(parts) < len(rule):
        compilation.refuse(place, "a part of the count stands twice")
    if ("field" in parts) == ("value" in parts):
        compilation.refuse(place, "a count takes either a field or a value")
    if "field" in parts and "name" in parts:
        remedy = "leave the name out: conditions in 'where' name the field"
        compilation.refuse(f"{place}.{parts['name']}", "only a count of a value has a name", remedy=remedy)
    if "field" in parts:
        subject = str(rule[parts["field"]])
        counted, members = _field_members(rule[parts["field"]], compilation, f"{place}.{parts['field']}")
    else:
        subject = str(rule[parts["value"]])
        named = rule[parts["name"]] if "name" in parts else None
        counted, members = _value_members(rule[parts["value"]], named, compilation, place)
    where = None
    if "where" in parts:
        where = compile_condition(rule[parts["where"]], compilation.within(counted), f"{place}.{parts['where']}")
    each = _each(members)
    number = _number(each, where.test if where is not None else None)
    return Node(
        "count", place.rpartition(".")[0], _test(number, operator, target), (), subject, "", operator.name,
        lambda resource: _figure(number(resource)), target, where, each,
    )  # fmt: skip


def _field_members(name: Any, compilation: Compilation, place: str) -> tuple[Counted, Members]:
    if not isinstance(name, str) or not name.endswith("[*]"):
        compilation.refuse(place, f"'{name}' is no array alias", allowed="a field that ends in [*]")
    used = compilation.tally.field_counts
    used[name.lower()] = used.get(name.lower(), 0) + 1
    compilation.limit(place, used[name.lower()], FIELD_COUNTS_PER_ARRAY, "counts of one array")
    found = compilation.field(name, place)
    around, shared = compilation.shared(found)
    counted = Counted(len(compilation.counts), field=found)

    def members(resource: EvaluatedResource) -> Iterator[Any]:
        if resource.type_unknown and found.type is not None:
            yield Hidden(Unknown("type"))
            return
        path = _path(resource, counted)
        bound = () if around is None else resource.current[around.slot][:shared]
        if len(path) == shared + 1:
            yield bound
            return
        for chain in resource.chains(bound[-1] if bound else resource.document, path[shared:], found):
            yield Hidden(chain) if isinstance(chain, Unknown) else (*bound, *chain)

    return counted, members


def _path(resource: EvaluatedResource, counted: Counted) -> Any:
    field = counted.field
    if field is None or not resource.could_have(field):
        return NOWHERE
    return resource.segments(field)


NOWHERE = ((0,), ())
"""A path no document has: what an alias of another type names."""


def _value_members(value: Any, name: Any, compilation: Compilation, place: str) -> tuple[Counted, Members]:
    tally = compilation.tally
    tally.value_counts += 1
    compilation.limit(place, tally.value_counts, VALUE_COUNTS, "counts of a value in a rule")
    if name is None:
        if compilation.counts:
            compilation.refuse(place, "a count of a value inside another count needs a name")
        name = "default"
    if not isinstance(name, str) or not NAME.fullmatch(name):
        compilation.refuse(f"{place}.name", "a count's name is of English letters and digits")
    if any(each.name.lower() == name.lower() for each in compilation.counts):
        compilation.refuse(f"{place}.name", f"the name '{name}' is taken by a count around this one")
    term = value_compiler.template(value, compilation, f"{place}.value")
    turns = next((counted.turns for counted in reversed(compilation.counts) if counted.field is None), 1)
    if term.constant and not isinstance(term.value, Unknown):
        if not isinstance(term.value, list):
            compilation.refuse(f"{place}.value", "a count's value is an array")
        turns *= len(term.value)
        compilation.limit(f"{place}.value", turns, VALUE_COUNT_MEMBERS, "members in a counted value")

    def members(resource: EvaluatedResource) -> Iterator[Any]:
        array = term.get(resource)
        if isinstance(array, Unknown):
            yield Hidden(array.risky())
        elif isinstance(array, list):
            yield from array
        else:
            raise EvaluationFailed("a count's value is not an array")

    return Counted(len(compilation.counts), name=name, turns=turns), members


def _each(members: Members) -> Members:
    """Each member, while it is the current one; or a Hidden."""

    def each(resource: EvaluatedResource) -> Iterator[Any]:
        stack = resource.current
        for member in members(resource):
            if member.__class__ is Hidden:
                yield member
                continue
            stack.append(member)
            try:
                yield member
            finally:
                stack.pop()

    return each


def _number(each: Members, where: Test | None) -> Callable[[EvaluatedResource], tuple[int, int, Unknown | None]]:
    """How many members surely count, how many may besides, and what those wait for; -1 where nobody can say."""

    def number(resource: EvaluatedResource) -> tuple[int, int, Unknown | None]:
        sure = open_ = 0
        doubt: Unknown | None = None
        for member in each(resource):
            if member.__class__ is Hidden:
                # The condition may fail on a member that nobody has seen.
                return 0, -1, member.why if where is None else member.why.risky()
            result = True if where is None else where(resource)
            if result is True:
                sure += 1
            elif result is not False:
                open_ += 1
                doubt = result if doubt is None else doubt | result
        return sure, open_, doubt

    return number


def _figure(counted: tuple[int, int, Unknown | None]) -> Any:
    sure, _, doubt = counted
    return sure if doubt is None else doubt


def _test(
    number: Callable[[EvaluatedResource], tuple[int, int, Unknown | None]], operator: Operator, target: Term
) -> Test:
    fixed = operator.build(target.value) if target.constant and not isinstance(target.value, Unknown) else None

    def test(resource: EvaluatedResource) -> Truth:
        sure, open_, doubt = number(resource)
        if doubt is not None and (open_ < 0 or doubt.fails):
            return doubt
        if fixed is not None:
            tester = fixed
        else:
            wanted = target.get(resource)
            if isinstance(wanted, Unknown):
                return (wanted if doubt is None else doubt | wanted).risky()
            if not operator.fits(wanted):
                raise EvaluationFailed(misfit(operator, wanted))
            tester = operator.build(wanted)
        if doubt is None:
            return tester(sure)
        results = {tester(count) for count in range(sure, sure + open_ + 1)}
        return results.pop() if len(results) == 1 else doubt

    return test
