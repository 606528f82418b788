"""A remedy says what to write and where: "change the resource" leaves the reader with the policy's JSON."""

from typing import Any

import pytest

from modelyard.audit.remedies import HOLDS, OPPOSITE, value
from modelyard.policy.language.explanation import Explanation
from modelyard.policy.language.operators import OPERATORS
from modelyard.policy.language.unknown import Unknown


def leaf(operator: str, target: Any, *, met: bool = True, kind: str = "field") -> Explanation:
    return Explanation(kind, "$", met, "f", "properties.f", operator, "now", target)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (leaf("equals", "Enabled"), "write a value other than 'Enabled'"),
        (leaf("notEquals", "Disabled"), "write 'Disabled'"),
        (leaf("notEquals", True), "write true"),
        (leaf("equals", "Disabled", met=False), "write 'Disabled'"),
        (leaf("notIn", ["a", "b"]), "write 'a' or 'b'"),
        (leaf("in", ["a", "b"]), "write a value other than 'a' or 'b'"),
        (leaf("in", ["a", "b"], met=False), "write 'a' or 'b'"),
        (leaf("exists", False), "write a value"),
        (leaf("exists", "true"), "write nothing"),
        (leaf("exists", True, met=False), "write a value"),
        (leaf("greater", 10), "write 10 or less"),
        (leaf("less", 10), "write 10 or more"),
        (leaf("less", 10, met=False), "write less than 10"),
        (leaf("notLike", "rg-*"), "write a value like 'rg-*'"),
        (leaf("notIn", []), ""),
        (leaf("containsKey", "a"), ""),
        (leaf("equals", Unknown("x")), ""),
        (leaf("greater", 3, kind="count"), ""),
    ],
)
def test_a_condition_says_what_to_write(condition: Explanation, said: str) -> None:
    assert value(condition) == said


def test_each_operator_that_has_words_is_one_of_azures_and_has_its_opposite() -> None:
    known = {each.lower() for each in OPERATORS}
    assert known >= HOLDS.keys()
    assert OPPOSITE.keys() == HOLDS.keys()
    assert all(OPPOSITE[OPPOSITE[name]] == name for name in OPPOSITE)
