"""A report whose texts hold nothing that steers a terminal, hides words or is no character of XML.

For writers whose form can't carry such characters; JSON can, by its own escapes, and keeps them.
"""

import copy
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any, cast

from modelyard.display import shown
from modelyard.failures import Failure
from modelyard.report.result import Report

PARTS = ("what", "where", "allowed", "remedy")


def legible(report: Report) -> Report:
    """The report with such characters as escapes; itself where there are none."""
    return cast("Report", _legible(report))


def _legible(value: Any) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else _or_itself(value, shown(value))
    if isinstance(value, tuple | list):
        changed = [_legible(each) for each in value]
        same = all(new is old for new, old in zip(changed, value, strict=True))
        return value if same else type(value)(changed)
    if isinstance(value, Mapping):
        pairs = {_legible(key): _legible(each) for key, each in value.items()}
        return value if pairs == value else pairs
    if isinstance(value, Failure):
        return _failure(value)
    if is_dataclass(value) and not isinstance(value, type):
        found = {each.name: getattr(value, each.name) for each in fields(value) if each.init}
        changed_fields = {name: new for name, old in found.items() if (new := _legible(old)) is not old}
        return replace(value, **changed_fields) if changed_fields else value
    return value


def _failure(failure: Failure) -> Failure:
    texts = {part: shown(getattr(failure, part)) for part in PARTS}
    if all(getattr(failure, part) == text for part, text in texts.items()):
        return failure
    changed = copy.copy(failure)
    for part, text in texts.items():
        setattr(changed, part, text)
    return changed


def _or_itself(before: str, after: str) -> str:
    return before if before == after else after
