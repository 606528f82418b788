"""Which place in a resource an alias names.

Three sources, the best first: a table as Azure's provider list gives it (`az provider list --expand
resourceTypes/aliases`); the table that comes along, of the types that people deploy beside models; and, where neither
has the alias, what the rows of `modelyard.arm` and the type's other aliases say of what stands beside `properties`. Of
a type that nobody knows there is the habit nearly all aliases keep: `Type/path` is `properties.path`, or `path` where
the resource has it at its root, and members of arrays may hold `properties` of their own. The last is a guess, and a
field resolved by it says so (`Field.guessed`).

An alias belongs to a type and may not carry it in its name: `Microsoft.Compute/imagePublisher` has a place in virtual
machines, and another in scale sets.

The table that comes along (maciejporebski/azure-policy-aliases, weekly dump of `Get-AzPolicyAlias`, 2026-08-22, C) is a
file for each namespace, read when a rule asks for it; `python -m tools.aliases` writes it. A type stands alone in its
line, and under it, up to an empty line, its aliases: the path below `properties`, in which `!` stands for each inner
`properties.` that the alias leaves out; else the alias and the whole path. An alias that doesn't begin with its type is
whole, behind `=`. `+` before it says that built-in definitions change it by `modify`, so that it can be.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.arm.resource_types import ResourceType, rows
from modelyard.policy.failures import PolicyFailure

SHIPPED = Path(__file__).parents[1] / "aliases"
SHIPPED_DATE = "2026-08-22"
PROPERTIES, MODIFIABLE, WHOLE = "!", "+", "="

ROOT = frozenset({"id", "name", "type", "etag", "systemdata"})
"""What every ARM resource has at its root."""

MEMBERS = {"location", "tags"}


@dataclass(frozen=True, slots=True)
class Alias:
    """One alias of one type: its place, other places by api-version, and whether `modify` may change it (if known).

    `of` is the type, where the name doesn't begin with it.
    """

    name: str
    path: str
    by_version: Mapping[str, str] = field(default_factory=dict)
    modifiable: bool | None = None
    of: str = ""

    @property
    def type(self) -> str:
        """The resource type the alias belongs to."""
        return self.of or type_in(self.name)


def type_in(name: str) -> str:
    """The type that an alias begins with."""
    return name.partition("[")[0].rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """What is known of a type.

    envelope   what stands beside `properties` (folded)
    indexed    whether mode Indexed looks at it
    variants   names (folded) of the shapes that `properties` can have, which aliases of their members begin with:
               `ApiKey.credentials.key` is `properties.credentials.key`
    """

    envelope: frozenset[str] | None = None
    indexed: bool | None = None
    variants: frozenset[str] = frozenset()


NOTHING = TypeFacts()


class Aliases:
    """A table of aliases and of what is known of types; names are found without regard to case.

    `shipped`: the table that comes along stands behind it.
    """

    def __init__(
        self,
        aliases: Iterable[Alias] = (),
        types: Mapping[str, TypeFacts] | None = None,
        *,
        shipped: bool = False,
    ) -> None:
        self._aliases: dict[str, tuple[Alias, ...]] = {}
        for alias in aliases:
            others = (each for each in self._aliases.get(alias.name.lower(), ()) if each.type != alias.type)
            self._aliases[alias.name.lower()] = (*others, alias)
        self._types = {name.lower(): facts for name, facts in (types or {}).items()}
        self._listed: frozenset[str] | None = None
        self._shipped = shipped

    def __or__(self, other: "Aliases") -> "Aliases":
        """Both tables; where both know a name, the right one counts."""
        merged = Aliases(types=self._types | other._types, shipped=self._shipped or other._shipped)
        merged._aliases = self._aliases | other._aliases
        return merged

    def __len__(self) -> int:
        return sum(map(len, self._aliases.values()))

    def find(self, name: str) -> tuple[Alias, ...]:
        """The alias of this name, once for each type that has it; empty where no table has it."""
        folded = name.lower()
        found = self._aliases.get(folded)
        if found is None:
            found = shipped(folded.partition("/")[0]).find(folded) if self._shipped else ()
        return found

    def lists(self, resource_type: str) -> bool:
        """Whether a table that was handed in has the type's aliases, so that one it doesn't have is none.

        Of the one that comes along this isn't said: Azure may have got new ones since.
        """
        if self._listed is None:
            self._listed = frozenset(each.type.lower() for found in self._aliases.values() for each in found)
        return resource_type.lower() in self._listed

    def dated(self, resource_type: str) -> bool:
        """Whether the table that comes along has the aliases that the type had on its date."""
        folded = resource_type.lower()
        return self._shipped and shipped(folded.partition("/")[0]).is_whole(folded)

    def facts(self, resource_type: str) -> TypeFacts:
        """What is known of a type; nothing, for one no table has."""
        folded = resource_type.lower()
        found = self._types.get(folded, NOTHING)
        if found.envelope is None and self.dated(folded):
            envelope = shipped(folded.partition("/")[0]).envelope(folded)
            found = TypeFacts(envelope, found.indexed, found.variants)
        return found


def standard() -> Aliases:
    """What is known without being handed in: the table that comes along, and behind it ARM's rows."""
    return Aliases(shipped=True) | from_rows(rows())


