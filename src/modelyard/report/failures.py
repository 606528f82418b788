"""Failures as text: those that differ in their subject only are told once, and a closing line names what failed."""

from collections.abc import Iterable

from modelyard.failures import ExitStatus, Failure

NAMED = 5
"""Subjects that a closing line names; the others are counted."""


def blocks(failures: Iterable[Failure]) -> list[str]:
    """One block for each failure; of those that are alike the first one's, with the names of the others."""
    groups: dict[str | int, list[Failure]] = {}
    for failure in failures:
        groups.setdefault(failure.alike or id(failure), []).append(failure)
    return [_block(group) for group in groups.values()]


def closing(failures: Iterable[Failure]) -> str:
    """`refused by Azure: chat, embed (InsufficientQuota)`, and the codes of what failed without a subject."""
    groups: dict[tuple[str, str], list[str]] = {}
    for failure in failures:
        verb = "refused by Azure" if failure.status is ExitStatus.REFUSED and failure.subject else "failed"
        subjects = groups.setdefault((verb, failure.reason or failure.code), [])
        if failure.subject and failure.subject not in subjects:
            subjects.append(failure.subject)
    return "; ".join(
        f"{verb}: {_named(subjects)} ({why})" if subjects else f"{verb}: {why}"
        for (verb, why), subjects in groups.items()
    )


def _block(group: list[Failure]) -> str:
    first, *others = group
    if not others:
        return str(first)
    return f"{first}\n  alike:   {len(others)} more failed in the same way: {_named([each.subject for each in others])}"


def _named(subjects: list[str]) -> str:
    rest = len(subjects) - NAMED
    named = ", ".join(subjects[:NAMED])
    return f"{named} and {rest} more" if rest > 0 else named
