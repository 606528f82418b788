r"""Text of others as it may be shown: characters that steer a terminal, or that hide what is written, as escapes.

Names and messages come from stack files, from other teams' policies, from Azure and from the engine. A control
character among them could move the cursor, change colours, retitle the window or turn the direction of a line; shown
as `\x1b` it does nothing, and the reader sees that it is there.
"""

import codecs
import re
from typing import TextIO

HIDDEN = (
    r"\x7f-\x9f"  # delete, and the control characters that some terminals take in one byte
    r"\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff"  # direction, invisible breaks and spaces
    r"\ud800-\udfff\ufffe\uffff"  # halves of pairs, and what is no character
    r"\ufff9-\ufffb\U000e0000-\U000e007f"  # annotations and tags, which nothing shows
)
STEERING = re.compile(rf"[\x00-\x08\x0b-\x1f{HIDDEN}]")
"""All control characters but the tab and the line feed, of which lines are made."""
IN_JSON = re.compile(rf"[{HIDDEN}]")
"""What JSON's own escapes leave."""

PLAIN = {
    "✓": "+", "✗": "x", "–": "-", "—": "-", "○": "o", "·": ".", "•": "*", "…": "...", "→": "->", "←": "<-",
    "×": "x", "\u2018": "'", "\u2019": "'", "“": '"', "”": '"', "≥": ">=", "≤": "<=", "\u00a0": " ",
}  # fmt: skip
"""What stands for our own marks where a terminal's encoding lacks them."""
DEGRADE = "modelyard.degrade"


def shown(text: str) -> str:
    """The text with each steering or hidden character as its escape; tabs and line feeds stay."""
    return STEERING.sub(_escape, text)


def escaped_json(document: str, encoding: str = "utf-8") -> str:
    """A JSON document that says the same, with hidden characters as JSON's escapes; the others where the encoding
    lacks them.
    """
    plain = IN_JSON.sub(_json_escape, document)
    try:
        plain.encode(encoding)
    except UnicodeEncodeError:
        return "".join(each if each.isascii() else _json_units(each) for each in plain)
    return plain


def degrade(*streams: TextIO) -> None:
    """Let streams write any text: what their encoding lacks becomes a plain mark, or an escape, never an exception."""
    codecs.register_error(DEGRADE, _degraded)
    for stream in streams:
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors=DEGRADE)


def _degraded(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    return "".join(PLAIN.get(each) or _code(each) for each in lacking), error.end


def _escape(found: re.Match[str]) -> str:
    return _code(found[0])


def _code(character: str) -> str:
    number = ord(character)
    names = {9: "\\t", 10: "\\n", 13: "\\r"}
    if number in names:
        return names[number]
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def _json_escape(found: re.Match[str]) -> str:
    return _json_units(found[0])


def _json_units(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
