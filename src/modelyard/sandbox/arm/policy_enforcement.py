"""Azure Policy at the door of every write and delete: changes a request, refuses it, or remarks on it.

ARM asks its policies before the resource provider sees a request, so they rule what is asked for, not what the provider
would fill in; a PATCH is ruled as the whole resource it leads to (Microsoft docs, effect-basics, A; that for PATCH: R).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmObject, find
from modelyard.policy.evaluation import denied_error
from modelyard.policy.evaluation.compliance import PolicyState
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.sandbox.arm.account_parts import content_filter_of
from modelyard.sandbox.arm.answers import ArmRefusal, refuse
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.authorization import allows
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import evaluation_context, request_admission
from modelyard.sandbox.store import Document

READ = "Microsoft.Authorization/policyAssignments/read"
MASK = "*****"


def admit(change: ResourceChange) -> tuple[ArmObject, tuple[str, ...]]:
    """The body as policies leave it, and what they remark. Raises RequestDisallowedByPolicy."""
    call = change.call
    head = {"id": change.id, "name": change.was("name") or change.name, "type": change.kind.type}
    document = {**head, **change.wanted}
    ruled = request_admission.on_write(
        call.azure,
        evaluation_context.resource(call.azure, document, call.api_version, call.caller),
        _deployment(call.azure, document, call.api_version) if change.kind.type == kinds.DEPLOYMENT.type else None,
    )
    if ruled.denied:
        raise _refusal("disallowed-by-policy", call, change.name, ruled.denied, _secrets(change))
    return {name: value for name, value in ruled.document.items() if name not in head}, ruled.remarks


def refuse_delete(kind: SandboxKind, call: ArmCall, existing: Document) -> None:
    """Refuses to delete what a denyAction protects; a resource group also for what is in it."""
    azure, key = call.azure, str(existing["id"]).lower()
    denied = request_admission.on_delete(
        azure, evaluation_context.resource(azure, existing, call.api_version, call.caller)
    )
    if kind.is_group:
        for _, inside in azure.store.scan("resources", f"{key}/providers/"):
            resource = evaluation_context.resource(azure, inside, call.api_version, call.caller)
            denied += request_admission.on_delete(azure, resource, with_group=True)
    if denied:
        raise _refusal("deletion-disallowed", call, str(existing["name"]), denied)


def _deployment(azure: LocalAzure, document: Document, api_version: str) -> EvaluatedResource:
    return evaluation_context.deployment(azure, document, content_filter_of(azure, document), api_version)


def _refusal(
    which: str, call: ArmCall, name: str, denied: Sequence[PolicyState], secrets: Collection[str] = ()
) -> ArmRefusal:
    """The refusal in Azure's words, without the `secrets` of the resource among the values that decided."""
    error = denied_error.error(name, denied)
    text = error.message.partition(" was disallowed by policy. ")[2]
    refusal = refuse(which, target=name, resource=name, identifiers=text)
    refusal.additional_info = [
        {"type": "PolicyViolation", "info": _info(call, one, _masked(info["info"], secrets))}
        for one, info in zip(denied, error.additional_info, strict=True)
    ]
    return refusal


def _masked(info: Mapping[str, Any], secrets: Collection[str]) -> Mapping[str, Any]:
    details = info.get("evaluationDetails")
    if not secrets or not details:
        return info
    rows = [
        {**row, "expressionValue": MASK} if any(each in str(row.get("expressionValue")) for each in secrets) else row
        for row in details.get("evaluatedExpressions") or ()
    ]
    return {**info, "evaluationDetails": {**details, "evaluatedExpressions": rows}}


def _secrets(change: ResourceChange) -> frozenset[str]:
    """The texts in what the type keeps secret."""
    return frozenset(text for place in change.kind.row.secret for text in _texts(find(change.wanted, place)) if text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping | list):
        for each in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


def _info(call: ArmCall, one: PolicyState, info: Mapping[str, Any]) -> dict[str, Any]:
    """Who may not read policies isn't told the values that decided (reported by users, C)."""
    principals = call.caller.principals if call.caller else ()
    if allows(call.azure, principals, READ, one.bound.assignment.id):
        return dict(info)
    return {name: value for name, value in info.items() if name != "evaluationDetails"}
