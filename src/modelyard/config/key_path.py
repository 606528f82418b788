"""Configuration paths: which key of which map is meant, and how people write it.

A path is a tuple of map keys and list indices below `modelyard:`, so `modelyard:deployments` → `chat` → `sku` is
`("deployments", "chat", "sku")`, written `deployments.chat.sku`. A key with a dot in it is written in brackets:
`deployments["gpt-5.4"].sku`. Keys of other namespaces and of the file itself keep their full name.
"""

import re

KeyPath = tuple[str | int, ...]
ANY = "[]"
"""In a path of an option, any entry of a list."""

_PLAIN = re.compile(r"[A-Za-z0-9_:-]+")
_PART = re.compile(r"""\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\.?([A-Za-z0-9_:-]+)""")


def written(path: KeyPath) -> str:
    """The path as findings and commands show it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        elif part == ANY:
            text += ANY
        elif _PLAIN.fullmatch(part):
            text += f".{part}" if text else part
        else:
            escaped = part.replace("\\", "\\\\").replace('"', '\\"')
            text += f'["{escaped}"]'
    return text


def parsed(text: str) -> KeyPath:
    """The path somebody wrote; raises ValueError where it isn't one."""
    path: list[str | int] = []
    at = 0
    while at < len(text):
        part = _PART.match(text, at)
        if part is None:
            raise ValueError(f"not a configuration path at character {at + 1}: {text}")
        quoted, index, plain = part.groups()
        if index is not None:
            path.append(int(index))
        else:
            path.append(plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted))
        at = part.end()
    return tuple(path)
