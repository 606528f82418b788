"""Arithmetic. Integers stay integers, and division of integers cuts towards zero, as in .NET."""

import math
from typing import Any

from modelyard.policy.language.errors import EvaluationFailed
from modelyard.policy.language.functions.table import Function

Number = int | float


def operand(name: str, value: Any) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationFailed(f"{name}() takes numbers, not '{value}'")
    return value


def divide(left: Any, right: Any) -> Number:
    one, two = operand("div", left), operand("div", right)
    if two == 0:
        raise EvaluationFailed("div() by zero")
    if isinstance(one, int) and isinstance(two, int):
        quotient = abs(one) // abs(two)
        return quotient if (one < 0) == (two < 0) else -quotient
    return one / two


def modulo(left: Any, right: Any) -> Number:
    one, two = operand("mod", left), operand("mod", right)
    if two == 0:
        raise EvaluationFailed("mod() by zero")
    remainder = math.fmod(one, two)
    return int(remainder) if isinstance(one, int) and isinstance(two, int) else remainder


def _numbers(name: str, values: tuple[Any, ...]) -> list[Number]:
    found = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    numbers = [operand(name, each) for each in found]
    if not numbers:
        raise EvaluationFailed(f"{name}() of nothing")
    return numbers


FUNCTIONS = (
    Function("add", 2, 2, lambda left, right: operand("add", left) + operand("add", right)),
    Function("sub", 2, 2, lambda left, right: operand("sub", left) - operand("sub", right)),
    Function("mul", 2, 2, lambda left, right: operand("mul", left) * operand("mul", right)),
    Function("div", 2, 2, divide),
    Function("mod", 2, 2, modulo),
    Function("min", 1, None, lambda *values: min(_numbers("min", values))),
    Function("max", 1, None, lambda *values: max(_numbers("max", values))),
)
