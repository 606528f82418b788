"""Pairs of a built-in definition and a resource that its rule looks at, made from the rule's own conditions.

A resource is made to match the rule, or to miss it by a condition or two; some of its values are then spoilt, as people
spoil them: left out, null, empty, a number as text. The same seed makes the same pairs.
"""

import csv
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from modelyard.policy.language import paths
from modelyard.policy.language.paths import PropertyKey

Json = dict[str, Any]
Table = Mapping[tuple[str, str], str]
"""Paths of aliases, by folded type and folded alias."""

PARAMETER = re.compile(r"\[\s*parameters\(\s*'([^']+)'\s*\)\s*\]")
FIELD = re.compile(r"field\(\s*'([^']+)'\s*\)")
SUBSCRIPTION = "/subscriptions/0b9f6c2e-5f0d-4f0c-9f57-3b1f0a6a7c11"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-contoso"
ROOT = ("name", "fullname", "kind", "location", "id", "tags", "identity.type", "type")
ANY = ("Standard", "contoso", True, False, 0, 1, 7, "Enabled", "Disabled", "swedencentral", "2025-06-01", "")
ANYWHERE = "Microsoft.Storage/storageAccounts"
CHANGES = {"attributes": "Modifiable"}
"""Which aliases `modify` may change the tables don't say; so all may."""
VALUES = 40
"""So many values a resource has besides those that a rule asks for, about as an account or a machine has in ARM."""
SPOILT = 0.15
"""Of so many resources some values are spoilt."""


def table(files: Iterable[Path]) -> tuple[Table, list[Json]]:
    """Tables of aliases (type, alias, path), as paths and as the provider list that Azure would write."""
    found: dict[tuple[str, str], str] = {}
    types: dict[str, dict[str, Json]] = defaultdict(dict)
    for file in files:
        with file.open(encoding="utf-8", newline="") as text:
            for row in csv.DictReader(text):
                found[row["type"].lower(), row["alias"].lower()] = row["path"]
                alias: dict[str, Any] = {
                    "name": row["alias"],
                    "defaultPath": row["path"],
                    "paths": [],
                    "defaultMetadata": CHANGES,
                }
                types[row["type"]][row["alias"].lower()] = alias
    providers: dict[str, list[Json]] = defaultdict(list)
    for name, aliases in types.items():
        namespace, _, kind = name.partition("/")
        providers[namespace].append({"resourceType": kind, "aliases": list(aliases.values())})
    return found, [{"namespace": name, "resourceTypes": rows} for name, rows in providers.items()]


