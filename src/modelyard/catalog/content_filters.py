"""Content filters that Azure has: their names, where in a conversation each applies, and whether it grades severity.

Sources disagree about the spelling (`Selfharm`, `self_harm`, `indirect_attack`), so a filter has a key and ARM's name,
and what else it is called stands in a table of its own, with who calls it so. `default_v2` is how Microsoft.DefaultV2
has it (grade B, captured): a severity and `blocking` or `annotating`; empty where that policy doesn't have the filter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from modelyard.catalog import tables

SYSTEM_POLICIES = ("Microsoft.DefaultV2", "Microsoft.Default")
"""RAI policies every account has. Microsoft.DefaultV2 is what Azure gives a new deployment (grade B)."""


@dataclass(frozen=True, slots=True)
class CatalogFilter:
    """One filter at one point of a conversation. `source` is ARM's word for the point: Prompt, Completion …"""

    key: str
    arm_name: str
    source: str
    has_severity: bool
    default_v2: str
    grade: str
    evidence: str
    date: str


@dataclass(frozen=True, slots=True)
class FilterAlias:
    """Another name of a filter, by whose `key` it is looked up; `grade` and `evidence` are of the name alone."""

    name: str
    key: str
    grade: str
    evidence: str


@cache
def aliases() -> tuple[FilterAlias, ...]:
    """What else filters are called, filter by filter. Case, spaces and hyphens make no other name."""
    return tuple(
        FilterAlias(row["alias"], row["name"], row["grade"], row["evidence"])
        for row in tables.rows("content-filter-aliases.csv")
    )


@cache
def filters() -> tuple[CatalogFilter, ...]:
    """Every filter at every point where it is known to apply, in the order of a conversation."""
    return tuple(
        CatalogFilter(
            key=row["name"],
            arm_name=row["arm_name"],
            source=row["source"],
            has_severity=row["severity"] == "yes",
            default_v2=row["default_v2"],
            grade=row["grade"],
            evidence=row["evidence"],
            date=row["date"],
        )
        for row in tables.rows("content-filters.csv")
    )


@cache
def by_source() -> Mapping[str, Mapping[str, CatalogFilter]]:
    """Filters by point and key."""
    found: dict[str, dict[str, CatalogFilter]] = {}
    for each in filters():
        found.setdefault(each.source, {})[each.key] = each
    return found


@cache
def of_the_system(policy: str) -> tuple[CatalogFilter, ...]:
    """The filters that a policy of the system's has; none for any other name.

    Microsoft.DefaultV2 is as it was captured. Of Microsoft.Default it is documented that it filters the four harm
    categories at medium severity in prompts and completions (Microsoft docs, content filtering, A); that it has nothing
    else is inferred (R).
    """
    names = {name.lower(): name for name in SYSTEM_POLICIES}
    spelt = names.get(policy.lower(), "")
    if spelt == "Microsoft.DefaultV2":
        return tuple(each for each in filters() if each.default_v2)
    here = ("Prompt", "Completion") if spelt else ()
    return tuple(each for each in filters() if each.has_severity and each.source in here)


@cache
def _keys() -> Mapping[str, str]:
    own = {_folded(name): each.key for each in filters() for name in (each.key, each.arm_name)}
    return {**{_folded(each.name): each.key for each in aliases()}, **own}


def key(name: str) -> str | None:
    """The key of a filter that somebody calls by any of its names; None where no filter is called so."""
    return _keys().get(_folded(name))


def _folded(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())
