"""What becomes of a write or a delete under the policies at work, and the remarks for a header of the sandbox's own.

Policies of resource-provider mode are looked at and never stop a request to ARM: they were reported to stop the portal
while ARM requests passed, others say they rule ARM too, and nobody has settled it. A stack that needs such a rule pairs
it with one for ARM, and the sandbox doesn't let the former hide that the latter is missing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.effects.changes import FieldOperation
from modelyard.policy.effects.effect import Effect
from modelyard.policy.evaluation import admission
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy.active_assignments import ActiveAssignment, ActiveAssignments, at_work

WORSE = (ComplianceState.NON_COMPLIANT, ComplianceState.ERROR)
HEADER = 4000
"""Characters of remarks that a header carries; clients refuse headers that are much longer."""


@dataclass(frozen=True, slots=True)
class AdmissionResult:
    """`document` is what is to be stored; any of `denied` stops the request; `remarks` are for the header."""

    document: ArmDocument
    denied: tuple[PolicyState, ...] = ()
    remarks: tuple[str, ...] = ()


def on_write(
    azure: LocalAzure, seen: EvaluatedResource, in_data_plane: EvaluatedResource | None = None
) -> AdmissionResult:
    """What becomes of a request to create or change a resource."""
    working = at_work(azure, seen.id)
    if working.idle:
        return AdmissionResult(seen.document)
    now = azure.clock.now()
    admitted = admission.write(working.control, seen, now)
    remarks = [*_changes(admitted.changed), *_findings(admitted.results)]
    if in_data_plane is not None:
        remarks += [f"{text}, not enforced" for text in _findings(working.data.evaluate(in_data_plane, now))]
    return AdmissionResult(admitted.document, admitted.denied, (*remarks, *_unruled(working, seen.id)))


def on_delete(azure: LocalAzure, seen: EvaluatedResource, *, with_group: bool = False) -> tuple[PolicyState, ...]:
    """The policies that stop a resource, or the resource group around it, from being deleted."""
    working = at_work(azure, seen.id)
    if not working.control.bound:
        return ()
    return admission.delete(working.control, seen, azure.clock.now(), with_group=with_group).denied


def told(remarks: Iterable[str]) -> str:
    """Remarks for one header, as many as it carries."""
    kept: list[str] = []
    every = list(remarks)
    for remark in every:
        if len("; ".join([*kept, remark])) > HEADER:
            return "; ".join([*kept, f"and {len(every) - len(kept)} more"])
        kept.append(remark)
    return "; ".join(kept)


def unevaluated(work: ActiveAssignment) -> str:
    """What of an assignment is not evaluated, in words; empty where all of it is."""
    if not work.unevaluated:
        return ""
    members = ", ".join(one for one in work.unevaluated if one)
    what = f"members {members}" if members else "there is no rule for the definition here"
    return f"{work.assignment.name} is not evaluated: {what}"


def _changes(changed: tuple[FieldOperation, ...]) -> Iterator[str]:
    for change in changed:
        yield f"changed by policy: {change.operation} {change.field.name if change.field else change.written}"


def _findings(results: tuple[PolicyState, ...]) -> Iterator[str]:
    for one in results:
        effect = one.result.effect if one.result else None
        name = f"{one.bound.assignment.name}{f' ({one.bound.reference})' if one.bound.reference else ''}"
        if one.state is ComplianceState.UNDECIDED:
            yield f"undecided: {name} waits for {', '.join(one.waits_for)}"
        elif one.state in WORSE and effect is not None and not isinstance(effect, Unknown):
            due = ", and what it deploys is not deployed here" if effect is Effect.DEPLOY_IF_NOT_EXISTS else ""
            yield f"non-compliant: {name}, {effect}{due}"


def _unruled(working: ActiveAssignments, id: str) -> Iterator[str]:  # noqa: A002 - ARM calls it id
    groups = working.control.management_groups
    return (unevaluated(one) for one in working.unevaluated if one.assignment.covers(id, groups))
