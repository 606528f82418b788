"""The texts of a conversation: what a prompt is to the content filter and to the count of tokens."""

from collections.abc import Iterable, Mapping
from typing import Any


def text(content: object) -> str:
    """The text of a message's content, which is a text or a list of parts; images have none."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return " ".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))


def prompt(messages: Iterable[Mapping[str, Any]]) -> str:
    """All that is said in the messages, one after the other."""
    return "\n".join([text(message.get("content")) for message in messages])
