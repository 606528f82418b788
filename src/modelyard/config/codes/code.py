"""One kind of finding, by its stable code: how much it weighs, and why it matters.

An error must be mended before anything is declared. A warning is likely wrong, or will be soon. A note says what the
reader should know; what the catalog doesn't know is never more than that.
"""

from dataclasses import dataclass

from modelyard.findings import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """`explanation` is what `explain` and the docs print."""

    code: str
    severity: Severity
    title: str
    explanation: str


def error(code: str, title: str, explanation: str) -> Code:
    return Code(code, Severity.ERROR, title, explanation)


def warning(code: str, title: str, explanation: str) -> Code:
    return Code(code, Severity.WARNING, title, explanation)


def note(code: str, title: str, explanation: str) -> Code:
    return Code(code, Severity.NOTE, title, explanation)
