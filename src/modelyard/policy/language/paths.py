"""Paths into a resource document: `properties.networkAcls.ipRules[*].value`, `tags['Created By']`, `items[0].name`.

Parsed once into segments that lie between the `[*]`s. Keys are found exactly first and then without regard to case,
as ARM takes property names.
"""

import re
from enum import Enum
from typing import NamedTuple

TOKEN = re.compile(
    r"\.?(?P<name>[^.\[\]]+)|(?P<star>\[\*\])|\[(?P<index>\d+)\]"
    r"|\['(?P<quoted>(?:[^']|'')*)'\]|\[\"(?P<double>[^\"]*)\"\]|\[(?P<bare>[^\]]+)\]"
)


class Look(Enum):
    """Where a key may stand when no alias table says: as written, or also one level away in `properties`."""

    HERE = "here"
    PROPERTIES_FIRST = "properties first"
    PROPERTIES_LAST = "properties last"


class PropertyKey(NamedTuple):
    """One property name of a path."""

    name: str
    folded: str
    look: Look = Look.HERE


Step = PropertyKey | int
Segment = tuple[Step, ...]
Segments = tuple[Segment, ...]


def key(name: str, look: Look = Look.HERE) -> PropertyKey:
    """A key as paths hold it."""
    return PropertyKey(name, name.lower(), look)


def parse(path: str) -> Segments:
    """A path's segments: what stands before, between and after its `[*]`s. ValueError names what can't be read."""
    segments: list[list[Step]] = [[]]
    at = 0
    while at < len(path):
        found = TOKEN.match(path, at)
        if found is None or (at == 0 and path[0] == "."):
            raise ValueError(f"'{path[at:]}' can't be read as part of a path")
        if found["star"]:
            segments.append([])
        elif found["index"]:
            segments[-1].append(int(found["index"]))
        else:
            name = found["name"] or found["double"] or found["bare"] or (found["quoted"] or "").replace("''", "'")
            segments[-1].append(key(name))
        at = found.end()
    return tuple(tuple(segment) for segment in segments)


def flexible(segments: Segments, root: Look) -> Segments:
    """The same path where the first key, and the first key of each array member, may also stand in `properties`."""
    shaped = []
    for at, segment in enumerate(segments):
        look = root if at == 0 else Look.PROPERTIES_LAST
        if segment and isinstance(segment[0], PropertyKey):
            segment = (segment[0]._replace(look=look), *segment[1:])  # noqa: PLW2901 - the segment, reshaped
        shaped.append(segment)
    return tuple(shaped)


def text(segments: Segments) -> str:
    """The path as one writes it, for messages."""
    pieces = []
    for at, segment in enumerate(segments):
        if at:
            pieces.append("[*]")
        pieces.extend(f"[{step}]" if isinstance(step, int) else f".{step.name}" for step in segment)
    return "".join(pieces).removeprefix(".")
