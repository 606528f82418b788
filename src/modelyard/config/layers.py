"""Layers: what several stacks have in common, merged below the stack's own file.

Maps are merged key by key, anything else is replaced, a later layer wins and the stack's file wins over all. A null
that is written removes what stood there before it. Merging is associative, so it doesn't matter whether a layer is
merged into another one first: a map that comes after a null or a plain value stays marked as standing on its own.
"""

from collections.abc import Callable
from typing import Any

from modelyard.config.document import Document, StackDocument
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret


class Replaced(dict[str, Any]):
    """A map that doesn't build on what lies below it."""


def merge(below: StackDocument, above: StackDocument) -> StackDocument:
    """`above` laid over `below`; both stay as they are."""
    merged = type(below)() if isinstance(below, Replaced) else {}
    merged.update(below)
    for key, value in above.items():
        merged[key] = _over(below[key], value) if key in below else value
    return merged


def _over(below: Any, above: Any) -> Any:
    if not isinstance(above, dict) or isinstance(above, Replaced):
        return above
    return merge(below, above) if isinstance(below, dict) else Replaced(above)


def bare(tree: StackDocument) -> StackDocument:
    """The tree without its nulls and marks, as it is when nothing more is merged."""
    return {key: bare(value) if isinstance(value, dict) else value for key, value in tree.items() if value is not None}


def gather(
    stack: Document,
    open_layer: Callable[[str], Document | None],
    layer_names: Callable[[], list[str]],
    collector: Collector,
) -> tuple[Document, ...]:
    """The stack's file and all layers it builds on, lowest first, each once. `extends` is taken out of the trees.

    `open_layer` gives None where there is no such file, or it can't be read (and has said so).
    """
    ordered: list[Document] = []
    opened: dict[str, Document | None] = {}

    def visit(document: Document, trail: tuple[str, ...]) -> None:
        for index, name in enumerate(_names(document, collector)):
            position = document.position(("extends", index))
            if name in trail:
                circle = " → ".join((*trail[trail.index(name) :], name))
                collector.add(
                    "config.layer-cycle",
                    ("extends", index),
                    f"the layer {name} builds on itself",
                    found=circle,
                    remedy="take one of these out",
                    position=position,
                )
            elif name not in opened:
                opened[name] = layer = open_layer(name)
                if layer is not None:
                    foreign_keys(layer, collector)
                    visit(layer, (*trail, name))
                    ordered.append(layer)
                elif name not in (known := layer_names()):
                    collector.add(
                        "config.layer-missing",
                        ("extends", index),
                        f"there is no layer {name}",
                        found=name,
                        allowed=", ".join(known) or "no layers are there yet",
                        remedy=f"write layers/{name}.yaml beside the stack files, or correct the name",
                        position=position,
                    )

    visit(stack, ())
    return (*ordered, stack)


def _names(document: Document, collector: Collector) -> tuple[str, ...]:
    written = document.tree.pop("extends", None)
    if written is None:
        return ()
    if not isinstance(written, tuple) or not all(isinstance(item, Scalar) for item in written):
        collector.add(
            "config.wrong-type",
            ("extends",),
            "extends should be a list of layers",
            found=repr(written) if isinstance(written, Scalar) else "",
            allowed="[base]",
            position=document.position(("extends",)),
        )
        return ()
    return tuple(item.text for item in written)


def foreign_keys(layer: Document, collector: Collector) -> None:
    """What has no effect in a layer, because Pulumi doesn't read it."""
    for key in (*layer.outer, *layer.foreign):
        collector.add(
            "config.layer-foreign-key",
            (key,),
            f"{key} has no effect in a layer",
            allowed="keys under modelyard:",
            remedy="move it to the stack's file",
            position=layer.position((key,)),
        )
    for path in _secrets(layer.tree, ()):
        collector.add(
            "config.layer-secret",
            path,
            "a secret in a layer can't be decrypted",
            remedy="set it in the stack's file: pulumi config set --secret --path …",
            position=layer.position(path),
        )
    layer.tree = _public(layer.tree)


def _secrets(value: Any, path: KeyPath) -> list[KeyPath]:
    if isinstance(value, Secret):
        return [path]
    if isinstance(value, dict):
        return [found for key, item in value.items() for found in _secrets(item, (*path, key))]
    if isinstance(value, tuple):
        return [found for index, item in enumerate(value) for found in _secrets(item, (*path, index))]
    return []


def _public(value: Any) -> Any:
    """The value without its secrets, so that one that is told of here isn't told of again."""
    if isinstance(value, dict):
        return {key: _public(item) for key, item in value.items() if not isinstance(item, Secret)}
    if isinstance(value, tuple):
        return tuple(_public(item) for item in value if not isinstance(item, Secret))
    return value
