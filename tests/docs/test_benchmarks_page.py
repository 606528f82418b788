"""The page on benchmarks names every figure, and every kind of difference that counts as explained."""

import re
from pathlib import Path

from bench.__main__ import FIGURES
from bench.policy_differences import KINDS

PAGE = (Path(__file__).parents[2] / "docs/benchmarks.md").read_text(encoding="utf-8")


def test_every_figure_has_a_row_with_its_bound() -> None:
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == set(FIGURES)


def test_every_explained_kind_of_difference_has_its_reason() -> None:
    """A kind that only the benchmark knows would let differences pass that nobody can look up."""
    table = PAGE.partition("| Kind | Why |")[2]
    told = {row.replace("`", "") for row in re.findall(r"^\| (.+?) \| ", table, re.MULTILINE)}
    assert told - {"---"} == set(KINDS)
