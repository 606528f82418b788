"""What an account's content filters (RAI policies) say, with what they inherit from their base.

A filter that a policy has itself takes the place of its base's filter of the same name and source; that it is so, and
that blocklists add up, is inferred (R). Only prompts and completions are looked at: the points around tool calls and
runs belong to agents, which the sandbox doesn't serve.

What a filter finds is words of the sandbox's own making, so no offensive text is needed to try one: Azure grades text
with models of its own, and nothing here says what those would find. A word counts wherever it stands by itself, in any
case. `words.csv` names categories as replies do; those without a severity are found or not found.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from modelyard.catalog import content_filters
from modelyard.sandbox.arm.account_parts import DEFAULT, system_filter
from modelyard.sandbox.local_azure import LocalAzure

Source = Literal["prompt", "completion"]

SEVERITIES = ("safe", "low", "medium", "high")
"""Weakest first (Microsoft docs, content filter, severity levels: A)."""

DEFERRED = frozenset({"deferred", "asynchronous_filter"})
"""Modes in which a stream isn't held back (azure-mgmt-cognitiveservices 14.1, RaiPolicyMode)."""

ANNOTATION = {
    "hate": "hate",
    "sexual": "sexual",
    "violence": "violence",
    "selfHarm": "self_harm",
    "jailbreak": "jailbreak",
    "indirectAttack": "indirect_attack",
    "profanity": "profanity",
    "protectedMaterialText": "protected_material_text",
    "protectedMaterialCode": "protected_material_code",
}
"""The catalog's filters as replies call them (docs, annotations, A; captured). Others are in no reply that was seen."""


@dataclass(frozen=True, slots=True)
class RaiFilter:
    """One filter at one point. `threshold` is a place in SEVERITIES, 0 for filters that find or don't."""

    category: str
    threshold: int
    blocking: bool


@dataclass(frozen=True, slots=True)
class RaiPolicy:
    """A content filter as it works: rules by category, and blocklists with whether each blocks."""

    deferred: bool
    rules: Mapping[Source, Mapping[str, RaiFilter]]
    blocklists: Mapping[Source, Mapping[str, bool]]


@cache
def words() -> Mapping[str, Mapping[str, int]]:
    """Category → word → severity, as its place in SEVERITIES; 0 where the category has none."""
    found: dict[str, dict[str, int]] = {}
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            severity = SEVERITIES.index(row["severity"]) if row["severity"] else 0
            found.setdefault(row["category"], {})[row["word"]] = severity
    return found


def graded(category: str) -> bool:
    """Whether the category has severities."""
    return all(words()[category].values())


def policy(azure: LocalAzure, account: str, name: str | None) -> RaiPolicy:
    """The policy that a deployment names; Microsoft.DefaultV2 where it names none, or one that is gone (R)."""
    properties = _properties(azure, account, name or DEFAULT) or _properties(azure, account, DEFAULT) or {}
    rules: dict[Source, dict[str, RaiFilter]] = {"prompt": {}, "completion": {}}
    blocklists: dict[Source, dict[str, bool]] = {"prompt": {}, "completion": {}}
    for one in reversed(_chain(azure, account, properties)):
        for entry in one.get("contentFilters") or ():
            _apply(entry, rules)
        for entry in one.get("customBlocklists") or ():
            source = _source(entry)
            if source is not None:
                blocklists[source][str(entry.get("blocklistName"))] = bool(entry.get("blocking", True))
    deferred = str(properties.get("mode") or "").lower() in DEFERRED
    return RaiPolicy(deferred, rules, blocklists)


def _properties(azure: LocalAzure, account: str, name: str) -> Mapping[str, Any] | None:
    document = system_filter(account, name) or azure.store.get("resources", f"{account}/raipolicies/{name}".lower())
    return None if document is None else document.get("properties") or {}


def _chain(azure: LocalAzure, account: str, properties: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The policy, its base, the base's base; one that has no base stands by itself."""
    chain, seen = [properties], set()
    base = properties.get("basePolicyName")
    while base and str(base).lower() not in seen:
        seen.add(str(base).lower())
        found = _properties(azure, account, str(base))
        if found is None:
            break
        chain.append(found)
        base = found.get("basePolicyName")
    return chain


def _apply(entry: Mapping[str, Any], rules: dict[Source, dict[str, RaiFilter]]) -> None:
    category = ANNOTATION.get(content_filters.key(str(entry.get("name"))) or "")
    source = _source(entry)
    if category is None or source is None:
        return
    if not entry.get("enabled", True):
        rules[source].pop(category, None)
        return
    threshold = str(entry.get("severityThreshold") or "Medium").lower()
    at = SEVERITIES.index(threshold) if graded(category) and threshold in SEVERITIES else 0
    rules[source][category] = RaiFilter(category, at, bool(entry.get("blocking", True)))


def _source(entry: Mapping[str, Any]) -> Source | None:
    source = str(entry.get("source") or "").lower()
    return "prompt" if source == "prompt" else "completion" if source == "completion" else None
