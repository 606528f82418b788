"""The files of adopted accounts: one stack file each, and a layer of what they have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from modelyard.config.document import StackDocument
from modelyard.files import JsonObject

NEVER = ("name", "resourceGroup", "customSubDomainName")
"""Members of the account that are its own."""
LAYER = "adopted"


def common(trees: Sequence[JsonObject]) -> StackDocument:
    """What all the trees say alike: settings of the account one by one, and whole entries of other sections."""
    if len(trees) < 2:
        return {}
    shared = _alike([tree.get("account", {}) for tree in trees], deep=True)
    found: dict[str, Any] = {"account": {name: value for name, value in shared.items() if name not in NEVER}}
    for section in trees[0]:
        if section not in {"account", "access", "existing", "adopted"}:
            found[section] = _alike([tree.get(section, {}) for tree in trees], deep=False)
    return {name: value for name, value in found.items() if value not in ({}, None)}


def _alike(trees: Sequence[Any], *, deep: bool) -> Any:
    first = trees[0]
    if all(tree == first for tree in trees):
        return first
    if not all(isinstance(tree, Mapping) for tree in trees):
        return None
    both = {}
    for name in first:
        values = [tree.get(name) for tree in trees]
        if any(value is None for value in values):
            continue
        alike = _alike(values, deep=deep) if deep else (values[0] if all(one == values[0] for one in values) else None)
        if alike not in (None, {}):
            both[name] = alike
    return both


def without(tree: JsonObject, layer: JsonObject) -> StackDocument:
    """The tree without what the layer says."""
    left = {}
    for name, value in tree.items():
        if name in layer and isinstance(value, Mapping) and isinstance(layer[name], Mapping):
            if inside := without(value, layer[name]):
                left[name] = inside
        elif name not in layer:
            left[name] = value
    return left


def written(tree: JsonObject, *, outer: Mapping[str, str], head: Sequence[str]) -> str:
    """A stack file or, without `outer`, a layer, with comments as its first lines."""
    config: dict[str, Any] = {**outer, **{f"modelyard:{name}": value for name, value in tree.items()}}
    text = yaml.dump(
        {"config": config}, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, default_flow_style=False
    )
    return "".join(f"# {line}\n" for line in head) + text


class _Dumper(yaml.SafeDumper):
    """Texts that could be read as something else are quoted, and lists are set in below their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's signature
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - a stack file takes no aliases
        return True


def _quoted(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    style = None if re.match(r"[A-Za-z/]", value) else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(str, _quoted)
