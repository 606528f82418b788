"""Arithmetic of numbers and dates. Integers stay integers, and their division cuts towards zero, as in .NET.

`addDays` only policy has. `utcNow` is in `special`: the time of day is handed in.
"""

import math
from datetime import timedelta
from typing import Any

from modelyard.policy.language import dates
from modelyard.policy.language.functions.table import Function, integer, text
from modelyard.policy.language.unknown import EvaluationFailed

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


def add_days(start: Any, days: Any) -> str:
    at = dates.moment(text("addDays", start))
    if at is None:
        raise EvaluationFailed(f"addDays() can't read '{start}' as a date and time")
    try:
        return dates.text(at + timedelta(days=integer("addDays", days)))
    except OverflowError as wrong:
        raise EvaluationFailed(f"addDays() of {days} days leaves the calendar") from wrong


FUNCTIONS = (
    Function("addDays", 2, 2, add_days),
    Function("add", 2, 2, lambda left, right: operand("add", left) + operand("add", right)),
    Function("sub", 2, 2, lambda left, right: operand("sub", left) - operand("sub", right)),
    Function("mul", 2, 2, lambda left, right: operand("mul", left) * operand("mul", right)),
    Function("div", 2, 2, divide),
    Function("mod", 2, 2, modulo),
    Function("min", 1, None, lambda *values: min(_numbers("min", values))),
    Function("max", 1, None, lambda *values: max(_numbers("max", values))),
)
