"""The words that the sandbox takes for harmful, of its own making: so no offensive text is needed to try a filter.

Azure grades text with models of its own; nothing here says what those would find. A word counts wherever it stands by
itself, in any case. `words.csv` names categories as replies do; those without a severity are found or not found.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

SEVERITIES = ("safe", "low", "medium", "high")
"""Weakest first (Microsoft docs, content filter, severity levels: A)."""


@cache
def words() -> Mapping[str, Mapping[str, int]]:
    """Category → word → severity, as its place in SEVERITIES; 0 where the category has none."""
    found: dict[str, dict[str, int]] = {}
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            severity = SEVERITIES.index(row["severity"]) if row["severity"] else 0
            found.setdefault(row["category"], {})[row["word"]] = severity
    return found


def graded(category: str) -> bool:
    """Whether the category has severities."""
    return all(words()[category].values())
