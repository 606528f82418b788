"""Built-in roles that matter to AI services, and the data actions that roles of a team can name.

A role is known by its GUID, which Azure never changes; names change (Azure AI User became Foundry User), so a role is
found by any name it has had. The definitions are Microsoft's published ones; `grade` and `source` go with each.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

from modelyard.catalog import tables
from modelyard.files import JsonObject

DATA_ACTIONS_OF = "microsoft.cognitiveservices/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """One role definition. `names` has today's name first, then former ones.

    `may_assign` holds the GUIDs of the only roles that a holder may hand on, where the definition has such a
    condition; empty where it has none.
    """

    guid: str
    names: tuple[str, ...]
    description: str = ""
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    may_assign: tuple[str, ...] = ()
    grade: str = "R"
    source: str = ""

    @property
    def name(self) -> str:
        """The name Azure shows today."""
        return self.names[0]


def _role(row: Mapping[str, Any]) -> Role:
    return Role(
        guid=row["guid"],
        names=tuple(row["names"]),
        description=row["description"],
        actions=tuple(row["actions"]),
        not_actions=tuple(row["notActions"]),
        data_actions=tuple(row["dataActions"]),
        not_data_actions=tuple(row["notDataActions"]),
        may_assign=tuple(row["mayAssign"]),
        grade=row["grade"],
        source=row["source"],
    )


@cache
def roles() -> tuple[Role, ...]:
    """Every built-in role of this release."""
    text = (tables.DATA / "roles.json").read_text(encoding="utf-8")
    return tuple(_role(row) for row in json.loads(text)["roles"])


@cache
def _index() -> Mapping[str, Role]:
    return {key.casefold(): found for found in roles() for key in (found.guid, *found.names)}


def role(name_or_guid: str) -> Role | None:
    """The built-in role of this GUID, name or former name, in any case; None where the catalog has no such role."""
    return _index().get(name_or_guid.casefold())


def granted(permissions: Iterable[JsonObject], action: str) -> bool:
    """Whether permissions, as ARM lists them, have an action: named in `actions` and not taken out by `notActions`.

    Rights add up over permissions; names are compared without regard to case, and `*` stands for any text.
    """
    return any(
        _named(each.get("actions") or (), action) and not _named(each.get("notActions") or (), action)
        for each in permissions
    )


def _named(patterns: Iterable[str], action: str) -> bool:
    written = action.casefold()
    pieces = ([re.escape(piece) for piece in pattern.casefold().split("*")] for pattern in patterns)
    return any(re.fullmatch(".*".join(each), written) for each in pieces)


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A GUID in circulation that isn't the role it is taken for. `actual` is empty where no role has it."""

    guid: str
    actual: str
    taken_for: str
    grade: str
    evidence: str


@cache
def _mistaken() -> Mapping[str, Mistaken]:
    return {
        row["guid"]: Mistaken(row["guid"], row["is"], row["taken_for"], row["grade"], row["evidence"])
        for row in tables.rows("mistaken-role-guids.csv")
    }


def mistaken(guid: str) -> Mistaken | None:
    """What is wrong about a GUID that circulates under another role's name; None for all others."""
    return _mistaken().get(guid.casefold())


@cache
def data_actions() -> tuple[str, ...]:
    """Every data action that Microsoft's role definitions and captured refusals name; families end in `*`.

    The table isn't complete, and no public list is: what isn't in it is probably mistyped, and may be newer.
    """
    return tuple(row["action"] for row in tables.rows("data-actions.csv"))


def is_covered_action(action: str) -> bool:
    """Whether the table speaks of the action's namespace at all."""
    return action.casefold().startswith(DATA_ACTIONS_OF)


def is_listed_action(action: str) -> bool:
    """Whether the table has the action, or one that a pattern covers; Azure compares them without regard to case."""
    written = action.casefold()
    return any(
        fnmatchcase(name.casefold(), written) or fnmatchcase(written, name.casefold()) for name in data_actions()
    )
