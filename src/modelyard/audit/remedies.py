"""What to do about a state of compliance: what to write and where, as far as the conditions say it."""

from collections.abc import Mapping
from typing import Any

from modelyard.policy.effects.effect import CHANGES, Effect
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.policy.language.explanation import Explanation, shown
from modelyard.policy.language.unknown import Unknown

REMEDIES: Mapping[Effect, str] = {
    Effect.DENY: "{advice}, or ask the policy's owner for an exemption",
    Effect.AUDIT: "{advice}",
    Effect.AUDIT_IF_NOT_EXISTS: "declare {related}, as the policy requires it",
    Effect.DEPLOY_IF_NOT_EXISTS: "Azure deploys what is missing; for what exists already, a remediation has to be run",
    Effect.MODIFY: "Azure makes this change by itself; make it in the stack file too, or each run sets it back",
    Effect.APPEND: "Azure makes this change by itself; make it in the stack file too, or each run sets it back",
    Effect.MANUAL: "a person has to confirm it in Azure, by an attestation",
}

STOPPED: Mapping[Effect, str] = {
    Effect.DENY_ACTION: "keep the resource in the stack, or ask the policy's owner for an exemption",
    Effect.MODIFY: "Azure can't make this change, and refuses what it can't change: state what the policy requires "
    "in the stack file, or ask its owner",
}
"""What to do where an effect that otherwise lets a request through stops this one."""

BY_ITSELF = CHANGES | {Effect.DEPLOY_IF_NOT_EXISTS}
LATE = (
    "exemption {name} comes too late: it is written only once {scope} is there, and Azure policies this write before. "
    "Give it `scope: resourceGroup`; or create the account with the policy met or not enforced, and exempt it then"
)
NEXT = "it is written before the policy is there, and Azure refuses its next change: "
UNENFORCED = "the assignment isn't enforced, so Azure does not do this: do it in the stack file"

PLAIN = "change the resource so that the policy's condition is no longer met"

HOLDS: Mapping[str, str] = {
    "equals": "a value other than {one}",
    "notequals": "{one}",
    "in": "a value other than {any}",
    "notin": "{any}",
    "like": "a value that isn't like {one}",
    "notlike": "a value like {one}",
    "match": "a value that doesn't match {one}",
    "notmatch": "a value that matches {one}",
    "contains": "a value that doesn't contain {one}",
    "notcontains": "a value that contains {one}",
    "less": "{one} or more",
    "lessorequals": "more than {one}",
    "greater": "{one} or less",
    "greaterorequals": "less than {one}",
}
"""What to write instead, by the folded operator of a condition that is met."""

OPPOSITE: Mapping[str, str] = {
    "equals": "notequals", "notequals": "equals", "in": "notin", "notin": "in", "like": "notlike", "notlike": "like",
    "match": "notmatch", "notmatch": "match", "contains": "notcontains", "notcontains": "contains",
    "less": "greaterorequals", "lessorequals": "greater", "greater": "lessorequals", "greaterorequals": "less",
}  # fmt: skip


def value(leaf: Explanation) -> str:
    """`write 'Disabled'`: what a field would have to be for its condition to come out otherwise; empty if unclear."""
    if not isinstance(leaf.result, bool) or isinstance(leaf.target, Unknown) or leaf.kind != "field":
        return ""
    operator = leaf.operator.lower()
    if operator == "exists":
        is_there = str(leaf.target).lower() == "true"
        return "write nothing" if is_there is leaf.result else "write a value"
    wanted = HOLDS.get(operator if leaf.result else OPPOSITE.get(operator, ""))
    if wanted is None or (isinstance(leaf.target, list | tuple) and not leaf.target):
        return ""
    return f"write {wanted.format(one=shown(leaf.target), any=_any(leaf.target))}"


def _any(target: Any) -> str:
    return " or ".join(map(shown, target)) if isinstance(target, list | tuple) else shown(target)


def remedy(found: PolicyState, advice: str, related: str) -> str:
    """What to do. `advice` is what to write where, `related` the type that is looked for; empty where unknown."""
    if found.late is not None:
        return LATE.format(name=found.late.name, scope=found.late.scope.rpartition("/")[2])
    if found.state is ComplianceState.EXEMPT:
        return ""
    if found.state is ComplianceState.UNDECIDED:
        return "audit again after the next deployment, when the value is known"
    result = found.result
    if found.state is ComplianceState.ERROR:
        definition = found.bound.plain.definition
        return f"correct the rule in the definition {definition.id or definition.name}: Azure can't evaluate it"
    effect = None if result is None else result.effect
    if not isinstance(effect, Effect):
        return ""
    text = _text(found, effect)
    return text.format(advice=advice or PLAIN, related=f"a related {related}" if related else "the related resource")


def _text(found: PolicyState, effect: Effect) -> str:
    if found.precedes and effect is Effect.DENY:
        return f"{NEXT}{REMEDIES[effect]}"
    if found.stops and effect in STOPPED:
        return STOPPED[effect]
    return UNENFORCED if not found.enforced and effect in BY_ITSELF else REMEDIES.get(effect, "")
