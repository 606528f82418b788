"""What all assignments together say of a resource: a state for each policy at work there."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from modelyard.policy.documents import scopes
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.enrollment import Enrollment
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.documents.policy import RuleOutcome, RuleResult
from modelyard.policy.effects.details import Attestation
from modelyard.policy.effects.effect import ON_ACTION
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown


class ComplianceState(StrEnum):
    """Compliance as Azure names it, and `Undecided`, which only a preview has."""

    COMPLIANT = "Compliant"
    NON_COMPLIANT = "NonCompliant"
    EXEMPT = "Exempt"
    ERROR = "Error"
    PROTECTED = "Protected"
    UNKNOWN = "Unknown"
    UNDECIDED = "Undecided"


BY_OUTCOME = {RuleOutcome.UNDECIDED: ComplianceState.UNDECIDED, RuleOutcome.FAILED: ComplianceState.ERROR}
"""The states of results that are no violation; others comply."""


class ViolationKey(NamedTuple):
    """What makes a violation the same one from run to run: assignment, member and resource, folded."""

    assignment: str
    reference: str
    resource: str


@dataclass(frozen=True, slots=True)
class PolicyState:
    """What one policy at work says of one resource. `result` is None while it isn't known whether it looks at it.

    `stops` is set where a request was asked about, and this policy stops it. `late` is an exemption that would count if
    it were written before the resource is. `precedes`: the resource is written before the policy is assigned.
    `enrolled`: an enrollment lets effects take place on the resource.
    """

    key: ViolationKey
    state: ComplianceState
    bound: Bound
    result: RuleResult | None = None
    waits_for: tuple[str, ...] = ()
    exemption: Exemption | None = None
    stops: bool = False
    late: Exemption | None = None
    precedes: bool = False
    enrolled: bool = False

    @property
    def message(self) -> str:
        """The assignment's non-compliance message for it; empty without one."""
        return self.bound.assignment.message(self.bound.reference)

    @property
    def enforced(self) -> bool:
        """Whether effects take place: by enforcementMode Default, or by Enroll where the resource is enrolled."""
        return self.enrolled or self.bound.assignment.enforced


