"""Which place in a resource an alias names.

Three sources, the best first: a table as Azure's provider list gives it (`az provider list --expand
resourceTypes/aliases`); the rows of `modelyard.arm`, whose envelope says what stands beside `properties`; and, where
neither knows the type, the habit nearly all aliases keep: `Type/path` is `properties.path`, or `path` where the
resource has it at its root, and members of arrays may hold `properties` of their own. The last is a guess, and a field
resolved by it says so (`Field.guessed`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.resource_types import ResourceType
from modelyard.policy.failures import AliasesUnreadable

ROOT = frozenset({"id", "name", "type", "etag", "systemdata"})
"""What every ARM resource has at its root."""

MEMBERS = {"location", "tags"}


@dataclass(frozen=True, slots=True)
class Alias:
    """One alias: its place, the places it has in single api-versions, and whether `modify` may change it (if known)."""

    name: str
    path: str
    by_version: Mapping[str, str] = field(default_factory=dict)
    modifiable: bool | None = None

    @property
    def type(self) -> str:
        """The resource type the alias belongs to."""
        return self.name.rpartition("/")[0]


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


class Aliases:
    """A table of aliases and of what is known of types; names are found without regard to case."""

    def __init__(self, aliases: Iterable[Alias] = (), types: Mapping[str, TypeFacts] | None = None) -> None:
        self._aliases = {alias.name.lower(): alias for alias in aliases}
        self._types = {name.lower(): facts for name, facts in (types or {}).items()}
        self._listed: frozenset[str] | None = None

    def __or__(self, other: "Aliases") -> "Aliases":
        """Both tables; where both know a name, the right one counts."""
        merged = Aliases()
        merged._aliases = self._aliases | other._aliases
        merged._types = self._types | other._types
        return merged

    def __len__(self) -> int:
        return len(self._aliases)

    def find(self, name: str) -> Alias | None:
        """The alias of this name, if a table has it."""
        return self._aliases.get(name.lower())

    def lists(self, resource_type: str) -> bool:
        """Whether a table has the aliases of a type, so that one it doesn't have is none."""
        if self._listed is None:
            self._listed = frozenset(alias.type.lower() for alias in self._aliases.values())
        return resource_type.lower() in self._listed

    def facts(self, resource_type: str) -> TypeFacts:
        """What is known of a type; nothing, for one no table has."""
        return self._types.get(resource_type.lower(), TypeFacts())


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

    Also takes one provider alone, and `{"value": [...]}` as the REST API replies. Raises AliasesUnreadable.
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
                types[f"{provider['namespace']}/{entry['resourceType']}"] = TypeFacts(indexed=indexed)
                aliases.extend(_alias(row) for row in entry.get("aliases") or ())
    except (KeyError, TypeError, AttributeError) as wrong:
        raise AliasesUnreadable(
            f"The alias table can't be read: {type(wrong).__name__} {wrong}",
            allowed="a list of providers with namespace, resourceTypes, and aliases with name and defaultPath or paths",
            remedy="write it with: az provider list --expand resourceTypes/aliases",
        ) from wrong
    return Aliases(aliases, types)


def _alias(row: Mapping[str, Any]) -> Alias:
    paths = row.get("paths") or ()
    by_version = {version: entry["path"] for entry in paths for version in entry.get("apiVersions") or ()}
    path = row.get("defaultPath") or (paths[0]["path"] if paths else "")
    attributes = (row.get("defaultMetadata") or {}).get("attributes")
    return Alias(
        row["name"],
        path,
        {version: each for version, each in by_version.items() if each != path},
        None if attributes is None else "Modifiable" in attributes,
    )
