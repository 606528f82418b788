"""Changes of append and modify carried out on a document, without touching the one given.

Source: Microsoft docs, effect-append, effect-modify and author-policies-for-arrays, "Modifying arrays" (A). A nested
property whose parent is missing is left alone: it is assumed to be omitted intentionally.
"""

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.effects.changes import FieldOperation
from modelyard.policy.language.paths import PropertyKey, Segments, Step
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown
from modelyard.policy.language.value_order import equal


@dataclass(frozen=True, slots=True)
class Applied:
    """The changed document, with what was done, left out (not called for), and could not be done."""

    document: ArmDocument
    done: tuple[FieldOperation, ...]
    left: tuple[FieldOperation, ...]
    conflicts: tuple[FieldOperation, ...]


def apply(resource: EvaluatedResource, changes: Iterable[FieldOperation]) -> Applied:
    """The document with the changes in order. An undecided change is left out."""
    document = copy.deepcopy(resource.document)
    done: list[FieldOperation] = []
    left: list[FieldOperation] = []
    conflicts: list[FieldOperation] = []
    for change in changes:
        if change.field is None or change.applies is not True or isinstance(change.value, Unknown):
            left.append(change)
            continue
        if change.field.modifiable is False and change.operation != "append":
            conflicts.append(change)
            continue
        segments = resource.segments(change.field)
        if not segments[0]:  # `[*]` alone, as cases may write it: a resource is no array
            conflicts.append(change)
            continue
        outcome = _put(document, _placed(document, segments), change)
        {True: done, None: left, False: conflicts}[outcome].append(change)
    return Applied(document, tuple(done), tuple(left), tuple(conflicts))


def _placed(document: ArmDocument, segments: Segments) -> Segments:
    """A guessed path settled: `properties.x` unless the resource has x at its root."""
    first = segments[0][0]
    if isinstance(first, PropertyKey) and first.look.value != "here":
        at_root = any(name.lower() == first.folded for name in document)
        head = () if at_root else (PropertyKey("properties", "properties"),)
        return ((*head, *segments[0]), *segments[1:])
    return segments


def _put(node: Any, segments: Segments, change: FieldOperation) -> bool | None:
    """True when done, None when there is nothing to do, False for a conflict."""
    *parents, last = segments[0]
    for depth, step in enumerate(parents):
        below = _child(node, step)
        if below is None and depth == 0 and isinstance(node, dict) and isinstance(step, PropertyKey):
            below = node[step.name] = {}
        if not isinstance(below, dict | list):
            return None
        node = below
    if len(segments) == 1:
        return _set(node, last, change)
    array = _child(node, last)
    if segments[1:] == ((),):
        return _member(node, last, array, change)
    if not isinstance(array, list):
        return None
    outcomes = {_put(each, segments[1:], change) for each in array}
    return False if False in outcomes else True if True in outcomes else None


def _child(node: Any, step: Step) -> Any:
    name = _name(node, step)
    if isinstance(node, dict):
        return node.get(name)
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else None


def _name(node: Any, step: Step) -> Any:
    if isinstance(node, dict) and isinstance(step, PropertyKey):
        return next((name for name in node if name.lower() == step.folded), step.name)
    return step


def _set(node: Any, step: Step, change: FieldOperation) -> bool | None:
    if not isinstance(node, dict):
        return None
    name = _name(node, step)
    if change.operation == "remove":
        return True if node.pop(name, None) is not None else None
    there = node.get(name)
    if there is not None and change.operation != "addOrReplace":
        return None if equal(there, change.value) is True else False
    node[name] = copy.deepcopy(change.value)
    return True


def _member(node: Any, step: Step, array: Any, change: FieldOperation) -> bool | None:
    if not isinstance(node, dict) or not (array is None or isinstance(array, list)):
        return None
    kept = [] if change.operation == "addOrReplace" or array is None else array
    node[_name(node, step)] = [*kept, copy.deepcopy(change.value)]
    return True
