"""Enrollments: resources on which an assignment with enforcement mode `Enroll` is enforced.

What is in the assignment's scope and isn't enrolled is evaluated all the same, and nothing is stopped or changed.
Source: Microsoft docs, enrollment-structure (preview), and the type's template reference, API 2026-01-01-preview (A).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from modelyard.policy.documents import scopes, selectors
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.documents.selectors import ResourceSelector
from modelyard.policy.documents.strict_reader import read
from modelyard.policy.failures import AssignmentRefused
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Truth

KNOWN = frozenset(
    name.lower()
    for name in (
        "policyAssignmentId", "policyAssignmentInstanceId", "policyDefinitionReferenceIds", "displayName",
        "description", "metadata", "resourceSelectors", "assignmentScopeValidation", "scope",
    )
)  # fmt: skip
"""What properties Azure's enrollments have.

Whether the assignment reaches the enrolled scope (`assignmentScopeValidation`) is asked when one is written.
"""


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One enrollment; it is written at the resource, group, subscription or management group that is enrolled."""

    id: str
    name: str
    scope: str
    assignment_id: str
    references: frozenset[str] = frozenset()
    resource_selectors: tuple[ResourceSelector, ...] = ()

    @classmethod
    def load(cls, document: Any) -> "Enrollment":
        """An enrollment as Azure writes it. Raises AssignmentRefused."""
        written = read("enrollment", document, KNOWN)
        id_, name, body = written.id, written.name, written.body
        if not isinstance(body.get("policyAssignmentId"), str):
            raise AssignmentRefused(name, "properties.policyAssignmentId", "there is no assignment's id")
        return cls(
            id_,
            name,
            str(body.get("scope") or scopes.parent(id_)),
            body["policyAssignmentId"],
            frozenset(map(str.lower, written.texts("policyDefinitionReferenceIds"))),
            selectors.load(name, "properties.resourceSelectors", body.get("resourceSelectors")),
        )

    def covers(self, bound: Bound, resource: EvaluatedResource, management_groups: Iterable[str] = ()) -> Truth:
        """Whether it enrolls this resource for this policy."""
        if not (
            bound.is_of(self.assignment_id, self.references)
            and scopes.within(self.scope, resource.id, management_groups)
        ):
            return False
        return selectors.any_meets(self.resource_selectors, resource, bound.reference)
