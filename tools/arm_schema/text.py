"""The file as text: one member a line, so that a difference shows what Microsoft changed."""

import json
from collections.abc import Mapping
from typing import Any

OWN = ("properties", "oneOf", "body")
"""Keys of a form below which members are."""


def render(entries: Mapping[str, Any]) -> str:
    """The whole file; each token begins a line, by which a reader finds its entry without reading the others."""
    parts = [f"{json.dumps(token)}: {_object(each, 0)}" for token, each in sorted(entries.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _value(value: Any, depth: int, key: str = "") -> str:
    if isinstance(value, Mapping) and (key == "properties" or _has_members(value)):
        return _object(value, depth)
    if isinstance(value, list) and any(isinstance(each, Mapping) and _has_members(each) for each in value):
        inner = f"\n{' ' * (depth + 1)}"
        return "[" + ",".join(f"{inner}{_value(each, depth + 1)}" for each in value) + f"\n{' ' * depth}]"
    return json.dumps(value, ensure_ascii=False)


def _object(value: Mapping[str, Any], depth: int) -> str:
    inner = f"\n{' ' * (depth + 1)}"
    lines = [f"{inner}{json.dumps(key)}: {_value(each, depth + 1, key)}" for key, each in value.items()]
    return "{" + ",".join(lines) + f"\n{' ' * depth}}}"


def _has_members(form: Mapping[str, Any]) -> bool:
    """Whether there are members below it, which take lines of their own."""
    inside = (form.get(key) for key in ("items", "additionalProperties"))
    return any(key in form for key in OWN) or any(isinstance(each, Mapping) and _has_members(each) for each in inside)
