"""Remediations: what modify would have changed is changed on resources that were there before the policy was.

Each resource is written anew in the name of the assignment's identity, so the identity's roles count, and so do all the
other policies. What deployIfNotExists would deploy is an ARM template, which the sandbox doesn't run: such resources
are counted as failed, and the message says why. A remediation is over before it is answered; Azure's takes a while.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.policy.effects.effect import REMEDIATING, Effect
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema, crud, scope
from modelyard.sandbox.arm.account_parts import content_filter_of
from modelyard.sandbox.arm.answers import ArmRefusal, refuse
from modelyard.sandbox.arm.body_schema import Form
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing, timestamp
from modelyard.sandbox.arm.kinds import kind_of
from modelyard.sandbox.arm.policy_states import version_of
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope import scope_of
from modelyard.sandbox.entra import directory
from modelyard.sandbox.entra.directory import principal_of
from modelyard.sandbox.entra.tokens import Caller
from modelyard.sandbox.policy import documents, states
from modelyard.sandbox.store import Document

TYPE = "Microsoft.PolicyInsights/remediations"
PATH = f"/{{scope}}/providers/{TYPE}/{{remediationName}}"
COLLECTION = "remediations"
SOURCE = "Microsoft docs, REST reference of remediations (2021-10-01)"

STATED: Mapping[str, Form] = {
    "failureThreshold": {"percentage": float},
    "filters": {"locations": [str], "resourceIds": [str]},
    "parallelDeployments": int,
    "policyAssignmentId": str,
    "policyDefinitionReferenceId": str,
    "resourceCount": int,
    "resourceDiscoveryMode": str,
}
MOST = 500
"""Resources of one remediation, unless `resourceCount` says otherwise (Microsoft docs, remediate-resources, A)."""
NO_TEMPLATES = "the sandbox runs no deployment templates, so what deployIfNotExists would deploy was not deployed"


def _put(call: ArmCall) -> ArmReply:
    at = scope_of(call)
    scope.check(call, at)
    body = call.object()
    body_schema.check({"properties": STATED}, body)
    wanted = {name: value for name, value in (body.get("properties") or {}).items() if name in STATED}
    assignment = documents.document(call.azure, str(wanted.get("policyAssignmentId") or ""))
    if assignment is None:
        reason = "properties.policyAssignmentId must name a policy assignment that exists."
        raise refuse("bad-remediation", reason=reason)
    found = list(_due(call, at, wanted))[: wanted.get("resourceCount") or MOST]
    failures = [told for one in found if (told := _remediated(call, assignment, one))]
    id_ = _id(call)
    before = call.azure.store.get(COLLECTION, id_.lower())
    now = timestamp(call.now)
    document = {
        "id": id_,
        "name": call.parameters["remediationName"],
        "type": TYPE,
        "properties": {
            "resourceDiscoveryMode": "ExistingNonCompliant",
            **wanted,
            "provisioningState": "Failed" if failures else "Succeeded",
            "createdOn": before["properties"]["createdOn"] if before else now,
            "lastUpdatedOn": now,
            "deploymentStatus": {
                "totalDeployments": len(found),
                "successfulDeployments": len(found) - len(failures),
                "failedDeployments": len(failures),
            },
            "statusMessage": "; ".join(dict.fromkeys(failures)) or None,
            "correlationId": str(uuid.uuid4()),
        },
    }
    call.azure.store.put(COLLECTION, id_.lower(), document)
    return ArmReply(200 if before else 201, document)


def _due(call: ArmCall, at: str, wanted: dict[str, Any]) -> Iterator[PolicyState]:
    """The resources that don't comply, of the assignment and its member, at the locations and ids that are filtered."""
    filters = wanted.get("filters") or {}
    locations = {str(one).lower() for one in filters.get("locations") or ()}
    ids = {str(one).lower() for one in filters.get("resourceIds") or ()}
    assignment = str(wanted["policyAssignmentId"]).lower()
    reference = str(wanted.get("policyDefinitionReferenceId") or "").lower()
    below = "" if at.lower() == management_groups.root(call.azure) else at
    for one in list(
        states.compliance(call.azure, below, lambda found: content_filter_of(call.azure, found), version_of)
    ):
        if (one.key.assignment, one.key.reference) != (
            assignment,
            reference,
        ) or one.state is not ComplianceState.NON_COMPLIANT:
            continue
        if one.result is None or one.result.effect not in REMEDIATING:
            continue
        location = str(one.result.resource.member("location") or "").lower()
        if (not locations or location in locations) and (not ids or one.key.resource in ids):
            yield one


def _remediated(call: ArmCall, assignment: Document, one: PolicyState) -> str:
    """Write the resource anew in the identity's name; why that failed, or nothing."""
    if one.result is None or one.result.effect is Effect.DEPLOY_IF_NOT_EXISTS:
        return NO_TEMPLATES
    kind, document = kind_of(one.key.resource), call.azure.store.get("resources", one.key.resource)
    principal = directory.find(call.azure, principal_of(assignment.get("identity")))
    if kind is None or document is None or principal is None:
        return f"{one.key.resource}: the assignment has no identity that could write it"
    caller = Caller(principal.object_id, principal.app_id, principal.name, principal.kind)
    parameters = kind.row.match(str(document["id"])) or {}
    written = ArmCall(
        azure=call.azure,
        method="PUT",
        path=str(document["id"]),
        parameters=parameters,
        query={},
        api_version=kind.row.api_version,
        body=dict(document),
        caller=caller,
    )
    try:
        written.require(f"{kind.action}/write", str(document["id"]))
        crud.put(kind, written)
    except ArmRefusal as refusal:
        return f"{document['name']}: {refusal.code}: {refusal.message}"
    return ""


def _id(call: ArmCall) -> str:
    return f"{scope_of(call)}/providers/{TYPE}/{call.parameters['remediationName']}"


def _found(call: ArmCall) -> Document:
    document = call.azure.store.get(COLLECTION, _id(call).lower())
    if document is None:
        raise refuse("remediation-not-found", name=call.parameters["remediationName"])
    return document


def _get(call: ArmCall) -> ArmReply:
    return ArmReply(200, _found(call))


def _delete(call: ArmCall) -> ArmReply:
    there = call.azure.store.get(COLLECTION, _id(call).lower())
    if there is None:
        return ArmReply(204)
    call.azure.store.delete(COLLECTION, _id(call).lower())
    return ArmReply(200, there)


def _list(call: ArmCall) -> ArmReply:
    prefix = scope_of(call).lower()
    return listing([one for key, one in call.azure.store.scan(COLLECTION) if key.startswith(f"{prefix}/")])


ROUTES = tuple(
    ArmRoute(
        verb=verb,
        path=path,
        answer=answer,
        action=f"{TYPE}/{right}",
        type=TYPE,
        grade=Grade.A,
        source=SOURCE,
    )
    for verb, path, answer, right in (
        ("PUT", PATH, _put, "write"),
        ("GET", PATH, _get, "read"),
        ("DELETE", PATH, _delete, "delete"),
        ("GET", PATH.rpartition("/")[0], _list, "read"),
    )
)
