"""Blocklists of an account, compiled: which texts an entry is found in.

An entry that is no expression counts where it stands by itself, in any case (inferred, R); an expression counts
anywhere and minds case (Microsoft docs, use-blocklists, A). An expression that can't be matched in linear time is not
enforced, and `left_out` says so. Azure needs up to five minutes to know a new entry (A); the sandbox knows it at once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from modelyard.sandbox.inference.automaton import Automaton
from modelyard.sandbox.inference.expressions import NotRegular, parse
from modelyard.sandbox.local_azure import LocalAzure

Entry = tuple[str, bool, str]
"""Pattern, whether it is an expression, and the entry's name."""


@dataclass(frozen=True, slots=True)
class CompiledBlocklist:
    """One list. `plain` are its entries that are no expressions, in lower case."""

    name: str
    plain: frozenset[str]
    expressions: Automaton | None
    left_out: tuple[str, ...]


def blocklist(azure: LocalAzure, account: str, name: str) -> CompiledBlocklist:
    """The list of this name with what is in it now; one without entries where there is none."""
    prefix = f"{account}/raiblocklists/{name}/raiblocklistitems/".lower()
    documents = (document for _, document in azure.store.scan("resources", prefix))
    found = ((str(document.get("name") or ""), document.get("properties") or {}) for document in documents)
    entries = tuple((str(own.get("pattern") or ""), bool(own.get("isRegex")), item) for item, own in found)
    return _compiled(name, entries)


@lru_cache(maxsize=256)
def _compiled(name: str, entries: tuple[Entry, ...]) -> CompiledBlocklist:
    trees, left_out = [], []
    for pattern, is_expression, item in entries:
        if is_expression:
            try:
                trees.append(parse(pattern))
            except NotRegular as reason:
                left_out.append(f"{name}/{item}: {reason}")
    try:
        expressions = Automaton(trees) if trees else None
    except NotRegular as reason:
        expressions = None
        left_out.append(f"{name}: {reason}")
    plain = frozenset(pattern.lower() for pattern, is_expression, _ in entries if pattern and not is_expression)
    return CompiledBlocklist(name, plain, expressions, tuple(left_out))


def any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    """One expression for all of the words, each by itself; None for no words. The text must be in lower case."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    if not longest_first:
        return None
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
