"""What a request to the control API says: members of its JSON body, or a refusal that names what is wrong.

A fault is JSON in camel case, and every mistake in it is told at once.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, TypeAlias

from modelyard.sandbox.faults import Fault
from modelyard.sandbox_clock import MOST

ControlBody: TypeAlias = Mapping[str, Any]
"""The JSON body of a request to the sandbox's control API, or of its reply."""


TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
ERRORS = range(400, 600)
MOST_SECONDS = MOST.total_seconds()


class ControlRefused(Exception):
    """The control API won't do that; the text says why, the status how HTTP calls it."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


def number(asked: ControlBody, name: str, default: float | None = None) -> float:
    """A number, 0 or more; as seconds, no more than the clock is ever advanced."""
    value = asked.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MOST_SECONDS:
        raise ControlRefused(400, f"{name} must be a number, 0 to {MOST_SECONDS:.0f}")
    return float(value)


def text(asked: ControlBody, name: str, default: str | None = None) -> str:
    """A text that isn't empty."""
    value = asked.get(name, default)
    if not isinstance(value, str) or not value:
        raise ControlRefused(400, f"{name} must be a text")
    return value


# --- faults -----------------------------------------------------------------------------------------------------------


def _status(asked: Mapping[str, Any], name: str) -> int:
    status = int(number(asked, name))
    if status and status not in ERRORS:
        raise ControlRefused(400, f"{name} must be that of an error, 400 to 599, or 0 for a reply that is only late")
    return status


def _headers(asked: Mapping[str, Any], name: str) -> dict[str, str]:
    headers = asked[name]
    if not isinstance(headers, dict) or not all(_is_header(header, value) for header, value in headers.items()):
        raise ControlRefused(400, f"{name} must be an object of names and values")
    return headers


def _flag(asked: Mapping[str, Any], name: str) -> bool:
    if not isinstance(asked[name], bool):
        raise ControlRefused(400, f"{name} must be true or false")
    return bool(asked[name])


def _count(asked: Mapping[str, Any], name: str) -> int:
    return int(number(asked, name))


def _percent(asked: Mapping[str, Any], name: str) -> int:
    percent = _count(asked, name)
    if percent > 100:
        raise ControlRefused(400, f"{name} must be 0 to 100")
    return percent


READERS: Mapping[str, Callable[[ControlBody, str], Any]] = {
    "method": lambda asked, name: text(asked, name).upper(),
    "host": text,
    "path": text,
    "status": _status,
    "code": text,
    "headers": _headers,
    "delaySeconds": number,
    "times": _count,
    "reset": _flag,
    "deployment": text,
    "firstTokenSeconds": number,
    "streamEvents": _count,
    "limitPercent": _percent,
    "filterDown": _flag,
}
DOES = ("status", "delaySeconds", "reset", "firstTokenSeconds", "streamEvents", "limitPercent", "filterDown")
DEPLOYMENTS_ONLY = ("firstTokenSeconds", "streamEvents", "limitPercent", "filterDown")
"""What only calls of deployments can suffer."""


def read_fault(asked: ControlBody) -> Fault:
    """The fault that a request orders; ControlRefused with all that is wrong with it."""
    wrong = [f"a fault has no {name}; it has {', '.join(READERS)}" for name in asked if name not in READERS]
    found: dict[str, Any] = {}
    for name in asked.keys() & READERS.keys():
        try:
            found[_snake(name)] = READERS[name](asked, name)
        except ControlRefused as refused:
            wrong.append(str(refused))
    wrong += [
        f"{name} goes with a deployment, by name or as a pattern: *"
        for name in DEPLOYMENTS_ONLY
        if name in asked and not asked.get("deployment")
    ]
    if not any(name in asked for name in DOES):
        wrong.append(f"a fault does something: {', '.join(DOES)}")
    if wrong:
        raise ControlRefused(400, "; ".join(sorted(wrong)))
    return Fault(**found)


def write_fault(fault: Fault) -> ControlBody:
    """What `read_fault` takes."""
    held = {field.name: getattr(fault, field.name) for field in fields(fault)}
    return {name: held[_snake(name)] for name in READERS}


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: f"_{found[1].lower()}", name)


def _is_header(name: object, value: object) -> bool:
    return (
        isinstance(name, str) and isinstance(value, str) and TOKEN.fullmatch(name) is not None and value.isprintable()
    )
