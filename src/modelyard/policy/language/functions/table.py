"""What a function of a rule is, its guards for arguments, and what Azure Policy, or this evaluator, doesn't have.

Source: Microsoft docs, definition-structure-policy-rule, "Policy functions" (A), and the ARM template function pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelyard.policy.language.compilation import Compilation, Term
from modelyard.policy.language.expressions import FunctionCall
from modelyard.policy.language.unknown import EvaluationFailed


@dataclass(frozen=True, slots=True)
class Function:
    """A function that depends on its arguments alone.

    `most` None means any number. `partial` takes arguments that hold unknowns inside (never an unknown itself).
    A `total` one fails for no argument. `refuses` says of a first argument that is known what isn't supported in it, so
    that the definition is refused and no resource is judged by a failure that Azure wouldn't have.
    """

    name: str
    least: int
    most: int | None
    apply: Callable[..., Any]
    partial: bool = False
    total: bool = False
    refuses: Callable[[Any], str] | None = None


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a function in a rule: the call with its compiled arguments, and its JSON path."""

    call: FunctionCall
    terms: list[Term]
    compilation: Compilation
    place: str


Compile = Callable[[Use], Term]


@dataclass(frozen=True, slots=True)
class Special:
    """A function that is compiled by itself. `most` None means any number of arguments."""

    name: str
    least: int
    most: int | None
    compile: Compile


NOT_IN_POLICY = frozenset(
    name.lower()
    for name in (
        "copyIndex", "dateTimeAdd", "dateTimeFromEpoch", "dateTimeToEpoch", "deployment", "environment",
        "extensionResourceId", "lambda", "listAccountSas", "listKeys", "listSecrets", "managementGroup", "newGuid",
        "pickZones", "providers", "reference", "resourceId", "subscriptionResourceId", "tenantResourceId", "tenant",
        "variables", "filter", "groupBy", "map", "mapValues", "reduce", "sort", "toObject", "lambdaVariables",
    )
)  # fmt: skip
"""What Azure refuses in a policy rule; the templates of deployIfNotExists may still use them."""

LONGEST = 131072
"""Characters in a string that a function returns (Microsoft docs, "Limits enforced during evaluation", A)."""

NOT_HERE = frozenset(
    {
        "claims", "deployer", "externalinput", "references", "tologicalzone", "tologicalzones", "tophysicalzone",
        "tophysicalzones", "uniquestring",
    }
)  # fmt: skip
"""What only Azure can answer: who deploys, what an endpoint said, how zones are numbered; and uniqueString, whose hash
nobody published."""


def text(name: str, value: Any) -> str:
    """The argument as a string, or the failure Azure would report."""
    if not isinstance(value, str):
        raise EvaluationFailed(f"{name}() takes a string, not {type(value).__name__}")
    return value


def integer(name: str, value: Any) -> int:
    """The argument as an integer; a float that is whole will do."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise EvaluationFailed(f"{name}() takes an integer, not '{value}'")
    return int(value)


def array(name: str, value: Any) -> list[Any]:
    """The argument as an array."""
    if not isinstance(value, list):
        raise EvaluationFailed(f"{name}() takes an array, not {type(value).__name__}")
    return value


def mapping(name: str, value: Any) -> dict[str, Any]:
    """The argument as an object."""
    if not isinstance(value, dict):
        raise EvaluationFailed(f"{name}() takes an object, not {type(value).__name__}")
    return value
