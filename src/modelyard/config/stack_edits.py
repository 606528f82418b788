"""Edits of a stack's own file that leave its comments and its layout as they are.

The file's text is changed where the YAML nodes stand, and nowhere else; nothing is dumped anew. A value that is not in
the file is added below the last key of the deepest map that is; of what a layer says it is an override there. The
caller reads the file again before anybody relies on it.
"""

from collections.abc import Mapping
from typing import Any

import yaml

from modelyard.config.document import NAMESPACE
from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar

INDENT = 2
WIDTH = 10**6


class EditImpossible(Exception):
    """A file whose form takes no such edit: an alias, a list, a text where a map should be."""


def with_value(text: str, path: KeyPath, value: Any) -> str:
    """The text with a value at a key path below `modelyard:`. Raises EditImpossible."""
    node, rest, key = _deepest(text, path)
    if not rest:
        if isinstance(value, Mapping) and not value:
            return _replaced(text, node, "{}")
        return _replaced(text, node, _flow(value))
    if _is_null(node):
        added = _nested(rest, value)
        return _replaced(
            text, node, f" {_flow(added)}" if node.start_mark.index == node.end_mark.index else _flow(added)
        )
    if not isinstance(node, yaml.MappingNode):
        return _replaced(text, node, _flow(_nested(rest, value)))
    name = f"{NAMESPACE}{rest[0]}" if key is None else rest[0]
    if node.flow_style:
        inside = text[node.start_mark.index + 1 : node.end_mark.index - 1].strip()
        entry = f"{_flow(name)}: {_flow(_nested(rest[1:], value))}"
        return _replaced(text, node, f"{{{inside.rstrip(',')}, {entry}}}" if inside else f"{{{entry}}}")
    column = node.value[0][0].start_mark.column
    end = _end_of_line(text, _end(text, node.value[-1][1], node.value[-1][0]))
    lines = _block(str(name), _nested(rest[1:], value), column)
    newline = "" if end and text[end - 1] == "\n" else "\n"
    return f"{text[:end]}{newline}{lines}{text[end:]}"


def without(text: str, path: KeyPath) -> str:
    """The text without a key; as it is where the file hasn't the key. Raises EditImpossible."""
    above, rest, key = _deepest(text, path[:-1])
    if rest or not isinstance(above, yaml.MappingNode):
        return text
    name = f"{NAMESPACE}{path[-1]}" if key is None else str(path[-1])
    pair = next((each for each in above.value if each[0].value == name), None)
    if pair is None:
        return text
    if above.flow_style:
        left = {each[0].value: each for each in above.value if each is not pair}
        parts = [text[one.start_mark.index : _end(text, other, one)] for one, other in left.values()]
        return _replaced(text, above, f"{{{', '.join(parts)}}}")
    if len(above.value) == 1:
        return _replaced(text, above, "{}")
    start = text.rfind("\n", 0, pair[0].start_mark.index) + 1
    end = _end_of_line(text, _end(text, pair[1], pair[0]))
    return text[:start] + text[end:]


def has(text: str, path: KeyPath) -> bool:
    """Whether the file itself states the key."""
    return not _deepest(text, path)[1]


def _deepest(text: str, path: KeyPath) -> tuple[yaml.Node, KeyPath, str | None]:
    """The node of the longest part of the path that is there, what is left, and the last key; None is `config`."""
    root = yaml.compose(text, Loader=yaml.CSafeLoader)
    node = _child(root, "config")
    if not isinstance(node, yaml.MappingNode):
        raise EditImpossible("the file has no map `config`")
    key: str | None = None
    for at, part in enumerate(path):
        found = _child(node, f"{NAMESPACE}{part}" if at == 0 else str(part))
        if found is None:
            return node, path[at:], key
        node, key = found, str(part)
    return node, (), key


def _child(node: yaml.Node | None, name: str) -> yaml.Node | None:
    pairs = node.value if isinstance(node, yaml.MappingNode) else ()
    return next((value for key, value in pairs if key.value == name), None)


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _end(text: str, node: yaml.Node, key: yaml.Node) -> int:
    """Where a node's own text ends: the mark of a block stands behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style:
        if not node.value:
            return int(key.end_mark.index)
        last = node.value[-1]
        return _end(text, last[1], last[0]) if isinstance(last, tuple) else _end(text, last, last)
    end = int(node.end_mark.index)
    if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
        return len(text[:end].rstrip("\n"))
    return max(end, text.index(":", int(key.end_mark.index)) + 1) if node is not key else end


def _end_of_line(text: str, at: int) -> int:
    """Behind the line on which something ends, with a comment on it."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def _replaced(text: str, node: yaml.Node, new: str) -> str:
    start = int(node.start_mark.index)
    return f"{text[:start]}{new}{text[_end(text, node, node) :]}"


def _nested(path: KeyPath, value: Any) -> Any:
    for part in reversed(path):
        value = {part: value}
    return value


class _Dumper(yaml.SafeDumper):
    """Quotes every text that some YAML library would take for something else, as the check of a stack file wants it."""

    def represent_text(self, text: str) -> yaml.ScalarNode:
        quoted = '"' if Scalar(text, plain=True, path=()).converted() else None
        return self.represent_scalar("tag:yaml.org,2002:str", text, style=quoted)


_Dumper.add_representer(str, _Dumper.represent_text)


def _flow(value: Any) -> str:
    """A value on one line."""
    text = yaml.dump(value, Dumper=_Dumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text.removesuffix("\n").removesuffix("\n...")


def _block(name: str, value: Any, column: int) -> str:
    """Lines of a key with its value, from a column on."""
    text = yaml.dump(
        {name: value},
        Dumper=_Dumper,
        default_flow_style=False,
        sort_keys=False,
        allow_unicode=True,
        width=WIDTH,
        indent=INDENT,
    )
    return "".join(f"{' ' * column}{line}\n" for line in text.splitlines())
