"""A declared body against the document that ARM shows: what differs, in ARM's words. Pure.

Only what is declared is compared, with four exceptions: members of a map whose keys people choose (tags), entries of a
list, and the members of `UNSAID`, of which it is known what they are where nobody has said anything. Everything else
that a caller could have written and ARM shows is counted, and so is what only Azure can tell and what it never returns.

ARM compares ids and regions without regard to case; a member that it leaves out has the service's default.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import ResourceType
from modelyard.arm.schema import Schema
from modelyard.arm.translation import as_map
from modelyard.files import JsonObject
from modelyard.policy.language.unknown import UNKNOWN

DEFAULTS: Mapping[str, JsonObject] = {
    kinds.ACCOUNT.token: {
        "identity.type": "None",
        "properties.networkAcls.bypass": "AzureServices",
        "properties.publicNetworkAccess": "Enabled",
    },
    kinds.CONTENT_FILTER.token: {"properties.contentFilters.enabled": True},
    kinds.POLICY_ASSIGNMENT.token: {"properties.enforcementMode": "Default"},
}
"""What a member is where ARM leaves it out (Microsoft docs of the types, A), beside nothing, false and empty."""

UNSAID: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    kinds.ACCOUNT.token: {"properties.networkAcls": ({"defaultAction": "Allow"},)},
    kinds.DEPLOYMENT.token: {"properties.raiPolicyName": ("Microsoft.Default", "Microsoft.DefaultV2")},
}
"""What ARM may show of a member that nobody has stated (P15 of the peers' issues: the default filter is filled in)."""

NAMES = ("name", "blocklistName", "key", "id", "value")
QUALIFIER = "source"
IDENTITY = frozenset({"id", "name", "type", "systemData", "etag"})
FOLDED = ("Id", "customSubDomainName", "identity.type")
ABSENT = object()


class Cause(StrEnum):
    """Who changed a member: people (or programs of theirs), or Microsoft by a rule of the service."""

    PEOPLE = "people"
    MICROSOFT = "Microsoft"


@dataclass(frozen=True, slots=True)
class Difference:
    """One member: what is declared, and what ARM shows instead; None where there is nothing.

    `place` is ARM's (`properties.model.version`), with an entry of a list by its name: `contentFilters[Hate, Prompt]`.
    `why` says by which rule, where Microsoft changed it.
    """

    place: str
    declared: Any
    shown: Any
    cause: Cause = Cause.PEOPLE
    why: str = ""

    @property
    def text(self) -> str:
        """`sku.capacity: 100 → 50`."""
        return f"{self.place}: {written(self.declared)} → {written(self.shown)}"


@dataclass(frozen=True, slots=True)
class ResourceComparison:
    """What differs of one resource, and the places that nobody compared, each with the reason."""

    differences: tuple[Difference, ...]
    uncompared: Mapping[str, str] = field(default_factory=dict)


def compare(row: ResourceType, declared: ArmDocument, shown: ArmDocument) -> ResourceComparison:
    """What differs between a declared body, with UNKNOWN for what nobody knows, and ARM's document."""
    walk = _Walk(row)
    found = [_with_cause(row, each, declared, shown) for each in walk.members("", declared, shown, row.schema.body)]
    return ResourceComparison(tuple(found), walk.uncompared)


def written(value: Any) -> str:
    """A value as people read it."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return value or '""'
    import json

    return json.dumps(value, ensure_ascii=False)


class _Walk:
    """One comparison; places without the names of lists' entries are those of the row."""

    def __init__(self, row: ResourceType) -> None:
        self._row = row
        self._defaults = DEFAULTS.get(row.token, {})
        self._unsaid = UNSAID.get(row.token, {})
        self.uncompared: dict[str, str] = {}

    def members(
        self, at: str, declared: Mapping[str, Any], shown: Mapping[str, Any], form: Schema
    ) -> Iterator[Difference]:
        """The members of an object, then what ARM shows beside them."""
        for name, value in declared.items():
            if at or name not in IDENTITY:
                yield from self._value(_joined(at, name), value, shown.get(name, ABSENT), _member(form, name))
        beside = {
            name: value for name, value in shown.items() if name not in declared and value not in (None, "", [], {})
        }
        for name, value in beside.items():
            yield from self._beside(_joined(at, name), name, value, form, top=not at)

    def _beside(self, place: str, name: str, value: Any, form: Schema, *, top: bool) -> Iterator[Difference]:
        plain = _plain(place)
        if (top and name in IDENTITY) or any(_within(plain, each) for each in self._row.read_only):
            return
        if plain in self._unsaid:
            if not any(_same(plain, each, _stated(value)) for each in self._unsaid[plain]):
                yield Difference(place, None, value)
        elif any(_within(plain, each) for each in self._row.server_filled):
            self.uncompared[place] = "Azure fills it in"
        elif _free(form):
            yield Difference(place, None, value)
        elif isinstance(value, Mapping):
            inside = _member(form, name)
            if _free(inside) and plain == "tags":
                yield from (Difference(_joined(place, each), None, one) for each, one in value.items())
            else:
                yield from self.members(place, {}, value, inside)
        elif _stated(value) not in (None, False, [], {}) and self._defaults.get(plain) != value:
            self.uncompared[place] = "the stack doesn't say it"

    def _value(self, place: str, declared: Any, shown: Any, form: Schema) -> Iterator[Difference]:
        plain = _plain(place)
        if any(_within(plain, each) for each in self._row.write_only) or place.endswith("properties.restore"):
            self.uncompared[place] = "Azure never returns it"
        elif declared is UNKNOWN:
            self.uncompared[place] = "only Azure, or whoever may decrypt it, knows it"
        elif plain in self._row.string_sets:
            yield from self._set(place, as_map(declared), shown if isinstance(shown, Mapping) else {})
        elif isinstance(declared, Mapping) and (isinstance(shown, Mapping) or shown is ABSENT or not shown):
            yield from self.members(place, declared, shown if isinstance(shown, Mapping) else {}, form)
        elif isinstance(declared, list | tuple):
            yield from self._list(place, list(declared), shown if isinstance(shown, list) else [], form)
        elif not self._equal(plain, declared, shown):
            yield Difference(place, declared, None if shown is ABSENT else shown)

    def _set(self, place: str, declared: Mapping[str, Any], shown: Mapping[str, Any]) -> Iterator[Difference]:
        there, wanted = {each.lower() for each in shown}, {each.lower() for each in declared}
        yield from (Difference(f"{place}[{each}]", {}, None) for each in declared if each.lower() not in there)
        yield from (Difference(f"{place}[{each}]", None, {}) for each in shown if each.lower() not in wanted)

    def _list(self, place: str, declared: list[Any], shown: list[Any], form: Schema) -> Iterator[Difference]:
        item = form.get("items") or {}
        before, after = _by_name(declared), _by_name(shown)
        if before is not None and after is not None:
            for key in [*before, *(each for each in after if each not in before)]:
                text, entry = before.get(key) or after[key]
                inside = f"{place}[{text}]"
                if key not in after:
                    yield Difference(inside, entry, None)
                elif key not in before:
                    yield Difference(inside, None, entry)
                else:
                    yield from self.members(inside, _spelled(entry, after[key][1]), after[key][1], item)
        elif UNKNOWN in declared:
            self.uncompared[place] = "only Azure knows an entry of it"
        elif not _same(_plain(place), declared, shown):
            yield Difference(place, declared, shown)

    def _equal(self, plain: str, declared: Any, shown: Any) -> bool:
        if shown is ABSENT or shown is None:
            return not declared or self._defaults.get(plain) == declared
        return _same(plain, declared, shown, role=self._row.type == kinds.ROLE_ASSIGNMENT.type)


def _same(plain: str, declared: Any, shown: Any, *, role: bool = False) -> bool:
    """Whether two values mean the same to ARM."""
    if isinstance(declared, Mapping) and isinstance(shown, Mapping):
        return declared.keys() == shown.keys() and all(
            _same("", value, shown[name]) for name, value in declared.items()
        )
    if isinstance(declared, list | tuple) and isinstance(shown, list):
        pairs = list(zip(declared, shown, strict=False))
        if len(declared) == len(shown) and all(_same(plain, one, other) for one, other in pairs):
            return True
        texts = all(isinstance(each, str) for each in (*declared, *shown))
        return texts and sorted(map(str.lower, declared)) == sorted(map(str.lower, shown))
    if isinstance(declared, str) and isinstance(shown, str):
        if plain == "location" or plain.endswith(FOLDED) or declared.startswith("/"):
            one, other = (each.replace(" ", "").rstrip("/").lower() for each in (declared, shown))
            # ARM shows a role by its id in the subscription, and takes the tenant's.
            return one == other or (role and plain.endswith("roleDefinitionId") and _last(one) == _last(other))
        return declared == shown
    return isinstance(declared, bool) is isinstance(shown, bool) and bool(declared == shown)


def _with_cause(row: ResourceType, each: Difference, declared: ArmDocument, shown: ArmDocument) -> Difference:
    """The same with Microsoft as the cause where a rule of the service explains it.

    A deployment that allows another version gets it from Azure (P9); an account of kind OpenAI becomes a Foundry
    account by itself (`foundryAutoUpgrade`, Microsoft docs, upgrade-azure-openai-auto, A); Microsoft sets tiers.
    """
    why = ""
    if row.token == kinds.DEPLOYMENT.token and each.place == "properties.model.version":
        before, after = declared.get("properties") or {}, shown.get("properties") or {}
        option = after.get("versionUpgradeOption")
        if option != NO_UPGRADE and option and option == before.get("versionUpgradeOption"):
            why = f"versionUpgradeOption {option} lets Azure move it"
    elif row.token == kinds.ACCOUNT.token and each.place == "kind" and each.shown == "AIServices":
        why = "Azure upgrades accounts of kind OpenAI to Foundry"
    elif each.place.rpartition(".")[2] == "tier" or each.place.endswith("Tier"):
        why = "Microsoft sets the tier"
    return Difference(each.place, each.declared, each.shown, Cause.MICROSOFT, why) if why else each


NO_UPGRADE = "NoAutoUpgrade"


def _joined(at: str, name: str) -> str:
    part = f'["{name}"]' if "." in name or "[" in name else name
    return part if not at else f"{at}{part}" if part.startswith("[") else f"{at}.{part}"


def _plain(place: str) -> str:
    """A place without the names of lists' entries: that of the row."""
    if "[" not in place:
        return place
    kept, depth = [], 0
    for sign in place:
        depth += sign == "["
        if not depth:
            kept.append(sign)
        depth -= sign == "]"
    return "".join(kept)


def _within(place: str, other: str) -> bool:
    return place == other or place.startswith(f"{other}.")


def _member(form: Schema, name: str) -> Schema:
    """The form of a member; empty where the types say nothing."""
    found: Any = (form.get("properties") or {}).get(name)
    if found is None:
        variants = [each for each in form.get("oneOf") or () if name in (each.get("properties") or {})]
        found = variants[0]["properties"][name] if len(variants) == 1 else None
    if found is None:
        found = form.get("additionalProperties")
    return found if isinstance(found, Mapping) else {}


def _free(form: Schema) -> bool:
    """Whether people choose the keys of an object: a map, or JSON of any form."""
    return not form.get("properties") and not form.get("oneOf")


def _stated(value: Any) -> Any:
    """The value without members that say nothing."""
    if isinstance(value, Mapping):
        kept = {name: inside for name, each in value.items() if (inside := _stated(each)) not in (None, [], {}, "")}
        return {name: each for name, each in kept.items() if (name, each) != ("bypass", "AzureServices")}
    return value


def _by_name(entries: Sequence[Any]) -> dict[str, tuple[str, Any]] | None:
    """Entries by what tells them apart, folded, with how it is written; None where they have no name, or one twice."""
    found: dict[str, tuple[str, Any]] = {}
    for entry in entries:
        name = next((entry[key] for key in NAMES if entry.get(key)), None) if isinstance(entry, Mapping) else None
        if not isinstance(name, str):
            return None
        text = f"{name}, {entry[QUALIFIER]}" if isinstance(entry.get(QUALIFIER), str) else name
        if text.lower() in found:
            return None
        found[text.lower()] = text, entry
    return found


def _spelled(entry: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """An entry with its names as the other one spells them: they told that both are the same."""
    told = [name for name in (*NAMES, QUALIFIER) if str(other.get(name)).lower() == str(entry.get(name)).lower()]
    return {name: other[name] if name in told and name in other else each for name, each in entry.items()}


def _last(id_: str) -> str:
    return id_.rpartition("/")[2]
