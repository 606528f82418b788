"""How a scalar of a stack file becomes a value: by what the key expects, never by what YAML makes of it.

Pulumi reads stack files with YAML's own types and writes them back: an unquoted `2024-11-20` becomes a timestamp,
`1.10` becomes 1.1 (seen with CLI 3.250.0). So scalars are kept as text here; where text is expected, an unquoted
scalar that YAML would take for something else is a finding. YAML 1.1 and 1.2 disagree about `yes`, `on` and octal, and
both live on in libraries, so whatever either would convert counts.
"""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from modelyard.config.key_path import KeyPath
from modelyard.config.secret import Secret

_CONVERTED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("nothing", re.compile(r"~|null|Null|NULL|")),
    ("true or false", re.compile(r"true|false|yes|no|on|off|y|n", re.IGNORECASE)),
    ("a date", re.compile(r"\d{4}-\d{1,2}-\d{1,2}(?:[Tt \t].*)?")),
    ("a number", re.compile(r"[-+]?\d[\d_]*|[-+]?0(?:[xX][\da-fA-F_]+|[oO][0-7_]+|[bB][01_]+)")),
    ("a number", re.compile(r"[-+]?(?:\.\d[\d_]*|\d[\d_]*\.[\d_]*|\d[\d_]*(?=[eE]))(?:[eE][-+]?\d+)?")),
    ("a number", re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")),
    ("a number to base 60", re.compile(r"[-+]?\d+(?::[0-5]?\d)+(?:\.\d*)?")),
)
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")


class Scalar:
    """One scalar as it stands in the file: its text, whether it was unquoted, and its configuration path."""

    __slots__ = ("path", "plain", "text")

    def __init__(self, text: str, plain: bool, path: KeyPath) -> None:
        self.text = text
        self.plain = plain
        self.path = path

    def converted(self) -> str | None:
        """What YAML, and so Pulumi, would make of it; None where it stays text."""
        if not self.plain or (self.text and self.text[0] not in "0123456789+-.~tTfFyYnNoO"):
            return None
        return next((kind for kind, pattern in _CONVERTED if pattern.fullmatch(self.text)), None)

    def __repr__(self) -> str:
        return self.text if self.plain else repr(self.text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Scalar) and (self.text, self.plain) == (other.text, other.plain)

    def __hash__(self) -> int:
        return hash((self.text, self.plain))


def as_text(value: Any, info: ValidationInfo[Any]) -> Any:
    """A scalar's text, whatever it looks like; a context of validation is told of one that should be quoted."""
    if isinstance(value, Scalar):
        if info.context is not None and (becomes := value.converted()):
            info.context.unquoted(value, becomes)
        return value.text
    if isinstance(value, Secret):
        raise PydanticCustomError(
            "config.secret-not-allowed",
            "this value can't be a secret",
            {
                "found": "secure: …",
                "allowed": "plain text: Azure shows this value to everybody who may read the resource",
            },
        )
    return value


def as_whole(value: Any, _: ValidationInfo[Any]) -> Any:
    """A whole number, in plain decimal digits."""
    if isinstance(value, Scalar):
        if value.plain and _WHOLE.fullmatch(value.text):
            return int(value.text)
        raise PydanticCustomError(
            "config.wrong-type",
            "a whole number is expected",
            {"found": repr(value), "allowed": "decimal digits, without quotes, underscores or a fraction"},
        )
    return value


def as_flag(value: Any, _: ValidationInfo[Any]) -> Any:
    """`true` or `false`; `yes` and `on` mean different things to different YAML libraries."""
    if isinstance(value, Scalar):
        if value.plain and value.text in ("true", "false"):
            return value.text == "true"
        raise PydanticCustomError(
            "config.wrong-type",
            "true or false is expected",
            {"found": repr(value), "allowed": "true or false, without quotes"},
        )
    return value


def as_words(value: Any, info: ValidationInfo[Any]) -> Any:
    """A text that says something: a blank one would go to Azure, which refuses it or takes it literally."""
    text = as_text(value, info)
    if isinstance(text, str) and not text.strip():
        raise PydanticCustomError(
            "config.value-not-allowed",
            "this needs a text",
            {"found": repr(text), "allowed": "a text that isn't blank", "remedy": "write it, or take the key out"},
        )
    return text


Text = Annotated[str, BeforeValidator(as_text)]
Words = Annotated[str, BeforeValidator(as_words)]
Count = Annotated[int, Field(ge=1), BeforeValidator(as_whole)]
Flag = Annotated[bool, BeforeValidator(as_flag)]
