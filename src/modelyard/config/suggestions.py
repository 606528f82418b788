"""What somebody may have meant by a name that isn't known."""

from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """The question, for the known name that is most like it; `otherwise` where none is."""
    from difflib import get_close_matches

    by_folded = {each.casefold(): each for each in known}
    close = get_close_matches(name.casefold(), by_folded, n=1)
    return f"did you mean {by_folded[close[0]]}?" if close else otherwise
