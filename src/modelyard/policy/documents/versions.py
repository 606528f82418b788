"""Versions of definitions, as assignments and initiatives ask for them: `1.*.*`, `1.2.*`, `1.*.*-preview`.

Azure keeps every version of a built-in and evaluates the one asked for; here one is at hand, so another one that is
asked for is refused rather than judged by the wrong rule. Source: Microsoft docs, assignment-structure, "Policy
definition ID and version" (A). A pattern without a suffix takes preview and deprecated versions too (R).
"""


def fits(wanted: str, version: str) -> bool:
    """Whether `version` is one that the pattern means; without either, nothing is asked."""
    if not wanted or not version:
        return True
    asked, _, asked_suffix = wanted.lower().partition("-")
    found, _, found_suffix = version.lower().partition("-")
    if asked_suffix not in {"", found_suffix}:
        return False
    return all(one in {"*", other} for one, other in zip(asked.split("."), found.split("."), strict=False))
