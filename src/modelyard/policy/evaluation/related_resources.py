"""Related resources, found among documents at hand: a state export, a stack's resources, a scope's listing.

Source: Microsoft docs, effect-audit-if-not-exists, "type", "name", "resourceGroupName", "existenceScope" (A). Extension
resources such as diagnostic settings count only where they stand on the evaluated resource itself.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.documents import scopes
from modelyard.policy.language.context import RelatedQuery
from modelyard.policy.language.unknown import Unknown


class Estate:
    """Documents by type. `complete` types are all there is; of any other type absence proves nothing."""

    def __init__(self, documents: Iterable[ArmDocument], complete: Iterable[str] | None = None) -> None:
        """`complete` names the types of which all resources are at hand; None means every type."""
        self._by_type: dict[str, list[dict[str, Any]]] = {}
        self._by_group: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for document in documents:
            kind, group = str(document.get("type", "")).lower(), scopes.resource_group(str(document.get("id", "")))
            self._by_type.setdefault(kind, []).append(document)
            self._by_group.setdefault((kind, group.lower()), []).append(document)
        self._complete = None if complete is None else {name.lower() for name in complete}

    def related(self, query: RelatedQuery) -> list[ArmDocument] | Unknown:
        """The documents a query means; an Unknown where there is none and there might be."""
        found = [each for each in self._near(query) if _meant(query, each)]
        if not found and self._complete is not None and query.type.lower() not in self._complete:
            return Unknown(f"related {query.type}")
        return found

    def _near(self, query: RelatedQuery) -> Iterator[dict[str, Any]]:
        """Those that a query could mean: of thousands of resources most stand in other groups."""
        kind, around = query.type.lower(), str(query.resource.get("id", ""))
        own = scopes.resource_group(around)
        if query.scope == "subscription" or not own:
            yield from self._by_type.get(kind, ())
            return
        named = f"{scopes.subscription(around)}/resourceGroups/{query.resource_group}" if query.resource_group else own
        for group in dict.fromkeys((own.lower(), named.lower())):
            yield from self._by_group.get((kind, group), ())


def _meant(query: RelatedQuery, document: dict[str, Any]) -> bool:
    around = str(query.resource.get("id", ""))
    found = str(document.get("id", ""))
    kind = str(query.resource.get("type", "")).lower()
    child = query.type.lower().startswith(kind + "/") if kind else False
    if child or _is_extension(found):
        inside = scopes.within(around, found) and scopes.normalized(around) != scopes.normalized(found)
    elif query.scope == "subscription":
        inside = scopes.subscription(around).lower() == scopes.subscription(found).lower()
    elif query.resource_group:
        group = f"{scopes.subscription(around)}/resourceGroups/{query.resource_group}"
        inside = scopes.resource_group(found).lower() == group.lower()
    else:
        inside = scopes.resource_group(found).lower() == scopes.resource_group(around).lower()
    return inside and (not query.name or _named(query.name, found, document))


def _is_extension(resource_id: str) -> bool:
    return resource_id.lower().count("/providers/") > 1


def _named(wanted: str, resource_id: str, document: dict[str, Any]) -> bool:
    """Whether the full name (`account/deployment`) or the own name is the one asked for; `/?` takes any last part."""
    pieces = resource_id.rpartition("/providers/")[2].split("/")
    full = "/".join(pieces[2::2]).lower()
    wanted = wanted.lower()
    if wanted.endswith("/?"):
        return full.rpartition("/")[0] == wanted[:-2]
    return wanted in {full, str(document.get("name", "")).lower()}
