"""What a request to the control API says: members of its JSON body, or a refusal that names the one that is wrong."""

from collections.abc import Mapping
from typing import Any


class ControlRefused(Exception):
    """The control API won't do that; the text says why, the status how HTTP calls it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def number(asked: Mapping[str, Any], name: str, default: float | None = None) -> float:
    """A number, 0 or more."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise ControlRefused(400, f"{name} must be a number, 0 or more")
    return float(value)


def text(asked: Mapping[str, Any], name: str, default: str | None = None) -> str:
    """A text that isn't empty."""
    value = asked.get(name, default)
    if not isinstance(value, str) or not value:
        raise ControlRefused(400, f"{name} must be a text")
    return value
