"""A value of a rule, compiled to what reads it from a resource."""

from dataclasses import dataclass
from typing import Any, cast

from modelyard.policy.language.compilation import Get
from modelyard.policy.language.errors import EvaluationFailed
from modelyard.policy.language.resource import EvaluatedResource

NOBODY = cast("EvaluatedResource", None)
"""Placeholder for evaluating terms that don't read the resource."""


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled value. `lenient`: a member it lacks reads as an empty string (what context functions return)."""

    get: Get
    constant: bool = False
    value: Any = None
    lenient: bool = False


def constant(value: Any) -> Term:
    """A value that doesn't depend on the resource."""
    return Term(lambda _: value, constant=True, value=value)


def folded(get: Get, *parts: Term) -> Term:
    """The term of `get`, computed now if all its parts are constant."""
    if all(part.constant for part in parts):
        try:
            return constant(get(NOBODY))
        except EvaluationFailed:
            return Term(get)
    return Term(get)
