"""What a function of a rule is, its guards for arguments, and what Azure Policy, or this evaluator, doesn't have.

Source: Microsoft docs, definition-structure-policy-rule, "Policy functions" (A), and the ARM template function pages.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from modelyard.files import JsonDocument
from modelyard.policy.language.compilation import Compilation, Term
from modelyard.policy.language.expressions import FunctionCall
from modelyard.policy.language.unknown import EvaluationFailed
from modelyard.policy.language.value_order import describe


@dataclass(frozen=True, slots=True)
class Function:
    """A function that depends on its arguments alone.

    `most` None means any number. `partial` takes arguments that hold unknowns inside (never an unknown itself).
    A `total` one fails for no argument. `refuses` says of a first argument that is known what isn't supported in it, so
    that the definition is refused and no resource is evaluated by a failure that Azure wouldn't have.
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

LEAST_INTEGER, GREATEST_INTEGER = -(2**63), 2**63 - 1
LONGEST = 131072
"""Characters in a string or an object that a function takes or returns (Microsoft docs, "Limits enforced during
evaluation", A). An array or an object of more members than that is longer in any case.
"""

NOT_HERE = frozenset(
    {
        "claims", "deployer", "externalinput", "references", "tologicalzone", "tologicalzones", "tophysicalzone",
        "tophysicalzones",
    }
)  # fmt: skip
"""What only Azure can answer: who deploys, what an endpoint said, how zones are numbered."""


def room(name: str, size: int) -> int:
    """How many characters or members a result has, before any work is done for it."""
    if size > LONGEST:
        raise EvaluationFailed(f"{name}() returns more than {LONGEST} characters or members")
    return size


def text(name: str, value: Any) -> str:
    """The argument as a string, or the failure Azure would report."""
    if not isinstance(value, str):
        raise EvaluationFailed(f"{name}() takes a string, not {describe(value)}")
    return value


def integer(name: str, value: Any) -> int:
    """The argument as an integer of 64 bits; a float that is whole will do."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole:
        raise EvaluationFailed(f"{name}() takes an integer, not {brief(value)}")
    return of_64_bits(name, int(value))


def of_64_bits(name: str, value: int) -> int:
    """An integer that ARM can hold (.NET's Int64)."""
    if not LEAST_INTEGER <= value <= GREATEST_INTEGER:
        raise EvaluationFailed(f"{name}() leaves the integers of 64 bits")
    return value


def brief(value: Any) -> str:
    """A value in a message: quoted, and cut where it is long."""
    if isinstance(value, list | dict) or (isinstance(value, int) and value.bit_length() > 256):
        return describe(value)
    written = str(value).lower() if isinstance(value, bool) else str(value)
    return f"'{written}'" if len(written) <= 120 else f"'{written[:117]}...'"


def array(name: str, value: Any) -> list[Any]:
    """The argument as an array."""
    if not isinstance(value, list):
        raise EvaluationFailed(f"{name}() takes an array, not {describe(value)}")
    return value


def mapping(name: str, value: Any) -> JsonDocument:
    """The argument as an object."""
    if not isinstance(value, dict):
        raise EvaluationFailed(f"{name}() takes an object, not {describe(value)}")
    return value
