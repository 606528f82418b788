"""Comparisons and constants as functions. `if`, `and`, `or` and `coalesce` are in `special`: they may not need all of
their arguments.

ARM compares strings in equals() with regard to case, unlike a condition's `equals`; less() and greater() order strings
as conditions do, so that api-versions and dates can be compared.
"""

from typing import Any

from modelyard.policy.language.errors import EvaluationFailed
from modelyard.policy.language.functions.arrays import same
from modelyard.policy.language.functions.table import Function
from modelyard.policy.language.value_order import order


def equals(left: Any, right: Any) -> bool:
    return same(left, right)


def negated(value: Any) -> bool:
    if not isinstance(value, bool):
        raise EvaluationFailed(f"not() takes a boolean, not '{value}'")
    return not value


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