def leaves(aliases: Table) -> Mapping[str, list[str]]:
    """Aliases of values by folded type: those that no other goes on from."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for (kind, name), path in aliases.items():
        if path.startswith("properties.") and path != "properties.provisioningState":
            found[kind][path] = name
    inner: dict[str, set[str]] = {
        kind: {path[: at.start()] for path in paths_ for at in re.finditer(r"\.|\[\*\]", path)}
        for kind, paths_ in found.items()
    }
    return {
        kind: sorted(name for path, name in paths_.items() if path.removesuffix("[*]") not in inner[kind])
        for kind, paths_ in found.items()
    }


def types_of(rule: Any) -> list[str]:
    """The types that a rule names, as it writes them; one of many where it names none."""
    found = list(dict.fromkeys(_types(rule)))
    return found or [ANYWHERE]


def _types(rule: Any) -> Iterator[str]:
    if isinstance(rule, list):
        for each in rule:
            yield from _types(each)
    elif isinstance(rule, Mapping):
        if str(rule.get("field", "")).lower() == "type":
            written = rule.get("equals", rule.get("in"))
            for name in written if isinstance(written, list) else [written]:
                if isinstance(name, str) and "/" in name and not name.startswith("["):
                    yield name
        for each in rule.values():
            yield from _types(each)


class Maker:
    """Makes resources of one type for rules with these parameters."""

    def __init__(
        self, chance: random.Random, aliases: Table, leaves: Mapping[str, list[str]], parameters: Mapping[str, Any]
    ) -> None:
        self.chance = chance
        self.aliases = aliases
        self.leaves = leaves
        self.parameters = {name.lower(): value for name, value in parameters.items()}
        self.type = ""
        self.member: int | None = None

    def resource(self, kind: str, rule: Any) -> Json:
        """A resource of a type that the rule may match, with about as many other properties as ARM returns."""
        self.type = kind
        name = f"contoso{self.chance.randrange(100)}"
        parts = kind.split("/")[1:]
        whole = "/".join([*(f"parent{at}" for at in range(len(parts) - 1)), name])
        steps = "/".join(f"{part}/{step}" for part, step in zip(parts, whole.split("/"), strict=True))
        document: Json = {
            "id": f"{GROUP}/providers/{kind.partition('/')[0]}/{steps}",
            "name": name,
            "fullName": whole,
            "type": kind,
            "location": self.chance.choice(("swedencentral", "eastus")),
            "tags": {"team": "platform"},
            "properties": {"provisioningState": "Succeeded"},
        }
        for name in self._others(kind):
            self._put(document, name, "contoso")
        self._meet(document, rule, self.chance.random() < 0.7)
        if self.chance.random() < SPOILT:
            self._spoil(document["properties"])
        document["type"] = kind
        return document

    def _others(self, kind: str) -> list[str]:
        """Aliases of values that any such resource has."""
        known = self.leaves.get(kind.lower(), [])
        return self.chance.sample(known, min(VALUES, len(known)))

    def _meet(self, document: Json, rule: Any, wanted: bool) -> None:
        if not isinstance(rule, Mapping):
            return
        parts = {name.lower(): value for name, value in rule.items()}
        for name in ("allof", "anyof"):
            if isinstance(rows := parts.get(name), list) and rows:
                every = wanted is (name == "allof")
                chosen = self.chance.randrange(len(rows))
                for at, row in enumerate(rows):
                    self._meet(document, row, wanted if every or at == chosen else not wanted)
                return
        if "not" in parts:
            self._meet(document, parts["not"], not wanted)
        elif "count" in parts:
            self._count(document, parts, wanted)
        elif "field" in parts:
            self._field(document, parts, wanted)
        elif isinstance(parts.get("value"), str) and (named := FIELD.findall(parts["value"])):
            self._put(document, self.chance.choice(named), self._value(parts, wanted))

    def _count(self, document: Json, parts: Json, wanted: bool) -> None:
        count = parts["count"]
        if not isinstance(count, Mapping) or "field" not in count:
            return
        members = self.chance.randrange(3)
        if not members:
            self._put(document, str(count["field"]).removesuffix("[*]"), [])
            return
        outer = self.member
        for at in range(members):
            self.member = at
            self._meet(document, count.get("where", {}), self.chance.random() < 0.5 if outer is None else wanted)
        self.member = outer

    def _field(self, document: Json, parts: Json, wanted: bool) -> None:
        name = str(parts["field"])
        if PARAMETER.fullmatch(name):
            name = str(self._resolved(name))
        if name.lower() in {"type", "id", "name", "fullname"} or name.startswith("["):
            return
        if "exists" in parts:
            there = (str(self._resolved(parts["exists"])).lower() == "true") is wanted
            if there:
                self._put(document, name, "contoso")
            return
        value = self._value(parts, wanted)
        if value is not None or self.chance.random() < 0.5:
            self._put(document, name, value)

    def _value(self, parts: Json, wanted: bool) -> Any:
        """A value for which the comparison most likely comes out as wanted."""
        operator, target = next(
            ((key, self._resolved(value)) for key, value in parts.items() if key not in {"field", "value", "count"}),
            ("", None),
        )
        opposite = operator.startswith("not")
        operator = operator.removeprefix("not")
        holds = wanted is not opposite
        if operator == "in":
            known = target if isinstance(target, list) and target else list(ANY)
            return self.chance.choice(known) if holds else self._other(known[0])
        if operator in {"like", "match", "matchinsensitively"} and isinstance(target, str):
            text = target.replace("*", "contoso").replace("#", "7").replace("?", "x")
            return text if holds else self._other(text)
        if operator in {"contains", "containskey"}:
            text = f"a {target} b"
            if self.chance.random() < 0.4:
                return [target] if holds else ["other"]
            return text if holds else "other"
        if operator.startswith(("less", "greater")):
            return self._near(target)
        return self._cased(target) if holds else self._other(target)

    def _near(self, target: Any) -> Any:
        shift = self.chance.choice((-1, 0, 1))
        if isinstance(target, int | float):
            return target + shift
        if isinstance(target, str) and target.isdigit():
            return str(int(target) + shift)
        return f"{target}{'' if shift else 'a'}" if shift >= 0 else "2000-01-01"

    def _cased(self, target: Any) -> Any:
        if isinstance(target, str) and self.chance.random() < 0.1:
            return target.upper()
        return target

    def _other(self, target: Any) -> Any:
        if isinstance(target, bool):
            return not target
        if isinstance(target, str) and target.lower() in {"true", "false"}:
            return target.lower() != "true"
        if isinstance(target, int | float):
            return target + 1
        return self.chance.choice(("other", f"{target}x", None)) if self.chance.random() < 0.8 else None

    def _resolved(self, written: Any) -> Any:
        if isinstance(written, str) and (found := PARAMETER.fullmatch(written)):
            return self.parameters.get(found[1].lower())
        if isinstance(written, str) and written.startswith("[") and not written.startswith("[["):
            return self.chance.choice(ANY)
        return written

    def _put(self, document: Json, name: str, value: Any) -> None:
        folded = name.lower()
        if folded in ROOT or folded.startswith("tags"):
            path = name
        else:
            path = self.aliases.get((self.type.lower(), folded)) or ""
            if not path:
                return
        if folded.startswith("tags[") and folded.endswith("]"):
            document.setdefault("tags", {})[name[5:-1].strip("'\" ")] = value
            return
        self._set(document, paths.parse(path), value)

    def _set(self, node: Any, segments: paths.Segments, value: Any) -> None:
        first, rest = segments[0], segments[1:]
        for step in first if rest else first[:-1]:
            if not isinstance(step, PropertyKey) or not isinstance(node, dict):
                return
            last = rest and step is first[-1]
            if not isinstance(node.get(step.name), list if last else dict):
                node[step.name] = [] if last else {}
            node = node[step.name]
        if not rest:
            if first and isinstance(first[-1], PropertyKey) and isinstance(node, dict):
                node[first[-1].name] = value
            return
        if not isinstance(node, list):
            return
        at = self.member if self.member is not None else self.chance.randrange(2)
        while len(node) <= at:
            node.append({} if any(rest) else value)
        if any(rest):
            self._set(node[at], rest, value)
        else:
            node[at] = value

    def _spoil(self, node: Any) -> None:
        """Some values as people spoil them."""
        for key in list(node) if isinstance(node, dict) else []:
            value = node[key]
            if isinstance(value, dict):
                self._spoil(value)
            elif isinstance(value, list):
                for each in value:
                    self._spoil(each)
            if self.chance.random() < 0.1:
                node.pop(key)
            elif not isinstance(value, dict | list) and self.chance.random() < 0.3:
                text = str(value).lower() if isinstance(value, bool) else str(value)
                node[key] = self.chance.choice((None, "", text))
