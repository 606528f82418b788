"""Which versions a model can't have: what the tables rule out, and what may be newer than they are.

Only OpenAI's versions are written alike by every source, and its schedule keeps those that have retired, so a version
that isn't there can be ruled out unless it is a later one. Of other publishers' models nothing is ruled out.
"""

import datetime
from collections.abc import Sequence

from modelyard.catalog.model import ModelVersion

OPENAI = "OpenAI"
WORDS = frozenset({"latest", "newest", "current", "default", "auto", "stable"})
"""What stands for a version elsewhere; ARM takes none of them."""


def is_word(version: str) -> bool:
    """Whether it is a word for whichever version comes, which no model has."""
    return version.casefold() in WORDS


def ruled_out(version: str, rows: Sequence[ModelVersion]) -> bool:
    """Whether a model with these rows, none of which has the version, can't have it."""
    if not rows or not all(row.format == OPENAI for row in rows):
        return False
    return not _later(version, rows)


def _later(version: str, rows: Sequence[ModelVersion]) -> bool:
    """Later than all listed ones, and if it is a date than the day on which they were read: they would have it."""
    listed = [row.version for row in rows]
    if _is_date(version):
        return version > max(row.date for row in rows) and all(version > each for each in listed if _is_date(each))
    if not (version.isascii() and version.isdigit()):
        return False
    return all(each.isdigit() and int(version) > int(each) for each in listed)


def _is_date(version: str) -> bool:
    try:
        return datetime.date.fromisoformat(version).isoformat() == version
    except ValueError:
        return False
