"""One state of compliance, told to a person: how much it weighs, what decided, where it stands, what to change."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from modelyard.audit import remedies
from modelyard.audit.audited_resource import KEYS, Locate, Subject
from modelyard.findings import Severity
from modelyard.policy.effects.changes import FieldOperation
from modelyard.policy.effects.effect import CHANGES, Effect
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.policy.language.explanation import Explanation
from modelyard.policy.language.unknown import EvaluationFailed, Unknown
from modelyard.report.policy_finding import PolicyFinding

FIELD = re.compile(r"field\('([^']+)'\)", re.IGNORECASE)
"""An alias in an expression."""

OUTSIDE: Mapping[str, str] = {"location": "azure-native:location"}
"""Keys of the stack file that hold for every resource, by the place in an ARM document."""

MEMBERS = 3
"""Members of a count that are shown."""


Named = Mapping[str, tuple[str, ...]]
"""Names by a folded ARM id."""


def policy_finding(
    found: PolicyState, subject: Subject, sources: Named, locate: Locate, controls: Named
) -> PolicyFinding:
    """The finding, with the file's line that is to be changed where there is one."""
    bound, result = found.bound, found.result
    assignment, definition = bound.assignment, bound.plain.definition
    effect = None if result is None else result.effect
    leaves = list(result.decided_by.leaves()) if result is not None else []
    path = _path(subject, leaves, locate) if subject.path else ""
    exemption = found.exemption
    related = next((leaf.subject for leaf in leaves if leaf.kind == "existence"), "")
    return PolicyFinding(
        key="|".join(found.key),
        state=found.state.value,
        effect=effect.value if effect else "",
        severity=severity(found),
        resource=subject.id,
        resource_type=subject.type,
        resource_name=subject.name,
        urn=subject.urn,
        policy=definition.display_name,
        definition=definition.id or definition.name,
        assignment=assignment.display_name,
        assignment_id=assignment.id,
        scope=assignment.scope,
        reference=bound.reference,
        initiative=bound.initiative.display_name if bound.initiative else "",
        sources=sources.get(assignment.id.lower(), ()),
        because=tuple(_because(leaves)) or ((result.reason,) if result else ()),
        message=found.message,
        remedy=remedies.remedy(found, _advice(subject, leaves, locate), related),
        waits_for=found.waits_for,
        changes=tuple(_changes(found)),
        position=locate(path) if path else None,
        path=path,
        frameworks=_frameworks(found, controls),
        exemption=f"{exemption.name} ({exemption.category}{_until(exemption.expires)})" if exemption else "",
        enforced=found.enforced,
    )


def _because(leaves: Sequence[Explanation]) -> Iterator[str]:
    """The conditions that decided. That the type is the one the policy is about goes without saying."""
    for leaf in leaves:
        if leaf.path != "type" or len(leaves) == 1:
            yield leaf.condition() if leaf.result is True else leaf.line().strip()
        for member in leaf.children[:MEMBERS]:
            yield f"  {_member(member)}"
        if len(leaf.children) > MEMBERS:
            yield f"  … and {len(leaf.children) - MEMBERS} more"


def _member(member: Explanation) -> str:
    """A member of a count with what decided whether it counts; that several conditions did tells nobody anything."""
    if member.kind not in {"allOf", "anyOf", "not"}:
        return member.line()
    decided = "; ".join(leaf.condition() for leaf in member.leaves())
    return f"{member.line().removesuffix(member.kind)}{decided}"


def _advice(subject: Subject, leaves: Sequence[Explanation], locate: Locate) -> str:
    """What to write where, from the first condition that says it; one with a key in the stack file comes first."""
    spare = ""
    for leaf in leaves:
        value = remedies.value(leaf) if leaf.path and leaf.path != "type" else ""
        if not value:
            continue
        outside = OUTSIDE.get(leaf.path, "")
        if key := _key(subject, leaf.path, locate) or (outside if outside and locate(outside) else ""):
            return f"{value} as `{key}` in the stack file"
        spare = spare or f"{value} as `{leaf.path}` of {subject.type}"
    return spare


def _path(subject: Subject, leaves: Sequence[Explanation], locate: Locate) -> str:
    """The stack file's key of the first condition that has one; else the resource's own."""
    places = (place for leaf in leaves for place in _places(leaf, subject.type))
    return next((known for place in places if (known := _key(subject, place, locate))), subject.path)


def _places(leaf: Explanation, kind: str) -> Iterator[str]:
    """The places in the document that a condition looks at: its field, those in its expression, those of a count."""
    if leaf.path:
        yield leaf.path
    for alias in FIELD.findall(leaf.subject):
        if alias.lower().startswith(f"{kind}/".lower()):
            yield alias[len(kind) + 1 :]
    for child in leaf.children[:1]:
        yield from _places(child, kind)


def severity(found: PolicyState) -> Severity:
    """What Azure would stop is an error, what it would report a warning, and what it mends or can't tell yet a note.

    An assignment that isn't enforced stops and changes nothing, so what it says is a warning.
    """
    if found.stops:
        return Severity.ERROR
    effect = None if found.result is None else found.result.effect
    if found.state in {
        ComplianceState.EXEMPT,
        ComplianceState.UNDECIDED,
        ComplianceState.PROTECTED,
        ComplianceState.UNKNOWN,
    }:
        return Severity.NOTE
    if found.state is ComplianceState.ERROR or effect is Effect.DENY:
        return Severity.ERROR if found.enforced and not found.precedes else Severity.WARNING
    return Severity.NOTE if effect in CHANGES and found.enforced else Severity.WARNING


def _changes(found: PolicyState) -> Iterator[str]:
    """What append or modify would change, as a difference."""
    result = found.result
    if (
        result is None
        or found.state is not ComplianceState.NON_COMPLIANT
        or result.effect not in CHANGES
        or found.stops
    ):
        return
    try:
        changes = result.changes
    except EvaluationFailed as wrong:
        yield f"can't be computed: {wrong}"
        return
    for change in changes:
        if change.applies is not False and change.field is not None:
            yield _shown(change, result.resource.find(change.field))


def _shown(change: FieldOperation, before: Any) -> str:
    path = change.field.path if change.field else change.written
    if change.operation == "remove":
        return f"{path}: {_value(before)} → removed"
    return f"{path}: {_value(before)} → {_value(change.value)}"


def _value(value: Any) -> str:
    if value is None:
        return "missing"
    return (
        "not known yet" if isinstance(value, Unknown) else str(value).lower() if isinstance(value, bool) else str(value)
    )


def _frameworks(found: PolicyState, controls: Named) -> tuple[str, ...]:
    """The controls that the initiative maps this member to, and those that the definition has of Azure's own."""
    bound = found.bound
    members = bound.initiative.members if bound.initiative else ()
    groups = next((member.groups for member in members if member.reference == bound.reference), ())
    return tuple(dict.fromkeys((*groups, *controls.get(bound.plain.definition.id.lower(), ()))))


def _until(expires: Any) -> str:
    return f" until {expires:%Y-%m-%d}" if expires else ""


def _key(subject: Subject, place: str, locate: Locate) -> str:
    """The stack file's key for a place in the ARM document: the longest that the file has; empty where it has none."""
    if not subject.path:
        return ""
    inside = KEYS.get((subject.type.lower(), place), place)
    names = [name.partition("[")[0] for name in inside.split(".") if name not in {"", "properties", "name"}]
    for end in range(len(names), 0, -1):
        key = ".".join([subject.path, *names[:end]])
        if locate(key) is not None:
            return key
    return ""
