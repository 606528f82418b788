"""How far the clock is to go is written by hand, so a slip must be told and never guessed at."""

import pytest

from modelyard.failures import Failure
from modelyard.operations.sandbox_control import seconds


@pytest.mark.parametrize(
    ("text", "length"), [("90s", 90), ("5m", 300), ("1h30m", 5400), ("2d", 172800), ("0.5h", 1800)]
)
def test_a_length_of_time(text: str, length: float) -> None:
    assert seconds(text) == length


@pytest.mark.parametrize("text", ["", "5", "m", "5 m", "5m!", "-5m", "five minutes", "5y"])
def test_no_length_of_time(text: str) -> None:
    with pytest.raises(Failure, match="length of time", check=lambda failure: failure.code == "cli.not-a-duration"):
        seconds(text)
