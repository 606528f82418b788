"""The page on the language promises what is evaluated; a name that page or code has alone is a false promise."""

import re
from pathlib import Path

from modelyard.policy.effects.effect import MODES, Effect
from modelyard.policy.language.functions.special import SPECIAL
from modelyard.policy.language.functions.table import NOT_HERE
from modelyard.policy.language.operators import OPERATORS
from modelyard.policy.language.value_compiler import FUNCTIONS

PAGE = (Path(__file__).parents[2] / "docs/policy-language.md").read_text(encoding="utf-8")


def _named(part: str) -> set[str]:
    row = re.search(rf"^\| {part} +\|(.*)\|$", PAGE, re.MULTILINE)
    assert row is not None, part
    return set(re.findall(r"`([^`]+)`", row[1]))


def test_what_is_evaluated_is_told() -> None:
    assert _named("conditions") == {each.name for each in OPERATORS.values()}
    assert _named("effects") == {str(each) for each in Effect}
    assert _named("modes") == {name for name, _ in MODES.values()}
    assert {name.lower() for name in _named("functions")} == {*FUNCTIONS, *SPECIAL}


def test_what_only_azure_can_answer_is_told() -> None:
    refused = PAGE.partition("## What is refused")[2].lower()
    assert [name for name in NOT_HERE if f"`{name}`" not in refused] == []
