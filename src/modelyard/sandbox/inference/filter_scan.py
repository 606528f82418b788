"""A text held against a content filter: what was found, what it is annotated with, and whether it is blocked.

Most texts hold nothing: one look with one expression tells that, and the annotation of such a text is made beforehand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.blocklists import CompiledBlocklist, any_of
from modelyard.sandbox.inference.rai_policies import SEVERITIES, RaiFilter, graded, words
from modelyard.sandbox.inference.reply import dumps_text

BLOCKLISTS = "custom_blocklists"
ONLY_WHEN_FOUND = frozenset({"indirect_attack"})
"""Captured replies under Microsoft.DefaultV2, which has the filter, don't mention it."""

CITATION = {"URL": "https://sandbox.invalid/example.txt", "license": "EXAMPLE-LICENSE"}
"""Members as in Microsoft's docs (annotations, A); the place is the sandbox's own."""

DOWN = {"error": {"code": "content_filter_error", "message": "The contents are not filtered"}}


@dataclass(frozen=True, slots=True)
class Seen:
    """What became of a text. `json` is `annotations` as JSON; `listed` tells that a blocklist is what blocks."""

    annotations: InferenceBody
    json: str
    blocked: bool = False
    listed: bool = False


class Screen:
    """Everything that a filter looks for at one point of a conversation."""

    def __init__(self, rules: Mapping[str, RaiFilter], lists: Sequence[tuple[CompiledBlocklist, bool]]) -> None:
        self._rules = rules
        self._lists = lists
        self._expressions = tuple(one.expressions for one, _ in lists if one.expressions is not None)
        plain = {word for category in rules for word in words()[category]}.union(*(one.plain for one, _ in lists))
        anything = any_of(plain)
        self._suspect = anything.search if anything is not None else _nothing
        self._clean = self._seen({}, {})

    @classmethod
    def down(cls) -> "Screen":
        """Of a filter that can't look: nothing is blocked, and the annotation says why (Microsoft docs, content filter,
        A; the words captured in Azure/azure-sdk-for-js#28343).
        """
        screen = cls({}, [])
        screen._clean = Seen(DOWN, dumps_text(DOWN))
        return screen

    def look(self, text: str) -> Seen:
        """What the filter makes of the text."""
        if self._suspect(text.lower()) is None and not any(one.finds(text) for one in self._expressions):
            return self._clean
        lowered = text.lower()
        found = {category: _worst(category, lowered) for category in self._rules}
        listed = {
            one.name: blocking
            for one, blocking in self._lists
            if _holds(one.plain, lowered) or (one.expressions is not None and one.expressions.finds(text))
        }
        return self._seen({category: worst for category, worst in found.items() if worst is not None}, listed)

    def passes(self, text: str, block: int) -> str:
        """As much of a text that is blocked as went out before: whole blocks, none of which ends within a word."""
        passed = ""
        while len(passed) < len(text):
            end = text.find(" ", len(passed) + block)
            so_far = text if end < 0 else text[: end + 1]
            if self.look(so_far).blocked:
                return passed
            passed = so_far
        return passed

    def _seen(self, found: Mapping[str, int], listed: Mapping[str, bool]) -> Seen:
        annotations: dict[str, Any] = {}
        blocked = any(listed.values())
        if self._lists:
            annotations[BLOCKLISTS] = {"filtered": blocked}
            if listed:
                details = [{"filtered": blocking, "id": name} for name, blocking in listed.items()]
                annotations[BLOCKLISTS]["details"] = details
        for category, rule in sorted(self._rules.items()):
            if category in found or category not in ONLY_WHEN_FOUND:
                annotations[category] = _annotation(rule, found.get(category))
        filtered = blocked or any(one["filtered"] for one in annotations.values())
        return Seen(annotations, dumps_text(annotations), filtered, blocked)


def _annotation(rule: RaiFilter, found: int | None) -> dict[str, Any]:
    filtered = found is not None and rule.blocking and found >= rule.threshold
    if graded(rule.category):
        return {"filtered": filtered, "severity": SEVERITIES[found or 0]}
    annotation: dict[str, Any] = {"filtered": filtered, "detected": found is not None}
    if found is not None and rule.category == "protected_material_code":
        annotation["citation"] = CITATION
    return annotation


def _worst(category: str, lowered: str) -> int | None:
    """The highest severity of the category's words in the text; None where there is none."""
    return max((severity for word, severity in words()[category].items() if _holds({word}, lowered)), default=None)


def _holds(plain: frozenset[str] | set[str], lowered: str) -> bool:
    expression = any_of(plain)
    return expression is not None and expression.search(lowered) is not None


def _nothing(_: str) -> None:
    """Where nothing is looked for."""
