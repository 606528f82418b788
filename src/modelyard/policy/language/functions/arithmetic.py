"""Arithmetic of numbers and dates. Integers stay integers, and their division cuts towards zero, as in .NET.

`addDays` only policy has. `utcNow` is in `special`: the time of day is handed in.
"""

import math
import operator
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from modelyard.policy.language import dates
from modelyard.policy.language.functions.table import Function, brief, integer, of_64_bits, text
from modelyard.policy.language.unknown import EvaluationFailed

Number = int | float


def operand(name: str, value: Any) -> Number:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise EvaluationFailed(f"{name}() takes numbers, not {brief(value)}")
    return value


def divide(left: Any, right: Any) -> Number:
    one, two = operand("div", left), operand("div", right)
    if two == 0:
        raise EvaluationFailed("div() by zero")
    if isinstance(one, int) and isinstance(two, int):
        quotient = abs(one) // abs(two)
        return quotient if (one < 0) == (two < 0) else -quotient
    return one / two


def _held(name: str, compute: Callable[[Any, Any], Number]) -> Callable[[Any, Any], Number]:
    """The function, whose result ARM can hold: beyond 64 bits, or a double, .NET reports an overflow."""

    def result(left: Any, right: Any) -> Number:
        try:
            found = compute(operand(name, left), operand(name, right))
        except OverflowError:
            found = math.inf
        if isinstance(found, int):
            return of_64_bits(name, found)
        if not math.isfinite(found):
            raise EvaluationFailed(f"{name}() leaves the numbers that ARM can hold")
        return found

    return result


def modulo(left: Any, right: Any) -> Number:
    one, two = operand("mod", left), operand("mod", right)
    if two == 0:
        raise EvaluationFailed("mod() by zero")
    if isinstance(one, int) and isinstance(two, int):
        remainder = abs(one) % abs(two)
        return -remainder if one < 0 else remainder
    return math.fmod(one, two)


def _numbers(name: str, values: tuple[Any, ...]) -> list[Number]:
    found = values[0] if len(values) == 1 and isinstance(values[0], list) else values
    numbers = [operand(name, each) for each in found]
    if not numbers:
        raise EvaluationFailed(f"{name}() of nothing")
    return numbers


def add_days(start: Any, days: Any) -> str:
    at = dates.moment(text("addDays", start))
    if at is None:
        raise EvaluationFailed(f"addDays() can't read {brief(start)} as a date and time")
    try:
        return dates.text(at + timedelta(days=integer("addDays", days)))
    except OverflowError as wrong:
        raise EvaluationFailed(f"addDays() of {days} days leaves the calendar") from wrong


FUNCTIONS = (
    Function("addDays", 2, 2, add_days),
    Function("add", 2, 2, _held("add", operator.add)),
    Function("sub", 2, 2, _held("sub", operator.sub)),
    Function("mul", 2, 2, _held("mul", operator.mul)),
    Function("div", 2, 2, _held("div", divide)),
    Function("mod", 2, 2, _held("mod", modulo)),
    Function("min", 1, None, lambda *values: min(_numbers("min", values))),
    Function("max", 1, None, lambda *values: max(_numbers("max", values))),
)
