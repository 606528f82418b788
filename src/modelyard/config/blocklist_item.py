"""Entries of a blocklist: a text, or a regular expression.

Nobody publishes the dialect of Azure's expressions. They are tried with Python's, in which most of what .NET and others
write means the same, so that one that can't be read at all is found before Azure refuses it.
"""

import re
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.keys import Keys
from modelyard.config.scalar import Scalar, Text

NAMED_GROUP = re.compile(r"\(\?<(?![=!])")


class BlocklistItem(Keys):
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
    try:
        compiled = re.compile(NAMED_GROUP.sub("(?P<", regex))
    except re.error as problem:
        raise PydanticCustomError(
            "config.regex-not-valid",
            "not a regular expression: {problem}",
            {
                "problem": str(problem),
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
