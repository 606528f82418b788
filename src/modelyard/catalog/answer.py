"""An answer of the catalog: yes, no or unknown, and why it can be believed.

Grades, strongest first: A Microsoft's own source, B a captured reply, C third-party prose, R inferred. `unknown` is
an answer too: for most publishers outside OpenAI nobody publishes tables of SKUs and regions.
"""

from dataclasses import dataclass
from enum import StrEnum


class Certainty(StrEnum):
    """What the catalog says."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said, with the source, its date (ISO) and its grade; `how_to_find_out` goes with unknown."""

    known: Certainty
    source: str = ""
    date: str = ""
    grade: str = "R"
    how_to_find_out: str = ""
