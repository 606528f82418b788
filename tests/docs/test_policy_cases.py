"""Authors of policies learn the format of cases from a page; a key that only the code knows is never used."""

import re
from pathlib import Path

from modelyard.policy.testing.loader import FILE_KEYS
from modelyard.policy.testing.schema import CASE_KEYS

PAGE = Path(__file__).parents[2] / "docs/policy-cases.md"


def test_every_key_that_is_read_is_told() -> None:
    told = re.findall(r"^\| `(\w+)` +\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(told) == {*FILE_KEYS, *CASE_KEYS}