class Assigned:
    """Assignments put to work, with their exemptions and enrollments. Each policy is compiled once, here."""

    def __init__(
        self,
        assignments: Iterable[Assignment],
        library: Library,
        exemptions: Iterable[Exemption] = (),
        management_groups: Iterable[str] = (),
        enrollments: Iterable[Enrollment] = (),
    ) -> None:
        """Raises AssignmentRefused, ParameterRefused, DefinitionRefused."""
        self.bound = tuple(bound for assignment in assignments for bound in assignment.bind(library))
        self.exemptions = tuple(exemptions)
        self.management_groups = tuple(management_groups)
        self.enrollments = tuple(enrollments)
        self._by_type: dict[str, tuple[Bound, ...]] = {}

    @classmethod
    def of(
        cls,
        bound: Iterable[Bound],
        exemptions: Iterable[Exemption] = (),
        management_groups: Iterable[str] = (),
        enrollments: Iterable[Enrollment] = (),
    ) -> "Assigned":
        """The same of assignments that were bound before, one by one."""
        assigned = cls((), Library(), exemptions, management_groups, enrollments)
        assigned.bound = tuple(bound)
        return assigned

    def without(self, ids: Collection[str]) -> "Assigned":
        """The same without the assignments, exemptions and enrollments of these folded ids."""
        bound = (each for each in self.bound if each.assignment.id.lower() not in ids)
        exemptions = (each for each in self.exemptions if each.id.lower() not in ids)
        enrollments = (each for each in self.enrollments if each.id.lower() not in ids)
        return Assigned.of(bound, exemptions, self.management_groups, enrollments)

    def rest(self, bound: Iterable[Bound]) -> "Assigned":
        """The same with only these policies."""
        return Assigned.of(bound, self.exemptions, self.management_groups, self.enrollments)

    def at_work(self, resource: EvaluatedResource) -> Iterator[Bound]:
        """The policies whose assignment covers the resource and whose rule could match its type."""
        kind = resource.type
        known = self._by_type.get(kind)
        if known is None:
            known = self._by_type[kind] = tuple(
                bound for bound in self.bound if bound.plain.types is None or not kind or kind in bound.plain.types
            )
        covered: dict[int, bool] = {}
        resource_id = resource.id
        for bound in known:
            assignment = bound.assignment
            if id(assignment) not in covered:
                covered[id(assignment)] = assignment.covers(resource_id, self.management_groups)
            if covered[id(assignment)]:
                yield bound

    def evaluate(self, resource: EvaluatedResource, now: datetime) -> tuple[PolicyState, ...]:
        """The state of each policy at work. Policies that don't apply are left out."""
        found = (self._state(bound, resource, now) for bound in self.at_work(resource))
        told = tuple(compliance for compliance in found if compliance is not None)
        pieces = scopes.open_pieces(resource.id)
        return (*self._placed(told, resource, now, pieces),) if pieces else told

    def _placed(
        self, told: Iterable[PolicyState], resource: EvaluatedResource, now: datetime, pieces: tuple[str, ...]
    ) -> Iterator[PolicyState]:
        """The states of a resource of which nobody knows yet in which group it is to stand.

        Where that decides whether a policy rules it, or whether it is spared, the state is open; that of what complies
        with the policy anyhow isn't.
        """
        covered = set()
        for each in told:
            covered.add(each.key)
            apart = any(scopes.may_be_within(one, resource.id) for one in each.bound.assignment.not_scopes)
            spared = any(one.active(now) and one.may_cover(each.bound, resource) for one in self.exemptions)
            yield _open(each, pieces) if (apart or spared) and each.state is not ComplianceState.COMPLIANT else each
        for bound in self._by_type[resource.type]:
            if scopes.may_be_within(bound.assignment.scope, resource.id):
                there = self._state(bound, resource, now)
                if there is not None and there.key not in covered and there.state is not ComplianceState.COMPLIANT:
                    yield _open(there, pieces)

    def _state(self, bound: Bound, resource: EvaluatedResource, now: datetime) -> PolicyState | None:
        key = ViolationKey(bound.assignment.id.lower(), bound.reference.lower(), resource.id.lower())
        meant, policy = bound.meant(resource), bound.policy(resource)
        if meant is False:
            return None
        for doubt in (meant, policy):
            if isinstance(doubt, Unknown):
                return PolicyState(key, ComplianceState.UNDECIDED, bound, waits_for=tuple(sorted(doubt.waits_for)))
        if isinstance(policy, Unknown):
            return None
        result = policy.evaluate(resource)
        if result.outcome is RuleOutcome.NOT_APPLICABLE:
            return None
        for exemption in self.exemptions:
            if exemption.active(now) and exemption.covers(bound, resource, self.management_groups):
                return PolicyState(key, ComplianceState.EXEMPT, bound, result, exemption=exemption)
        told = PolicyState(key, _state(result), bound, result, result.waits_for)
        return self._enrolled(told, resource) if bound.assignment.enrolls else told

    def _enrolled(self, told: PolicyState, resource: EvaluatedResource) -> PolicyState:
        """The state with what enrollments say; where it isn't known whether one means the resource, it is open."""
        found = [each.covers(told.bound, resource, self.management_groups) for each in self.enrollments]
        if True in found or told.state is ComplianceState.COMPLIANT:
            return replace(told, enrolled=True in found)
        doubts = sorted({name for each in found if isinstance(each, Unknown) for name in each.waits_for})
        return _open(told, tuple(doubts)) if doubts else told


def _open(compliance: PolicyState, pieces: tuple[str, ...]) -> PolicyState:
    return replace(compliance, state=ComplianceState.UNDECIDED, waits_for=(*compliance.waits_for, *pieces))


def _state(result: RuleResult) -> ComplianceState:
    if result.outcome is RuleOutcome.VIOLATION:
        if isinstance(result.policy.details, Attestation):
            return ComplianceState(result.policy.details.default_state)
        return ComplianceState.PROTECTED if result.effect in ON_ACTION else ComplianceState.NON_COMPLIANT
    return BY_OUTCOME.get(result.outcome, ComplianceState.COMPLIANT)
