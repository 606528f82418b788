"""What becomes of a request: changed by append and modify, then let through, audited or denied.

The order is Azure's: changes first, since they may prevent a deny; then deny; then audit (Microsoft docs,
effect-basics, A). Assignments in DoNotEnforce change and deny nothing; exempt resources are left alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.documents.policy import RuleOutcome
from modelyard.policy.effects.apply import apply
from modelyard.policy.effects.changes import Changes, FieldOperation
from modelyard.policy.effects.details import Actions
from modelyard.policy.effects.effect import CHANGES, Effect
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState, PolicyState
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed

NEVER_PROTECTED = frozenset(
    {
        "microsoft.authorization/denyassignments",
        "microsoft.authorization/locks",
        "microsoft.authorization/policyassignments",
        "microsoft.blueprint/blueprintassignments",
        "microsoft.resources/deploymentstacks",
        "microsoft.resources/subscriptions",
    }
)
"""What denyAction never stops, lest somebody lock everybody out (Microsoft docs, effect-deny-action, A)."""


@dataclass(frozen=True, slots=True)
class Admission:
    """The outcome of a write: the document as it is to be stored, and what each policy said.

    `denied` stops the request. `changed` are the operations carried out; `results` are those of the changed document,
    `asked` those of the document as it was asked for.
    """

    document: ArmDocument
    denied: tuple[PolicyState, ...]
    results: tuple[PolicyState, ...]
    changed: tuple[FieldOperation, ...] = ()
    asked: tuple[PolicyState, ...] = ()

    @property
    def undecided(self) -> tuple[PolicyState, ...]:
        """What could not be decided with the values at hand."""
        return tuple(each for each in self.results if each.state is ComplianceState.UNDECIDED)


def write(assigned: Assigned, resource: EvaluatedResource, now: datetime) -> Admission:
    """What becomes of a request to create or update a resource."""
    asked = assigned.evaluate(resource, now)
    document, changed, denied = _changed(resource, [each for each in asked if _changes(each)])
    results = asked
    if document is not resource.document:
        resource = EvaluatedResource(document, resource.context)
        results = assigned.evaluate(resource, now)
    denied += [each for each in results if each.enforced and _denies(each)]
    return Admission(document, tuple(denied), results, tuple(changed), asked)


def foreseen(assigned: Assigned, resource: EvaluatedResource, now: datetime) -> tuple[PolicyState, ...]:
    """What to tell of a write before it is made: who changes it, as it is asked for; all else, of what comes of it."""
    admitted = write(assigned, resource, now)
    told = {each.key: each for each in admitted.results}
    told |= {each.key: each for each in admitted.asked if _changes(each)}
    return tuple((told | {each.key: replace(each, stops=True) for each in admitted.denied}).values())


def foreseen_delete(assigned: Assigned, resource: EvaluatedResource, now: datetime) -> tuple[PolicyState, ...]:
    """Who stops a delete, or may: what is protected is in order only as long as nobody deletes it."""
    admitted = delete(assigned, resource, now)
    open_ = (each for each in admitted.undecided if each.enforced and each.bound.plain.effect is Effect.DENY_ACTION)
    return (*(replace(each, state=ComplianceState.NON_COMPLIANT, stops=True) for each in admitted.denied), *open_)


def delete(assigned: Assigned, resource: EvaluatedResource, now: datetime, *, with_group: bool = False) -> Admission:
    """What becomes of a request to delete a resource, or (`with_group`) the resource group it stands in."""
    results = assigned.evaluate(resource, now)
    denied = [
        each
        for each in results
        if each.enforced and each.result is not None and each.result.effect is Effect.DENY_ACTION
        if resource.type not in NEVER_PROTECTED
        if isinstance(each.result.policy.details, Actions) and each.state is ComplianceState.PROTECTED
        if not with_group
        or (each.result.policy.details.cascade_denied and each.bound.plain.definition.mode == "Indexed")
    ]
    return Admission(resource.document, tuple(denied), results)


def _changes(compliance: PolicyState) -> bool:
    """Whether an append or a modify takes place."""
    result = compliance.result
    return (
        compliance.enforced
        and compliance.state is ComplianceState.NON_COMPLIANT
        and result is not None
        and result.outcome is RuleOutcome.VIOLATION
        and result.effect in CHANGES
    )


def _effect(compliance: PolicyState) -> Effect | None:
    return None if compliance.result is None else compliance.result.effect


def _denies(compliance: PolicyState) -> bool:
    """A deny, or a failed evaluation, which Azure takes for one."""
    if compliance.state is ComplianceState.ERROR:
        return True
    return compliance.state is ComplianceState.NON_COMPLIANT and _effect(compliance) is Effect.DENY


def _changed(
    resource: EvaluatedResource, changing: Sequence[PolicyState]
) -> tuple[ArmDocument, list[FieldOperation], list[PolicyState]]:
    """The document with all changes that can be made, and the policies whose change can't and whose conflict denies."""
    planned: list[tuple[PolicyState, str, tuple[FieldOperation, ...]]] = []
    denied: list[PolicyState] = []
    for compliance in changing:
        details = None if compliance.result is None else compliance.result.policy.details
        if not isinstance(details, Changes):
            continue
        try:
            planned.append((compliance, details.conflict, details.computed(resource)))
        except EvaluationFailed:
            denied.append(compliance)
    planned, conflicting = _settled(planned)
    denied += conflicting
    changed: list[FieldOperation] = []
    for compliance, conflict, changes in planned:
        outcome = apply(resource, changes)
        if outcome.conflicts and conflict == "deny":
            denied.append(compliance)
        elif not outcome.conflicts and outcome.done:
            resource = EvaluatedResource(outcome.document, resource.context)
            changed += outcome.done
    return resource.document, changed, denied


def _settled(
    planned: list[tuple[PolicyState, str, tuple[FieldOperation, ...]]],
) -> tuple[list[tuple[PolicyState, str, tuple[FieldOperation, ...]]], list[PolicyState]]:
    """Where several modify the same field to different values: the one whose conflict denies wins, two of those stop
    the request, and without one none of them changes anything (Microsoft docs, effect-modify, "conflictEffect", A).
    """
    by_place: dict[str, list[int]] = {}
    for at, (_, _, changes) in enumerate(planned):
        for change in changes:
            if change.field is not None and change.applies is True:
                by_place.setdefault(change.field.path.lower(), []).append(at)
    dropped: set[int] = set()
    denied: list[PolicyState] = []
    for place, ats in by_place.items():
        values = [
            change.value
            for at in ats
            for change in planned[at][2]
            if change.field is not None and change.field.path.lower() == place
        ]
        if len(set(ats)) < 2 or all(value == values[0] for value in values):
            continue
        strict = sorted({at for at in ats if planned[at][1] == "deny"})
        if len(strict) > 1:
            denied += [planned[at][0] for at in strict]
        dropped |= set(ats) - set(strict[:1] if len(strict) == 1 else ())
    return [plan for at, plan in enumerate(planned) if at not in dropped], denied
