"""The definitions and initiatives at hand, by id and by name; among them Modelyard's own (`modelyard/<stem>`).

The own ones are package data, written for model deployments: no built-in restricts SKU, capacity or content filter.
Their initiatives name built-ins by id and own definitions by name, since the latter have an id only once a stack has
declared them.
"""

import json
from collections.abc import Iterable, Mapping
from importlib import resources
from typing import Any

from modelyard.policy.documents import built_ins, scopes
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.fields import Fields

OWN = ("definitions", "initiatives")
"""The folders of this room that hold them."""
OWN_NAMES = "modelyard/"
OWN_GROUPS = "Modelyard_"


class Library:
    """Definitions and initiatives, found without regard to case by id, by name, or by the last part of the id."""

    def __init__(self, entries: Iterable[Definition | Initiative] = ()) -> None:
        self._entries: dict[str, Definition | Initiative] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: Definition | Initiative) -> None:
        """Take one in; a later one of the same id or name counts."""
        for name in (entry.id.rpartition("/")[2], entry.name, entry.id):
            if name:
                self._entries[name.lower()] = entry

    def __len__(self) -> int:
        return len({id(entry) for entry in self._entries.values()})

    def initiatives(self) -> tuple[Initiative, ...]:
        """Every initiative once."""
        found = {id(entry): entry for entry in self._entries.values() if isinstance(entry, Initiative)}
        return tuple(found.values())

    def find(self, name: str) -> Definition | Initiative | None:
        """The entry of an id or a name.

        What has no scope, as a file that a team keeps, stands for its id at any scope; what stands at a scope is
        another than its namesake elsewhere.
        """
        known = self._entries.get(name.lower())
        if known is not None:
            return known
        namesake = self._entries.get(name.rpartition("/")[2].lower())
        apart = namesake is not None and name.startswith("/") and scopes.parent(namesake.id)
        return None if apart else namesake

    def controls(self) -> Mapping[str, tuple[str, ...]]:
        """Which controls of compliance frameworks a built-in definition (by folded id) stands for, sorted.

        A group of an initiative is a control where the initiative is one of Azure's, or one that comes with Modelyard
        and repeats Azure's; what a team's own initiatives call a group says nothing of others' assignments, nor do the
        groups that are Modelyard's own. An assignment of the initiative itself needs no such table: its members name
        their groups.
        """
        found: dict[str, set[str]] = {}
        for initiative in self.initiatives():
            if not (built_ins.is_built_in(initiative.id) or initiative.name.startswith(OWN_NAMES)):
                continue
            for member in initiative.members:
                groups = {name for name in member.groups if not name.startswith(OWN_GROUPS)}
                if groups and built_ins.is_built_in(member.definition_id):
                    found.setdefault(member.definition_id.lower(), set()).update(groups)
        return {id_: tuple(sorted(groups)) for id_, groups in found.items()}

    def definition(self, owner: str, name: str) -> Definition:
        """The definition of an id or a name. Raises AssignmentRefused."""
        found = self.find(name)
        if not isinstance(found, Definition):
            raise AssignmentRefused(
                owner,
                name,
                "there is no such definition at hand",
                remedy="have its JSON at hand too: in a file beside, or as `modelyard policy pull` brings it",
            )
        return found


def load(documents: Iterable[tuple[str, Any]], fields: Fields) -> Library:
    """A library of documents, each with the name messages call it by. Raises DefinitionRefused."""
    return Library(_entry(name, document, fields) for name, document in documents)


def _entry(name: str, document: Any, fields: Fields) -> Definition | Initiative:
    body = document.get("properties", document) if isinstance(document, Mapping) else {}
    if isinstance(body, Mapping) and "policyDefinitions" in body:
        return Initiative.load(document, name=name)
    return Definition.load(document, fields, name=name)


def standard(fields: Fields) -> Library:
    """What is at hand without being written anywhere: our own, and Azure's built-ins as far as rules are here."""
    library = own(fields)
    for entry in built_ins.entries(fields):
        library.add(entry)
    return library


def own(fields: Fields) -> Library:
    """Modelyard's own definitions and initiatives."""
    return load(
        (
            (f"{OWN_NAMES}{each.name.removesuffix('.json')}", json.loads(each.read_text(encoding="utf-8")))
            for folder in OWN
            for each in sorted((resources.files("modelyard.policy") / folder).iterdir(), key=lambda each: each.name)
            if each.name.endswith(".json")
        ),
        fields,
    )