class ShippedNamespace:
    """One namespace of the table that comes along. `types`: the lines of each type's aliases, by its folded name."""

    def __init__(self, namespace: str) -> None:
        file = SHIPPED / f"{namespace}.txt"
        text = file.read_text(encoding="utf-8").rstrip("\n") if _is_name(namespace) and file.is_file() else ""
        blocks = (block.partition("\n") for block in text.split("\n\n") if block)
        self.types = {kind.lower(): (kind, lines) for kind, _, lines in blocks}
        self._read: dict[str, Mapping[str, Alias]] = {}
        self._elsewhere: dict[str, list[Alias]] | None = None

    def find(self, name: str) -> tuple[Alias, ...]:
        """The aliases of a folded name."""
        found = self.of_type(type_in(name)).get(name)
        if found is not None:
            return (found,)
        if self._elsewhere is None:
            self._elsewhere = {}
            for kind, (spelt, lines) in self.types.items():
                if f"\n{WHOLE}" in f"\n{lines}":
                    for alias in self.of_type(kind).values():
                        if alias.of == spelt:
                            self._elsewhere.setdefault(alias.name.lower(), []).append(alias)
        return tuple(self._elsewhere.get(name, ()))

    def of_type(self, kind: str) -> Mapping[str, Alias]:
        """The aliases of a folded type, by folded name."""
        if kind not in self._read:
            spelt, lines = self.types.get(kind, ("", ""))
            found = (_read(line, spelt) for line in lines.splitlines())
            self._read[kind] = {alias.name.lower(): alias for alias in found}
        return self._read[kind]

    def is_whole(self, kind: str) -> bool:
        """Whether all aliases of a folded type are here, and not those alone that don't begin with it."""
        _, lines = self.types.get(kind, ("", ""))
        return any(not line.startswith(WHOLE) for line in lines.splitlines())

    def envelope(self, kind: str) -> frozenset[str]:
        """What a folded type has beside `properties`, as far as its aliases tell."""
        heads = (alias.path.partition(".")[0].partition("[")[0].lower() for alias in self.of_type(kind).values())
        return ROOT | (frozenset(heads) - {"properties"})


@cache
def shipped(folded: str) -> ShippedNamespace:
    return ShippedNamespace(folded)


def _is_name(namespace: str) -> bool:
    return namespace.replace(".", "").isalnum()


def _read(line: str, kind: str) -> Alias:
    modifiable = True if line.startswith(MODIFIABLE) else None
    written, _, path = line.removeprefix(MODIFIABLE).partition(" ")
    if written.startswith(WHOLE):
        return Alias(written.removeprefix(WHOLE), path, modifiable=modifiable, of=kind)
    name = f"{kind}/{written.replace(PROPERTIES, '')}"
    return Alias(name, path or f"properties.{written.replace(PROPERTIES, 'properties.')}", modifiable=modifiable)


def from_rows(rows: Iterable[ResourceType]) -> Aliases:
    """What ARM's table tells about its types. Names of aliases then follow from the properties themselves."""
    types = {}
    for row in rows:
        name = row.type
        if name.lower() == "microsoft.resources/resourcegroups":
            name = "Microsoft.Resources/subscriptions/resourceGroups"
        # `…/raiPolicies/type` is the one in `properties`, for the field `type` is the other.
        inside = {member.lower() for member in row.schema.properties.get("properties", ())}
        envelope = frozenset(member.lower() for member in row.envelope) | (ROOT - inside)
        whole = name.lower().startswith("microsoft.resources/")
        variants = frozenset(str(each["title"]).lower() for each in row.schema.properties.get("oneOf", ()))
        types[name] = TypeFacts(envelope, indexed=row.envelope >= MEMBERS and not whole, variants=variants)
    return Aliases(types=types)


def from_providers(document: Any) -> Aliases:
    """The table in a provider list: `[{namespace, resourceTypes: [{resourceType, capabilities, aliases}]}]`.

    Also takes one provider alone, and `{"value": [...]}` as the REST API replies. Raises `policy.aliases-unreadable`.
    """
    if isinstance(document, dict):
        document = document.get("value", [document])
    aliases: list[Alias] = []
    types: dict[str, TypeFacts] = {}
    try:
        for provider in document:
            for entry in provider["resourceTypes"]:
                capabilities = entry.get("capabilities")
                indexed = (
                    None
                    if capabilities is None
                    else {"SupportsTags", "SupportsLocation"} <= set(capabilities.replace(" ", "").split(","))
                )
                kind = f"{provider['namespace']}/{entry['resourceType']}"
                types[kind] = TypeFacts(indexed=indexed)
                aliases.extend(_alias(row, kind) for row in entry.get("aliases") or ())
    except (KeyError, TypeError, AttributeError) as wrong:
        why = f"{wrong} is missing" if isinstance(wrong, KeyError) else "a row of it has another form"
        raise PolicyFailure.of(
            "policy.aliases-unreadable",
            problem=f"The alias table can't be read: {why}",
            allowed="a list of providers with namespace, resourceTypes, and aliases with name and defaultPath or paths",
            remedy="write it with: az provider list --expand resourceTypes/aliases",
        ) from wrong
    return Aliases(aliases, types)


def _alias(row: Mapping[str, Any], kind: str) -> Alias:
    paths = row.get("paths") or ()
    by_version = {version: entry["path"] for entry in paths for version in entry.get("apiVersions") or ()}
    path = row.get("defaultPath") or (paths[0]["path"] if paths else "")
    attributes = (row.get("defaultMetadata") or {}).get("attributes")
    return Alias(
        row["name"],
        str(path),
        {version: each for version, each in by_version.items() if each != path},
        None if attributes is None else "Modifiable" in attributes,
        "" if row["name"].lower().startswith(f"{kind}/".lower()) else kind,
    )
