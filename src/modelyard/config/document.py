"""One YAML file, read: its values as plain maps, tuples and scalars, and where each of them stands.

PyYAML's C composer gives nodes with line and column; constructing Python values is left to what each key expects
(`scalar.py`). `syntax.py` tells what can't be read at all; here is found what a YAML library may silently read
otherwise than its author meant: keys twice, aliases, tags, keys without a value.
"""

from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret
from modelyard.config.syntax import compose
from modelyard.findings import Position

StackDocument: TypeAlias = dict[str, Any]
"""Keys of a stack file or of a layer: plain maps, tuples and scalars (`Scalar`), as they are written."""


NAMESPACE = "modelyard:"
NULLS = ("~", "null", "Null", "NULL")
STANDARD_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}"
    for name in ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "value", "merge")
)

TEXT_TAG = "tag:yaml.org,2002:str"

Pair = tuple[yaml.Node, yaml.Node]


@dataclass(slots=True)
class Document:
    """A file and its tree.

    `tree` holds the keys below `modelyard:` by their short names, `foreign` those of other namespaces and `outer`
    those beside `config` by their full ones. A None in a tree is a null that was written. `nodes` are the YAML nodes
    of those keys.
    """

    file: str
    tree: StackDocument = field(default_factory=dict)
    foreign: StackDocument = field(default_factory=dict)
    outer: StackDocument = field(default_factory=dict)
    nodes: dict[str, Pair] = field(default_factory=dict)
    children: dict[int, dict[str, Pair]] = field(default_factory=dict, repr=False)

    def position(self, path: KeyPath, of_value: bool = False) -> Position | None:
        """Where the key (or its value) stands; None where this file doesn't have it. The empty path is the file."""
        if not path:
            return Position(self.file, 1, 1)
        found = self.nodes.get(str(path[0]))
        for part in path[1:]:
            if found is None:
                return None
            found = self._child(found[1], part)
        return None if found is None else place(self.file, found[1] if of_value else found[0])

    def _child(self, node: yaml.Node, part: str | int) -> Pair | None:
        if isinstance(node, yaml.SequenceNode):
            return (node.value[part],) * 2 if isinstance(part, int) and part < len(node.value) else None
        if not isinstance(node, yaml.MappingNode):
            return None
        children = self.children.get(id(node))
        if children is None:
            children = self.children[id(node)] = {pair[0].value: pair for pair in reversed(node.value)}
        return children.get(str(part))


def place(file: str, node: yaml.Node) -> Position:
    return Position(file, node.start_mark.line + 1, node.start_mark.column + 1)


def read(content: bytes, file: str, collector: Collector) -> Document | None:
    """The document in `content`; None where it can't be read, and a finding says why."""
    root = compose(content, file, collector)
    if root is None:
        return None
    document = Document(file)
    reader = _Reader(file, collector)
    for key, value in reader.pairs(root, ()):
        if key.value != "config":
            document.nodes[key.value] = (key, value)
            document.outer[key.value] = reader.value(value, (key.value,), key)
        elif isinstance(value, yaml.MappingNode):
            for full, content_node in reader.pairs(value, ()):
                name = full.value.removeprefix(NAMESPACE)
                document.nodes[name] = (full, content_node)
                part = document.tree if name != full.value else document.foreign
                part[name] = reader.value(content_node, (name,), full)
        else:
            reader.add("config.wrong-type", key, ("config",), "config should be a map of keys", found=_found(value))
    return document


def _found(node: yaml.Node) -> str:
    return str(node.value) if isinstance(node, yaml.ScalarNode) else "a list"


class _Reader:
    """Walks the nodes of one file once, and turns them into values."""

    def __init__(self, file: str, collector: Collector) -> None:
        self._file = file
        self._collector = collector
        self._values: dict[int, Any] = {}

    def add(self, code: str, node: yaml.Node, path: KeyPath, message: str, **parts: str) -> None:
        self._collector.add(code, path, message, position=place(self._file, node), **parts)  # type: ignore[arg-type] # the parts are texts

    def pairs(self, node: yaml.MappingNode, path: KeyPath) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
        """The keys of a map, each once, with their values."""
        first: dict[str, yaml.ScalarNode] = {}
        kept = []
        for key, value in node.value:
            if isinstance(key, yaml.MappingNode) and key.flow_style:  # {{ name }}
                remedy = "write the value itself; this file is not a template"
                self.add("config.wrong-type", key, path, "{{ opens a map within a map", remedy=remedy)
            elif not isinstance(key, yaml.ScalarNode):
                self.add("config.wrong-type", key, path, "a key should be a text, not a list or a map")
            elif key.tag == "tag:yaml.org,2002:merge":
                self.add("config.yaml-alias", key, path, "a merge key", found="<<", remedy="use a layer instead")
            elif key.value in first:
                self.add(
                    "config.duplicate-key",
                    key,
                    (*path, key.value),
                    f"{key.value} stands here a second time",
                    allowed="each key once",
                    remedy=f"keep this one or the one in line {first[key.value].start_mark.line + 1}",
                )
            else:
                first[key.value] = key
                kept.append((key, value))
                if key.tag != TEXT_TAG:
                    written = Scalar(key.value, not key.style, (*path, key.value))
                    self._collector.unquoted(written, written.converted() or "something else", of_value=False)
        return kept

    def value(self, node: yaml.Node, path: KeyPath, at: yaml.Node) -> Any:
        """What a node comes to: dict, tuple, Scalar, Secret, or None for a null that was written.

        The composer hands out one node twice only for an alias; `at` is where the reader of a message should look.
        """
        if id(node) in self._values:
            self.add("config.yaml-alias", at, path, "an alias", remedy="write the value out, or use a layer")
            return self._values[id(node)]
        self._values[id(node)] = None
        value = self._values[id(node)] = self._fresh(node, path, at)
        return value

    def _fresh(self, node: yaml.Node, path: KeyPath, at: yaml.Node) -> Any:
        if node.tag not in STANDARD_TAGS:
            self.add("config.yaml-tag", at, path, "a YAML tag", found=node.tag, remedy="write the value without it")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, path)
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.value(item, (*path, index), item) for index, item in enumerate(node.value))
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - there is no fourth kind of node
        pairs = self.pairs(node, path)
        if len(pairs) == 1 and pairs[0][0].value == "secure" and isinstance(pairs[0][1], yaml.ScalarNode):
            return Secret()
        return {key.value: self.value(value, (*path, key.value), key) for key, value in pairs}

    def _scalar(self, node: yaml.ScalarNode, path: KeyPath) -> Scalar | None:
        if not node.style and node.value in NULLS:
            return None
        if not node.style and not node.value:
            from modelyard.syntax.yaml_lines import missing_space  # most files have no mistake to explain

            remedy = (
                'write a value, null to remove what a layer has set, {} for a map with its defaults, or "" for no text'
            )
            # {name:value} is a key without a value; only outer keys have a namespace with a colon.
            if len(path) > 1 and (instead := missing_space(str(path[-1]))):
                remedy = f"write the missing space: `{instead}`"
            self.add("config.empty-value", node, path, "the key has no value", remedy=remedy)
            return None
        return Scalar(node.value, not node.style, path)
