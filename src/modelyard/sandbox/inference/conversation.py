"""The texts of a conversation, and how many tokens a text is: one for every four characters begun.

That rule is the sandbox's own. Azure counts with each model's vocabulary, which would have to be downloaded; the rule
of thumb of four characters is near enough to make limits bite in the right order of magnitude. So never compare the
sandbox's counts with Azure's. What Azure debits on arrival it estimates alike: 6 for 23 characters of a chat and 9 for
34 of an input to embed were recorded (B), though 14 for 34 of a chat too.
"""

from collections.abc import Iterable

from modelyard.sandbox.inference.answers import InferenceBody

CHARACTERS = 4


def text(content: object) -> str:
    """The text of a message's content, which is a text or a list of parts; images have none."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return " ".join(str(part.get("text") or "") for part in parts if isinstance(part, dict))


def prompt(messages: Iterable[InferenceBody]) -> str:
    """All that is said in the messages, one after the other."""
    return "\n".join([text(message.get("content")) for message in messages])


def tokens(characters: int) -> int:
    """Tokens in so many characters."""
    return -(-characters // CHARACTERS)


def cut(text: str, most: int) -> str:
    """As much of the text as fits into `most` tokens."""
    return text[: most * CHARACTERS]
