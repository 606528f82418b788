"""A rulebook with its own definitions at another scope: EPAC keeps all of them at the root scope of an environment."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from modelyard.epac.definitions import POLICIES, SETS
from modelyard.epac.environment import Environment
from modelyard.policy.documents import built_ins
from modelyard.policy.evaluation.policy_documents import Documents, Rulebook


def moved(book: Rulebook, environment: Environment) -> tuple[Rulebook, tuple[str, ...]]:
    """The rulebook, and the ids of what would be moved. Of two of one name the second stays where it is."""
    ids: dict[str, str] = {}
    for part, kind in ((book.definitions, POLICIES), (book.initiatives, SETS)):
        taken: set[str] = set()
        for key, document in part.items():
            wanted = environment.definition_id(
                kind, str(document.get("name") or str(document["id"]).rpartition("/")[2])
            )
            if not built_ins.is_built_in(key) and wanted.lower() not in taken:
                ids[key] = wanted
                taken.add(wanted.lower())
    away = tuple(sorted(str(_at(book, key)["id"]) for key, id_ in ids.items() if key != id_.lower()))
    if not away:
        return book, ()
    return (
        replace(
            book,
            definitions=_renamed(book.definitions, ids),
            initiatives=_renamed(book.initiatives, ids),
            assignments={key: _pointed(document, ids) for key, document in book.assignments.items()},
        ),
        away,
    )


def _at(book: Rulebook, key: str) -> Mapping[str, Any]:
    return book.definitions.get(key) or book.initiatives[key]


def _renamed(documents: Documents, ids: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    found: dict[str, Mapping[str, Any]] = {}
    for key, document in documents.items():
        id_ = ids.get(key, str(document["id"]))
        found[id_.lower()] = {**_pointed(document, ids), "id": id_}
    return found


def _pointed(document: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    """The document, with the ids of what it assigns or has for members."""
    properties = dict(document["properties"])
    if "policyDefinitionId" in properties:
        properties = _with(properties, ids)
    if "policyDefinitions" in properties:
        properties["policyDefinitions"] = [_with(member, ids) for member in properties["policyDefinitions"]]
    return {**document, "properties": properties}


def _with(written: Mapping[str, Any], ids: Mapping[str, str]) -> dict[str, Any]:
    id_ = str(written.get("policyDefinitionId"))
    return {**written, "policyDefinitionId": ids.get(id_.lower(), id_)}
