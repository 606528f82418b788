"""Exemptions: resources that an assignment, or some members of it, leaves alone for a while.

Source: Microsoft docs, exemption-structure (A). They do nothing for resource-provider modes.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from modelyard.policy.documents import scopes, selectors
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.documents.selectors import ResourceSelector
from modelyard.policy.documents.strict_reader import read
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language import dates
from modelyard.policy.language.resource import EvaluatedResource

KNOWN = frozenset(
    name.lower()
    for name in (
        "policyAssignmentId", "policyDefinitionReferenceIds", "exemptionCategory", "expiresOn", "displayName",
        "description", "metadata", "resourceSelectors", "assignmentScopeValidation", "scope",
    )
)  # fmt: skip
"""What properties Azure's exemptions have (API 2022-07-01-preview, A).

Whether the assignment reaches the exempted scope (`assignmentScopeValidation`) is asked when one is written, not when
it is evaluated.
"""
CATEGORIES = {"waiver": "Waiver", "mitigated": "Mitigated"}


@dataclass(frozen=True, slots=True)
class Exemption:
    """One exemption; it is written at the resource, group or subscription it is for."""

    id: str
    name: str
    scope: str
    assignment_id: str
    category: str
    expires: datetime | None = None
    references: frozenset[str] = frozenset()
    resource_selectors: tuple[ResourceSelector, ...] = ()

    @classmethod
    def load(cls, document: Any) -> "Exemption":
        """An exemption as Azure writes it. Raises AssignmentRefused."""
        written = read("exemption", document, KNOWN)
        id_, name, body = written.id, written.name, written.body
        if not isinstance(body.get("policyAssignmentId"), str):
            raise AssignmentRefused(name, "properties.policyAssignmentId", "there is no assignment's id")
        category = CATEGORIES.get(str(body.get("exemptionCategory", "")).lower())
        if category is None:
            raise AssignmentRefused(
                name, "properties.exemptionCategory", "there is no category", allowed="Waiver, Mitigated"
            )
        ends = body.get("expiresOn")
        expires = None if ends is None else dates.moment(str(ends))
        if ends is not None and expires is None:
            raise AssignmentRefused(name, "properties.expiresOn", f"'{ends}' is no date and time")
        return cls(
            id_,
            name,
            str(body.get("scope") or scopes.parent(id_)),
            body["policyAssignmentId"],
            category,
            expires,
            frozenset(map(str.lower, written.texts("policyDefinitionReferenceIds"))),
            selectors.load(name, "properties.resourceSelectors", body.get("resourceSelectors")),
        )

    def active(self, now: datetime) -> bool:
        """Whether it still counts; an expired exemption is kept, but no longer honoured."""
        return self.expires is None or now < self.expires

    def covers(self, bound: Bound, resource: EvaluatedResource, management_groups: Iterable[str] = ()) -> bool:
        """Whether it is for this policy and this resource. A doubtful selector exempts nothing."""
        return (
            self._is_from(bound)
            and scopes.within(self.scope, resource.id, management_groups)
            and selectors.any_meets(self.resource_selectors, resource, bound.reference) is True
        )

    def may_cover(self, bound: Bound, resource: EvaluatedResource) -> bool:
        """Whether it may be for this resource, whose id isn't wholly known."""
        return self._is_from(bound) and scopes.may_be_within(self.scope, resource.id)

    def _is_from(self, bound: Bound) -> bool:
        providers = bound.plain.definition.mode.startswith("Microsoft.")
        return bound.is_of(self.assignment_id, self.references) and not providers
