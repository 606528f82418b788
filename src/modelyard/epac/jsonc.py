"""JSON as EPAC's files have it: with comments, and with commas after the last item, as PowerShell reads it."""

import re
from typing import Any

from modelyard.files import loads as loads_json

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|//[^\n]*|/\*.*?\*/', re.DOTALL)
LAST_COMMA = re.compile(r'"(?:\\.|[^"\\\n])*"|,(?=\s*[}\]])')


def loads(text: str) -> Any:
    """The value. Raises ValueError, whose line and column are those of the text as written.

    A key that stands twice in one object is an error, as it is to PowerShell.
    """
    plain = LAST_COMMA.sub(_without_comma, TOKEN.sub(_without_comment, text.removeprefix("\ufeff")))
    return loads_json(plain, unique=True)


def _without_comment(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else re.sub(r"[^\n]", " ", found[0])


def _without_comma(found: re.Match[str]) -> str:
    return found[0] if found[0].startswith('"') else " "
