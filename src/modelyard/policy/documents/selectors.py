"""Resource selectors: which resources, and which members of an initiative, an assignment, override or exemption means.

Source: Microsoft docs, assignment-structure, "Resource selectors", and exemption-structure, "Resource selectors" (A).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from modelyard.catalog.policy_selectors import (
    APART,
    MOST_SELECTORS,
    MOST_VALUES,
    OVERRIDES,
    PRINCIPALS,
    REFERENCES,
    RESOURCES,
)
from modelyard.policy.documents import scopes
from modelyard.policy.documents.strict_reader import rows
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Truth, Unknown

KINDS = {name.lower(): name for name in (*RESOURCES, *OVERRIDES, *PRINCIPALS)}

MEMBERS = {"kind", "in", "notIn"}


@dataclass(frozen=True, slots=True)
class Selector:
    """One characteristic and the values it may, or may not, have (folded)."""

    kind: str
    values: frozenset[str]
    negated: bool = False

    def meets(self, resource: EvaluatedResource, reference: str) -> Truth:
        """Whether a resource, seen by the member `reference` and in its request, is meant."""
        if self.kind == "resourceLocation":
            location = resource.member("location")
            if isinstance(location, Unknown):
                return Unknown("location")
            found = {str(location or "").replace(" ", "").lower()}
        elif self.kind == "resourceType":
            found = {resource.type}
        elif self.kind == REFERENCES:
            found = {reference.lower()}
        elif self.kind == "resourceWithoutLocation":
            bare = resource.member("location") is None and not scopes.resource_group(resource.id)
            found = {"subscriptionlevelresources"} if bare else set()
        else:
            principals = resource.context.principals
            if isinstance(principals, Unknown):
                return Unknown("requestContext().identity")
            found = set(principals)
        return bool(self.values & found) is not self.negated


@dataclass(frozen=True, slots=True)
class ResourceSelector:
    """A named group of selectors; a resource must meet all of them."""

    name: str
    selectors: tuple[Selector, ...]

    @property
    def asks_resources(self) -> bool:
        """Whether what it means depends on the resource; otherwise on the member alone."""
        return any(selector.kind != REFERENCES for selector in self.selectors)

    def could_mean(self, reference: str) -> bool:
        """Whether the member may be meant, whatever the resource."""
        return all(
            (reference.lower() in selector.values) is not selector.negated
            for selector in self.selectors
            if selector.kind == REFERENCES
        )

    def meets(self, resource: EvaluatedResource, reference: str) -> Truth:
        """Whether all selectors mean the resource."""
        doubt: Unknown | None = None
        for selector in self.selectors:
            result = selector.meets(resource, reference)
            if result is False:
                return False
            if isinstance(result, Unknown):
                doubt = result if doubt is None else doubt | result
        return True if doubt is None else doubt


def load(owner: str, place: str, written: Any) -> tuple[ResourceSelector, ...]:
    """`resourceSelectors` as written. Raises AssignmentRefused."""
    listed = rows(owner, place, written)
    if len(listed) > MOST_SELECTORS:
        raise AssignmentRefused(owner, place, f"{len(listed)} are more than Azure takes", allowed=f"{MOST_SELECTORS}")
    return tuple(
        ResourceSelector(str(row.get("name", "")), members(owner, f"{place}[{at}].selectors", row.get("selectors")))
        for at, row in enumerate(listed)
    )


def members(owner: str, place: str, written: Any) -> tuple[Selector, ...]:
    """`selectors` as written. Raises AssignmentRefused."""
    found = []
    for at, row in enumerate(rows(owner, place, written)):
        kind = KINDS.get(str(row.get("kind", "")).lower())
        if kind is None:
            raise AssignmentRefused(
                owner,
                f"{place}[{at}].kind",
                f"'{row.get('kind')}' is no kind of selector",
                allowed=", ".join(KINDS.values()),
            )
        for name in row:
            if name not in MEMBERS:
                raise AssignmentRefused(
                    owner, f"{place}[{at}].{name}", f"a selector has no '{name}' here", allowed="kind, in, notIn"
                )
        given = [name for name in ("in", "notIn") if row.get(name) is not None]
        if len(given) != 1 or not isinstance(row[given[0]], list):
            raise AssignmentRefused(owner, f"{place}[{at}]", "a selector takes a list, either 'in' or 'notIn'")
        if len(row[given[0]]) > MOST_VALUES:
            raise AssignmentRefused(
                owner, f"{place}[{at}].{given[0]}", "these are more values than Azure takes", allowed=f"{MOST_VALUES}"
            )
        found.append(Selector(kind, frozenset(_folded(kind, value) for value in row[given[0]]), given == ["notIn"]))
    kinds = [selector.kind for selector in found]
    if len(set(kinds)) < len(kinds) or set(kinds) >= APART:
        raise AssignmentRefused(
            owner, place, f"{' and '.join(kinds)} can't stand together", allowed="each kind once; one kind of location"
        )
    return tuple(found)


def _folded(kind: str, value: Any) -> str:
    text = str(value).lower()
    return text.replace(" ", "") if kind == "resourceLocation" else text


def any_meets(selectors: Sequence[ResourceSelector], resource: EvaluatedResource, reference: str = "") -> Truth:
    """Whether one of the groups means the resource; without any, all resources are meant."""
    doubt: Unknown | None = None
    for selector in selectors:
        result = selector.meets(resource, reference)
        if result is True:
            return True
        if isinstance(result, Unknown):
            doubt = result if doubt is None else doubt | result
    if doubt is not None:
        return doubt
    return not selectors
