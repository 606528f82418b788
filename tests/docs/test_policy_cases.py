"""Authors of policies learn the format of cases from a page; a key that only the code knows is never used."""

import re
from pathlib import Path

from modelyard.policy import casefile, cases

PAGE = Path(__file__).parents[2] / "docs/policy-cases.md"


def test_every_key_that_is_read_is_told() -> None:
    code = "".join(Path(module.__file__ or "").read_text(encoding="utf-8") for module in (casefile, cases))
    read = set(re.findall(r"""(?:written|document|case)(?:\.get\(|\[)"(\w+)\"""", code)) | {"want_undecided"}
    told = set(re.findall(r"^\| `(\w+)` +\|", PAGE.read_text(encoding="utf-8"), re.MULTILINE))
    assert read == told
