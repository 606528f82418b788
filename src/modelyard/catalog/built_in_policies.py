"""Azure's built-in policies that matter to AI services: GUIDs that never change, under short names of our own.

Facts only: which parameters one takes, which effects, and what a remediation needs. The rules themselves are Azure's.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from modelyard.catalog.tables import DATA

NOTHING: Final = object()
"""What stands for the default of a parameter that must be given; None would be a value."""

IN_DATA_PLANE = "Microsoft.CognitiveServices.Data"
"""A mode in which definitions were reported to stop the portal and to let ARM requests pass (grade C)."""


@dataclass(frozen=True, slots=True)
class BuiltInParameter:
    """One parameter: ARM's type (String, Array …), and what is allowed, or among what the items of an Array are."""

    type: str
    allowed: tuple[Any, ...] = ()
    default: Any = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltIn:
    """One built-in. `effect` is the fixed one of a definition that takes none as a parameter.

    `roles` are what the assignment's identity needs to remediate; `instead` names what to use for a deprecated one.
    """

    name: str
    guid: str
    kind: str
    display_name: str
    version: str
    mode: str
    parameters: Mapping[str, BuiltInParameter]
    effect: str
    roles: tuple[str, ...]
    instead: tuple[str, ...]
    grade: str
    source: str

    @property
    def is_initiative(self) -> bool:
        return self.kind == "initiative"

    @property
    def id(self) -> str:
        """The ARM id, the same in every tenant."""
        kind = "policySetDefinitions" if self.is_initiative else "policyDefinitions"
        return f"/providers/Microsoft.Authorization/{kind}/{self.guid}"


def _built_in(row: Mapping[str, Any]) -> BuiltIn:
    return BuiltIn(
        name=row["name"],
        guid=row["guid"],
        kind=row["kind"],
        display_name=row["displayName"],
        version=row["version"],
        mode=row.get("mode", ""),
        parameters={
            name: BuiltInParameter(written["type"], tuple(written.get("allowed", ())), written.get("default", NOTHING))
            for name, written in row["parameters"].items()
        },
        effect=row.get("effect", ""),
        roles=tuple(row.get("roles", ())),
        instead=tuple(row.get("deprecated", ())),
        grade=row["grade"],
        source=row["source"],
    )


@cache
def built_ins() -> tuple[BuiltIn, ...]:
    """Every built-in of this release, deprecated ones last."""
    rows = json.loads((DATA / "built-in-policies.json").read_text(encoding="utf-8"))["policies"]
    return tuple(_built_in(row) for row in rows)


@cache
def as_of() -> date:
    """The day of Azure's definitions that the facts here were read from; of several, the first."""
    days = (re.search(r"as of (\d{4}-\d\d-\d\d)", each.source) for each in built_ins())
    return min(date.fromisoformat(each[1]) for each in days if each)


@cache
def _index() -> Mapping[str, BuiltIn]:
    return {key: found for found in built_ins() for key in (found.name, found.guid)}


def built_in(name_or_guid: str) -> BuiltIn | None:
    """The built-in of this short name or GUID; None where the catalog has none."""
    return _index().get(name_or_guid.lower())
