"""What a model makes of a call's parameters: which ones it refuses, and which values it takes of the others.

Chat and Responses are two APIs, and a model may serve either alone. Rules of families of names, for models that no
page lists, are inferred (R). Source: Microsoft's page on reasoning models and what was captured beside it; `data/
parameters.csv` has both in each row.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

from modelyard.catalog import tables

Api = Literal["chat", "responses"]
EFFORT = "reasoning_effort"


class Acceptance(StrEnum):
    """What becomes of a parameter: DEFAULT takes what it has anyway, VALUES one of several values, MOST none above."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFAULT = "default"
    VALUES = "values"
    MOST = "most"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ParameterRule:
    """What is true of one parameter. It holds where a call's effort is among `efforts`, and always where that is empty.

    `values` are those that are taken, `default` the one of a call that names none.
    """

    parameter: str
    acceptance: Acceptance
    values: tuple[str, ...]
    default: str
    efforts: frozenset[str]
    grade: str
    source: str

    def applies(self, effort: str) -> bool:
        return not self.efforts or effort in self.efforts


@dataclass(frozen=True, slots=True)
class ModelRules:
    """Everything that is known of a model's parameters on one API. `api` tells whether it serves that at all."""

    api: Acceptance
    parameters: Mapping[str, ParameterRule]

    @property
    def effort(self) -> str:
        """The effort of a call that names none; empty where nobody says."""
        rule = self.parameters.get(EFFORT)
        return rule.default if rule else ""


@cache
def rules(name: str, version: str, api: Api) -> ModelRules:
    """The rules of a model, none where no row speaks of it; inferred for a version that its row doesn't name."""
    found: dict[str, ParameterRule] = {}
    for row in _rows(name):
        if row["api"] in ("", api):
            found[row["parameter"]] = _rule(row, version)
    whole = found.pop("", None)
    return ModelRules(whole.acceptance if whole else Acceptance.UNKNOWN, found)


def ruled() -> frozenset[str]:
    """The parameters of which some model is known to refuse something."""
    return frozenset(row["parameter"] for row in _table() if row["parameter"])


def _rule(row: Mapping[str, str], version: str) -> ParameterRule:
    rule = ParameterRule(
        parameter=row["parameter"],
        acceptance=Acceptance(row["rule"]),
        values=tuple(row["values"].split()),
        default=row["default"],
        efforts=frozenset(row["efforts"].split()),
        grade=row["grade"],
        source=row["source"],
    )
    versions = row["versions"].split()
    return rule if not versions or version in versions else replace(rule, grade="R")


def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    """The rows of the first name or pattern that the model has; names come before patterns."""
    first = next((row["name"] for row in _table() if row["name"] == name), None)
    first = first or next((row["name"] for row in _table() if fnmatchcase(name, row["name"])), None)
    return tuple(row for row in _table() if row["name"] == first)


@cache
def _table() -> tuple[Mapping[str, str], ...]:
    return tuple(tables.rows("parameters.csv"))
