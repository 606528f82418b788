"""Documents made worse: what a seed decides is done to a good one, again and again.

Most of what breaks programs is a good input with one thing wrong, so every document begins as an example that is taken,
and a few of its nodes are changed by what stands in the table `VALUES`, by each other, or by nothing. What is text in
the end is cut and patched as text too.
"""

import copy
import json
import math
import random
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

Place = tuple[Any, Any]
"""A container and the key or index in it."""

DEEP = 300
LONG = 50_000
MANY = 3_000


def _deep(open_: Callable[[Any], Any]) -> Any:
    value: Any = 1
    for _ in range(DEEP):
        value = open_(value)
    return value


PLAIN: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**30, 0.1, -0.0, 1e308, 1e-320, math.inf, math.nan,
    "", " ", "x", "\x00", "a\r\nb: c", "\N{GRINNING FACE}", "\ud83d", "é" * 10, "None", "true", "0", "1e999", "NaN",
    "9" * 400, "..", "/", "//", "/subscriptions//", "[", "[]", "[[x]]", "[parameters('a')]", "[concat(",
    "[field('[*]')]",
    "[if(true,1)]", "${x}", "{{}}", "{0}", "%", "%s", "*", "**", "a" * 64, "a" * 300, "$ref", "#/$defs/a",
    "2026-02-30", "9999-12-31T23:59:59Z", "0001-01-01", "P1Y", "10.0.0.0/99", "::1", "(a+)+$", "[a-", "\\",
    "00000000-0000-0000-0000-000000000000", "Microsoft.CognitiveServices/accounts", "builtin/keyless",
    [], {}, [None], [[]], [{}], [1, "a", None], {"": None}, {"a": None}, {"value": {}}, {"secure": "v1:x"},
    [[1]] * 3,
    {"$ref": "#"}, {"type": "object"}, {"type": ["null", 1]}, {"if": {}}, {"field": 1}, {"not": {"not": {}}},
)  # fmt: skip
MADE: tuple[Callable[[], Any], ...] = (
    lambda: "x" * LONG,
    lambda: list(range(MANY)),
    lambda: {f"k{number}": number for number in range(MANY)},
    lambda: _deep(lambda value: [value]),
    lambda: _deep(lambda value: {"not": value}),
    lambda: _deep(lambda value: {"a": value}),
)
VALUES: tuple[Callable[[], Any], ...] = (*(partial(copy.deepcopy, value) for value in PLAIN), *MADE)
"""What is put in the place of something else."""


def places(document: Any) -> list[Place]:
    """Every place in a document, itself not among them."""
    return list(_below(document))


def _below(node: Any) -> Iterator[Place]:
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in entries:
        yield node, key
        yield from _below(value)


def _replace(document: Any, generator: random.Random, _: list[Any]) -> Any:
    if not (found := places(document)):
        return generator.choice(VALUES)()
    holder, key = generator.choice(found)
    holder[key] = generator.choice(VALUES)()
    return document


def _remove(document: Any, generator: random.Random, _: list[Any]) -> Any:
    if found := places(document):
        holder, key = generator.choice(found)
        del holder[key]
    return document


def _exchange(document: Any, generator: random.Random, others: list[Any]) -> Any:
    """One of its values becomes one of another document's, or of its own: right in form, wrong in place."""
    mine, theirs = places(document), places(generator.choice(others))
    if mine and theirs:
        holder, key = generator.choice(mine)
        other, at = generator.choice(theirs)
        holder[key] = copy.deepcopy(other[at])
    return document


def _add(document: Any, generator: random.Random, others: list[Any]) -> Any:
    """A member or an element more, by a name that some document has, or none."""
    holders = [holder[key] for holder, key in places(document) if isinstance(holder[key], dict | list)] or [document]
    holder = generator.choice(holders)
    names = [key for _, key in places(generator.choice(others)) if isinstance(key, str)] or ["a"]
    value = generator.choice(VALUES)()
    if isinstance(holder, dict):
        name = generator.choice((generator.choice(names), generator.choice(names).upper(), "", "$", "modelyard:x"))
        holder[name] = value
    elif isinstance(holder, list):
        holder.insert(generator.randint(0, len(holder)), value)
    return document


def _repeat(document: Any, generator: random.Random, _: list[Any]) -> Any:
    lists = [holder[key] for holder, key in places(document) if isinstance(holder[key], list) and holder[key]]
    if lists:
        chosen = generator.choice(lists)
        chosen.extend(copy.deepcopy(chosen[:1]) * generator.choice((1, 50)))
    return document


OPERATIONS: tuple[Callable[[Any, random.Random, list[Any]], Any], ...] = (
    _replace, _replace, _replace, _remove, _exchange, _exchange, _add, _add, _repeat,
)  # fmt: skip


def mutated(documents: list[Any], generator: random.Random) -> Any:
    """One of the documents with one to four changes."""
    document = copy.deepcopy(generator.choice(documents))
    for _ in range(generator.choice((1, 1, 1, 2, 3, 4))):
        document = generator.choice(OPERATIONS)(document, generator, documents)
    return document


CHARACTERS = "\x00\t\n\r '\"{}[]:,&*!|>%@#-?\\\ufeff\u2028é0"


def garbled(text: str, generator: random.Random) -> str:
    """The text with a piece cut out, doubled, or patched."""
    for _ in range(generator.randint(1, 3)):
        start = generator.randint(0, len(text))
        end = min(len(text), start + generator.choice((1, 1, 4, 40)))
        piece = generator.choice(("", text[start:end] * 2, generator.choice(CHARACTERS), text[:20]))
        text = text[:start] + piece + text[end:]
    return text


def smaller(document: Any, fails: Callable[[Any], bool], patience: int = 400) -> Any:
    """The document with all taken away that it fails without, as far as `patience` tries go."""
    found = True
    while found and patience > 0:
        found = False
        for holder, key in sorted(
            places(document), key=lambda place: -len(json.dumps(place[0][place[1]], default=str))
        ):
            patience -= 1
            if patience <= 0:
                break
            if not _is_in(document, holder):
                continue
            kept = copy.copy(holder)
            if (isinstance(holder, list) and key >= len(holder)) or (isinstance(holder, dict) and key not in holder):
                continue
            del holder[key]
            if fails(copy.deepcopy(document)):
                found = True
            else:
                holder.clear()
                (holder.extend if isinstance(holder, list) else holder.update)(kept)
    return document


def _size(place: Place) -> int:
    return len(json.dumps(place[0][place[1]], default=str))


def _is_in(document: Any, holder: Any) -> bool:
    return document is holder or any(at[key] is holder for at, key in places(document))
