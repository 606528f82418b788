"""Truth as functions: comparisons, constants, and `if`, `and`, `or` and `coalesce`, which may not need all arguments.

ARM compares strings in equals() with regard to case, unlike a condition's `equals`; less() and greater() order strings
as conditions do, so that api-versions and dates can be compared.
"""

from typing import Any

from modelyard.policy.language.compilation import Term, folded
from modelyard.policy.language.expressions import FunctionCall
from modelyard.policy.language.functions.arrays import same
from modelyard.policy.language.functions.table import Compile, Function, Special, Use, brief
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown
from modelyard.policy.language.value_order import order


def equals(left: Any, right: Any) -> bool:
    return same(left, right)


def negated(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationFailed(f"not() takes a boolean, not {brief(value)}")
    return not value


BOOLEAN = frozenset(
    name.lower()
    for name in (
        "and", "bool", "contains", "empty", "endsWith", "equals", "false", "greater", "greaterOrEquals",
        "ipRangeContains", "less", "lessOrEquals", "not", "or", "startsWith", "true",
    )
)  # fmt: skip
"""Functions that return a boolean, if they return at all."""


def _boolean(name: str, value: Any) -> Truth:
    if isinstance(value, bool | Unknown):
        return value
    raise EvaluationFailed(f"{name}() takes booleans, not {brief(value)}")


def _if(use: Use) -> Term:
    condition, yes, no = use.terms

    def get(resource: EvaluatedResource) -> Any:
        choice = _boolean("if", condition.get(resource))
        if isinstance(choice, Unknown):
            return choice.risky()
        return yes.get(resource) if choice else no.get(resource)

    if condition.constant and isinstance(condition.value, bool):
        return yes if condition.value else no
    return folded(get, condition, yes, no)


def _junction(name: str, decisive: bool) -> Compile:
    def compiled(use: Use) -> Term:
        call, terms = use.call, use.terms
        sure = [isinstance(each, FunctionCall) and each.name.lower() in BOOLEAN for each in call.arguments]

        def get(resource: EvaluatedResource) -> Truth:
            doubt: Unknown | None = None
            values = [_boolean(name, term.get(resource)) for term in terms]
            for value, boolean in zip(values, sure, strict=True):
                if isinstance(value, Unknown):
                    found = value if boolean else value.risky()
                    doubt = found if doubt is None else doubt | found
            if decisive in values and (doubt is None or not doubt.fails):
                return decisive
            return (not decisive) if doubt is None else doubt

        return folded(get, *terms)

    return compiled


def _coalesce(use: Use) -> Term:
    terms = use.terms

    def get(resource: EvaluatedResource) -> Any:
        for term in terms:
            value = term.get(resource)
            if isinstance(value, Unknown):
                return value.risky()
            if value is not None:
                return value
        return None

    return folded(get, *terms)


SPECIAL = (
    Special("if", 3, 3, _if),
    Special("and", 2, None, _junction("and", decisive=False)),
    Special("or", 2, None, _junction("or", decisive=True)),
    Special("coalesce", 1, None, _coalesce),
)
FUNCTIONS = (
    Function("equals", 2, 2, equals, total=True),
    Function("less", 2, 2, lambda left, right: order(left, right) < 0),
    Function("lessOrEquals", 2, 2, lambda left, right: order(left, right) <= 0),
    Function("greater", 2, 2, lambda left, right: order(left, right) > 0),
    Function("greaterOrEquals", 2, 2, lambda left, right: order(left, right) >= 0),
    Function("not", 1, 1, negated),
    Function("true", 0, 0, lambda: True),
    Function("false", 0, 0, lambda: False),
    Function("null", 0, 0, lambda: None),
)
