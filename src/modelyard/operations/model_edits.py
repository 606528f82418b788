"""Edits of stack files that move deployments to another model, or declare one of it beside them; nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import unified_diff
from functools import reduce
from pathlib import Path
from typing import Any

import yaml

from modelyard.config import layers, stack_edits
from modelyard.config.loader import Loaded
from modelyard.config.scalar import Scalar
from modelyard.config.stack_edits import EditImpossible
from modelyard.failures import Failure

SECTION = "deployments"


@dataclass(frozen=True, slots=True)
class BumpedDeployment:
    """One deployment that moves: its stack, its key, and the key that stands beside it where the old one stays."""

    stack: str
    name: str
    beside: str = ""


@dataclass(frozen=True, slots=True)
class BumpedStack:
    """One stack file before and after the edit."""

    name: str
    file: Path
    before: str
    after: str
    deployments: tuple[BumpedDeployment, ...]

    @property
    def diff(self) -> str:
        return edit(self.file.name, self.before, self.after)


def bumped(name: str, loaded: Loaded, old: str, new: str, beside: bool) -> BumpedStack | None:
    """The edit of one stack's file; None where it has no such deployment."""
    model, _, version = old.partition("@")
    declared = loaded.stack.deployments if loaded.stack else {}
    keys = [
        key
        for key, each in declared.items()
        if each.model.name == model and (not version or each.model.version == version)
    ]
    if not keys:
        return None
    before = after = loaded.file.read_text(encoding="utf-8")
    moved = []
    for key in keys:
        other = _beside(key, new, declared) if beside else ""
        after = _declared_beside(after, loaded, key, other, new) if beside else moved_to(after, key, new)
        moved.append(BumpedDeployment(name, key, other))
    return BumpedStack(name, loaded.file, before, after, tuple(moved))


def moved_to(text: str, key: str, model: str) -> str:
    """The text of a stack file with a deployment's model; a map of it keeps its form."""
    path = (SECTION, key, "model")
    name, _, version = model.partition("@")
    try:
        if stack_edits.has(text, (*path, "version")):
            return stack_edits.with_value(
                stack_edits.with_value(text, (*path, "name"), name), (*path, "version"), version
            )
        return stack_edits.with_value(text, path, model)
    except EditImpossible as problem:
        raise Failure.of("cli.edit-impossible", key=f"{SECTION}.{key}", problem=str(problem)) from problem


def _declared_beside(text: str, loaded: Loaded, key: str, other: str, model: str) -> str:
    """The text with a deployment of another name: all that the old one says, whoever says it, and the new model."""
    tree = layers.bare(reduce(layers.merge, (each.tree for each in loaded.documents)))
    entry = _plain(tree[SECTION][key])
    entry["model"] = model
    try:
        return stack_edits.with_value(text, (SECTION, other), entry)
    except EditImpossible as problem:
        raise Failure.of("cli.edit-impossible", key=f"{SECTION}.{other}", problem=str(problem)) from problem


def _plain(value: Any) -> Any:
    if isinstance(value, Scalar):
        return yaml.load(value.text, Loader=yaml.CSafeLoader) if value.converted() in (NUMBER, TRUTH) else value.text
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


NUMBER, TRUTH = "a number", "true or false"


def _beside(key: str, model: str, declared: Mapping[str, Any]) -> str:
    """A name of its own for the new one: the old one's with the version, or the model's name where that is taken."""
    name, _, version = model.partition("@")
    plain = (f"{key}-{part}".replace(".", "-").lower() for part in (version, f"{name}-{version}", "next", "next-2"))
    return next(each for each in plain if each not in declared)


def edit(name: str, before: str, after: str) -> str:
    """A unified difference of a file."""
    lines = unified_diff(before.splitlines(keepends=True), after.splitlines(keepends=True), name, name)
    return "".join(line if line.endswith("\n") else f"{line}\n" for line in lines)
