"""From how a value is read and what it is compared with to a three-valued test."""

from collections.abc import Callable
from typing import Any

from modelyard.policy.language.compilation import Get, Term, Test
from modelyard.policy.language.fields import Field
from modelyard.policy.language.operators import Operator, Tester, misfit
from modelyard.policy.language.resource import EvaluatedResource, Spread
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

KEPT = 256
"""How many tests a condition keeps for targets that differ from resource to resource."""


def normalised(operator: Operator) -> Operator:
    """The operator for `location`: `East US 2` is `eastus2` (Microsoft docs, definition-structure-policy-rule, A)."""

    def squeeze(value: Any) -> Any:
        if isinstance(value, list):
            return [squeeze(each) for each in value]
        return value.replace(" ", "") if isinstance(value, str) else value

    def build(target: Any) -> Tester:
        test = operator.build(squeeze(target))
        return lambda value: test(squeeze(value))

    return Operator(operator.name, operator.takes, operator.fits, build, operator.total)


def doubtful(value: Any, wanted: Any, operator: Operator) -> Unknown:
    """The result where the value, the target or both aren't known."""
    doubts = [each for each in (value, wanted) if isinstance(each, Unknown)]
    doubt = doubts[0] | doubts[-1]
    safe = operator.total and (operator.takes_anything or not isinstance(wanted, Unknown))
    return doubt if safe else doubt.risky()


def tester_for(operator: Operator, target: Any) -> Tester:
    """The operator's test for a target that only evaluation gives."""
    if not (operator.takes_anything or operator.fits(target)):
        raise EvaluationFailed(misfit(operator, target))
    return operator.build(target)


def compare(read: Get, operator: Operator, target: Term) -> Test:
    """A test of one value."""
    if target.constant and not isinstance(target.value, Unknown):
        fixed, tester = target.value, operator.build(target.value)

        def constant(resource: EvaluatedResource) -> Truth:
            value = read(resource)
            return doubtful(value, fixed, operator) if value.__class__ is Unknown else tester(value)

        return constant

    known: dict[str, Tester] = {}

    def test(resource: EvaluatedResource) -> Truth:
        value, wanted = read(resource), target.get(resource)
        if value.__class__ is Unknown or wanted.__class__ is Unknown:
            return doubtful(value, wanted, operator)
        if wanted.__class__ is not str:
            return tester_for(operator, wanted)(value)
        if wanted not in known and len(known) < KEPT:
            known[wanted] = tester_for(operator, wanted)
        return (known.get(wanted) or tester_for(operator, wanted))(value)

    return test


def at_root(found: Field, operator: Operator, target: Any) -> Test:
    """A test of a field outside of counts against a constant: the usual one, so without a call to spare."""
    tester = operator.build(target)

    def test(resource: EvaluatedResource) -> Truth:
        values = resource.values
        value = values[found] if found in values else resource.look_up(found)
        return doubtful(value, target, operator) if value.__class__ is Unknown else tester(value)

    return test


def of_type(operator: Operator, target: Any, otherwise: Test) -> Test:
    """A test of the resource's type, which nearly every rule begins with: its name is folded already.

    `otherwise` tests a resource whose type is unknown, or no text.
    """
    names = target if operator.name in {"in", "notIn"} else [target]
    if operator.name not in {"equals", "notEquals", "in", "notIn"} or not all(
        isinstance(name, str) and name.isascii() and name for name in names
    ):
        return otherwise
    if operator.name == "equals":
        only = str(target).lower()
        return lambda resource: resource.type == only if resource.type else otherwise(resource)
    folded, wanted = frozenset(name.lower() for name in names), operator.name == "in"
    return lambda resource: (resource.type in folded) is wanted if resource.type else otherwise(resource)


def spread(read: Get, operator: Operator, target: Term) -> Test:
    """A test of a guessed alias: of one value, or of all where its path turned out to lead through an array."""
    one, each = compare(read, operator, target), every(read, operator, target)
    if not target.constant or isinstance(target.value, Unknown):
        return lambda resource: each(resource) if read(resource).__class__ is Spread else one(resource)
    fixed, tester = target.value, operator.build(target.value)

    def test(resource: EvaluatedResource) -> Truth:
        value = read(resource)
        if value.__class__ is Spread:
            return each(resource)
        return doubtful(value, fixed, operator) if value.__class__ is Unknown else tester(value)

    return test


def every(read: Get, operator: Operator, target: Term) -> Test:
    """A test of all values a field with `[*]` selects; of none, it is true (author-policies-for-arrays, A)."""

    def test(resource: EvaluatedResource) -> Truth:
        values, wanted = read(resource), target.get(resource)
        if isinstance(values, Unknown):
            return doubtful(values, wanted, operator)
        if isinstance(wanted, Unknown):
            return True if not values and operator.takes_anything else doubtful(None, wanted, operator)
        tester: Callable[[Any], Truth] = tester_for(operator, wanted)
        doubt: Unknown | None = None
        try:
            for value in values:
                result = doubtful(value, wanted, operator) if value.__class__ is Unknown else tester(value)
                if result is False:
                    return False if doubt is None or not doubt.fails else doubt
                if result is not True:
                    doubt = result if doubt is None else doubt | result
        except EvaluationFailed:
            if doubt is None:
                raise
        return True if doubt is None else doubt

    return test
