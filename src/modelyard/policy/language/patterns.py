"""The two pattern languages of conditions.

`like`: `*` stands for anything; without regard to case. Microsoft's docs name no other wildcard; `?` for one character
is taken as well, as Microsoft's open evaluator does. `match`: `#` a digit, `?` a letter, `.` any character, all else
itself, with regard to case; `matchInsensitively` without (Microsoft docs, definition-structure-policy-rule, A).
"""

import re
from collections.abc import Callable

MATCH = {"#": "[0-9]", "?": r"[^\W\d_]", ".": "."}


def like(pattern: str) -> Callable[[str], bool]:
    """A test for `like`; patterns of a plain beginning or end, the usual ones, need no regular expression."""
    folded = pattern.casefold()
    if "?" not in folded:
        stars = folded.count("*")
        if stars == 0:
            return lambda text: text.casefold() == folded
        if stars == 1 and folded.endswith("*"):
            return lambda text: text.casefold().startswith(folded[:-1])
        if stars == 1 and folded.startswith("*"):
            return lambda text: text.casefold().endswith(folded[1:])
    pieces = [".*" if each == "*" else "." if each == "?" else re.escape(each) for each in folded]
    whole = re.compile("".join(pieces), re.DOTALL).fullmatch
    return lambda text: whole(text.casefold()) is not None


def match(pattern: str, *, insensitively: bool) -> Callable[[str], bool]:
    """A test for `match` and `matchInsensitively`.

    Folding may make two letters of one (ß), which is then also one letter for `?`; so both readings of a text count.
    """
    if not insensitively:
        exact = _matcher(pattern, re.DOTALL)
        return lambda text: exact(text) is not None
    lenient, folded = _matcher(pattern, re.DOTALL | re.IGNORECASE), _matcher(pattern.casefold(), re.DOTALL)
    return lambda text: lenient(text) is not None or folded(text.casefold()) is not None


def _matcher(pattern: str, flags: re.RegexFlag) -> Callable[[str], re.Match[str] | None]:
    return re.compile("".join(MATCH.get(each, re.escape(each)) for each in pattern), flags).fullmatch
