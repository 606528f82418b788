"""How many tokens a text is: one for every four characters begun. The sandbox's own rule.

Azure counts with each model's vocabulary, which would have to be downloaded; the rule of thumb of four characters is
near enough to make limits bite in the right order of magnitude. So never compare the sandbox's counts with Azure's.
"""

CHARACTERS = 4
DEFAULT_COMPLETION = 16
"""Tokens set aside for a reply whose length the caller left open. The sandbox's own."""


def tokens(characters: int) -> int:
    """Tokens in so many characters."""
    return -(-characters // CHARACTERS)


def cut(text: str, most: int) -> str:
    """As much of the text as fits into `most` tokens."""
    return text[: most * CHARACTERS]
