"""Blocklists of the account, which content filters name: their entries are texts or regular expressions.

Nobody publishes the dialect of Azure's expressions. They are tried with Python's, and what .NET and others write
otherwise is put into Python's words for that, so that what is refused here can be read by nobody.
"""

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.naming_rules import BlocklistName, Tags
from modelyard.config.scalar import Scalar, Text
from modelyard.config.strict_model import StrictModel

IN_PYTHON = (
    (re.compile(r"\(\?<(?![=!])"), "(?P<"),  # a named group
    (re.compile(r"\\k<(\w+)>"), r"(?P=\1)"),  # a reference to one
    (re.compile(r"\\[pP]\{\^?\w+\}"), r"\\w"),  # a class of Unicode
    (re.compile(r"\(\?[a-z]+\)"), ""),  # flags from here on
    (re.compile(r"\\z"), r"\\Z"),  # the very end
)


class BlocklistItem(StrictModel):
    """One entry: a text that is blocked as it stands, or a regular expression."""

    text: Text | None = Field(default=None, description="A word or phrase, blocked as it stands.")
    regex: Text | None = Field(default=None, description="A regular expression; put it in single quotes.")

    @model_validator(mode="after")
    def one_of_two(self) -> Self:
        if (self.text is None) == (self.regex is None):
            raise PydanticCustomError(
                "config.entry-text-or-regex",
                "an entry is a text or a regular expression",
                {"found": "both" if self.text is not None else "neither", "allowed": "text: … or regex: …"},
            )
        if not self.pattern.strip():
            raise PydanticCustomError(
                "config.pattern-matches-everything",
                "an entry without text blocks everything or nothing",
                {"found": repr(self.pattern), "allowed": "a text of at least one character"},
            )
        if self.regex is not None:
            _readable(self.regex)
        return self

    @property
    def pattern(self) -> str:
        """What ARM calls the pattern."""
        return self.text if self.text is not None else self.regex or ""

    @property
    def is_regex(self) -> bool:
        return self.regex is not None


def _readable(regex: str) -> None:
    translated = regex
    for other, python in IN_PYTHON:
        translated = other.sub(python, translated)
    try:
        compiled = re.compile(translated)
    except (re.error, OverflowError, RecursionError) as problem:  # the latter two: a repetition or a nesting too far
        raise PydanticCustomError(
            "config.regex-not-valid",
            "not a regular expression: {problem}",
            {
                "problem": "nested too deeply" if isinstance(problem, RecursionError) else str(problem),
                "found": regex,
                "allowed": "a regular expression",
                "remedy": "correct it, or write it as text",
            },
        ) from problem
    if compiled.search(""):
        raise PydanticCustomError(
            "config.pattern-matches-everything",
            "this expression matches the empty text, and so every message",
            {"found": regex, "allowed": "an expression that needs at least one character"},
        )


def _short_form(written: Any) -> Any:
    return {"text": written} if isinstance(written, Scalar | str) else written


BlocklistEntry = Annotated[BlocklistItem, BeforeValidator(_short_form, json_schema_input_type=str | BlocklistItem)]


class Blocklist(StrictModel):
    """One entry of `modelyard:blocklists`."""

    description: Text = Field(default="", description="What the list is for.")
    entries: dict[BlocklistName, BlocklistEntry] = Field(
        default={},
        description="Entries by name: a text, or text: … or regex: …; the key is the entry's name in Azure.",
    )
    tags: Tags = Field(default={}, description="Tags of the blocklist, added to the stack's.")
