"""Compliance of every resource, evaluated when somebody asks: the rows of Microsoft.PolicyInsights' policy states.

The members are those of PolicyState in Microsoft's REST reference (policy-states, 2019-10-01, A); what Azure writes
into ones that say nothing is recalled (R). A state is never older than the question.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

from modelyard.policy.documents import scopes
from modelyard.policy.evaluation import denied_error
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import evaluation_context
from modelyard.sandbox.policy.active_assignments import at_work
from modelyard.sandbox.store import Document

DEPLOYMENTS = "microsoft.cognitiveservices/accounts/deployments"
INSIDE = "/providers/microsoft.authorization/policy"
SHOWN = {ComplianceState.UNDECIDED: "Unknown"}
"""Azure has no word for what is undecided."""

FILTERED = (
    "complianceState",
    "isCompliant",
    "policyAssignmentId",
    "policyAssignmentName",
    "policyDefinitionAction",
    "policyDefinitionId",
    "policyDefinitionName",
    "policyDefinitionReferenceId",
    "policySetDefinitionId",
    "resourceGroup",
    "resourceId",
    "resourceLocation",
    "resourceType",
)
"""The members that a filter may name."""

FilterOf = Callable[[Document], Any]


def compliance(
    azure: LocalAzure, scope: str, filter_of: FilterOf, version_of: Callable[[str], str]
) -> Iterator[PolicyState]:
    """What each policy says of each resource at or below a scope.

    `filter_of` finds a deployment's content filter, `version_of` the api-version by type.
    """
    working, now = at_work(azure), azure.clock.now()
    if not (working.control.bound or working.data.bound):
        return
    for document in _resources(azure, scope):
        kind = str(document["type"])
        version = version_of(kind)
        yield from working.control.evaluate(evaluation_context.resource(azure, document, version), now)
        if kind.lower() == DEPLOYMENTS:
            part = evaluation_context.deployment(azure, document, filter_of(document), version)
            yield from working.data.evaluate(part, now)


def _resources(azure: LocalAzure, scope: str) -> Iterator[Document]:
    """The resources at or below a scope, subscriptions and groups among them; policies' own documents are left out."""
    for key, document in azure.store.scan("resources"):
        if INSIDE in key or not scopes.within(scope or "/subscriptions", key):
            continue
        if key.count("/") == 2:
            yield {**document, "name": document.get("displayName"), "type": "Microsoft.Resources/subscriptions"}
        elif "type" in document:
            yield document


def row(azure: LocalAzure, one: PolicyState, *, details: bool) -> dict[str, Any]:
    """One state, with the expressions that decided it where `details` are wanted."""
    resource, assignment = (one.result.resource if one.result else None), one.bound.assignment
    effect = one.result.effect_as_written if one.result else None
    definition, initiative = one.bound.plain.definition, one.bound.initiative
    id_ = resource.id if resource else one.key.resource
    shown = {
        "@odata.id": None,
        "@odata.context": _context(azure, "latest/$entity"),
        "timestamp": f"{azure.clock.now():%Y-%m-%dT%H:%M:%S.%f}0Z",
        "resourceId": id_,
        "policyAssignmentId": assignment.id,
        "policyDefinitionId": definition.id,
        "isCompliant": one.state in (ComplianceState.COMPLIANT, ComplianceState.EXEMPT),
        "subscriptionId": scopes.subscription(id_).rpartition("/")[2],
        "resourceType": (resource.member("type") if resource else None) or "",
        "resourceLocation": (resource.member("location") if resource else None) or "",
        "resourceGroup": scopes.resource_group(id_).rpartition("/")[2].lower(),
        "resourceTags": json.dumps((resource.member("tags") if resource else None) or {}),
        "policyAssignmentName": assignment.name,
        "policyAssignmentParameters": json.dumps(dict(assignment.parameters)),
        "policyAssignmentScope": assignment.scope,
        "policyDefinitionName": definition.id.rpartition("/")[2] or definition.name,
        "policyDefinitionAction": str(effect or one.bound.plain.effect_as_written).lower(),
        "policyDefinitionCategory": str(definition.metadata.get("category", "")),
        "policySetDefinitionId": initiative.id if initiative else "",
        "policySetDefinitionName": initiative.id.rpartition("/")[2] if initiative else "",
        "policyDefinitionReferenceId": one.bound.reference,
        "complianceState": SHOWN.get(one.state, one.state.value),
    }
    if details:
        shown["policyEvaluationDetails"] = denied_error.violation(one).get("evaluationDetails")
    return shown


def _context(azure: LocalAzure, what: str) -> str:
    where = f"https://management.azure.com/subscriptions/{azure.subscription_id}"
    return f"{where}/providers/Microsoft.PolicyInsights/policyStates/$metadata#{what}"


def page(azure: LocalAzure, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The reply to a query, on one page."""
    return {
        "@odata.nextLink": None,
        "@odata.context": _context(azure, "latest"),
        "@odata.count": len(rows),
        "value": rows,
    }
