"""Compliance of every resource, evaluated when somebody asks: the rows of Microsoft.PolicyInsights' policy states.

The members are those of PolicyState in Microsoft's REST reference (policy-states, 2019-10-01, A); what Azure writes
into ones that say nothing is recalled (R). A state is never older than the question.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation import denied_error
from modelyard.policy.evaluation.compliance import ComplianceState, PolicyState
from modelyard.sandbox import management_groups
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
    "policyDefinitionGroupNames",
    "policyDefinitionId",
    "policyDefinitionName",
    "policyDefinitionReferenceId",
    "policySetDefinitionId",
    "policySetDefinitionName",
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
    now = azure.clock.now()
    if at_work(azure, scope).idle:
        return
    for document in _resources(azure, scope):
        working = at_work(azure, str(document["id"]))
        kind = str(document["type"])
        version = version_of(kind)
        yield from working.control.evaluate(evaluation_context.resource(azure, document, version), now)
        if kind.lower() == DEPLOYMENTS:
            part = evaluation_context.deployment(azure, document, filter_of(document), version)
            yield from working.data.evaluate(part, now)


def _resources(azure: LocalAzure, scope: str) -> Iterator[Document]:
    """The resources at or below a scope, subscriptions and groups among them; policies' own documents are left out."""
    for key, document in azure.store.scan("resources"):
        if INSIDE in key or not management_groups.above(azure, scope or "/subscriptions", key):
            continue
        if key.count("/") == 2:
            yield {**document, "name": document.get("displayName"), "type": "Microsoft.Resources/subscriptions"}
        elif "type" in document:
            yield document


def row(azure: LocalAzure, one: PolicyState, *, details: bool) -> ArmDocument:
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
        "policyDefinitionGroupNames": _groups(one),
        "complianceState": SHOWN.get(one.state, one.state.value),
    }
    if details:
        shown["policyEvaluationDetails"] = denied_error.violation(one).get("evaluationDetails")
    return shown


def _groups(one: PolicyState) -> list[str]:
    """The groups of the initiative that the policy is in."""
    members = one.bound.initiative.members if one.bound.initiative else ()
    return [group for member in members if member.reference == one.bound.reference for group in member.groups]


def _context(azure: LocalAzure, what: str) -> str:
    where = f"https://management.azure.com/subscriptions/{azure.subscription_id}"
    return f"{where}/providers/Microsoft.PolicyInsights/policyStates/$metadata#{what}"


def page(azure: LocalAzure, rows: list[ArmDocument]) -> ArmDocument:
    """The reply to a query, on one page."""
    return {
        "@odata.nextLink": None,
        "@odata.context": _context(azure, "latest"),
        "@odata.count": len(rows),
        "value": rows,
    }


# --- summaries -------------------------------------------------------------------------------------------------------

DEFINITION = "policyDefinitionId"
RANK = ("noncompliant", "compliant", "error", "conflict", "protected", "exempt", "unknown")
"""What several states make together is the first of these (Microsoft docs, compliance-states, A)."""

Rows = list[dict[str, Any]]


def summary(azure: LocalAzure, rows: Rows, query_uri: str, most: int | None) -> ArmDocument:
    """The reply to `summarize`: one summary of the rows, with one for each assignment and each of its policies.

    The shape is that of azure-rest-api-specs (PolicyStates_SummarizeSubscriptionScope.json, 2019-10-01, A);
    `query_uri` is where the rows are had. It names no time, for states are of now.
    """
    assignments = [_assignment(each, query_uri) for each in list(_by(rows, "policyAssignmentId").values())[:most]]
    one = {
        "@odata.id": None,
        "@odata.context": _context(azure, "summary/$entity"),
        "results": _results(rows, _by(rows, "policyAssignmentId"), query_uri, ""),
        "policyAssignments": assignments,
    }
    return {"@odata.context": _context(azure, "summary"), "@odata.count": 1, "value": [one]}


def _assignment(rows: Rows, query_uri: str) -> dict[str, Any]:
    first = rows[0]
    about = f" and PolicyAssignmentId eq '{first['policyAssignmentId']}'"
    policies = _of_policies(rows)
    return {
        "policyAssignmentId": first["policyAssignmentId"],
        "policySetDefinitionId": first["policySetDefinitionId"],
        "results": _results(rows, policies, query_uri, about),
        "policyDefinitions": [_policy(each, query_uri, about) for each in policies.values()],
        "policyGroups": [
            {"policyGroupName": name, "results": _results(each, _of_policies(each), query_uri, about + _of_group(name))}
            for name, each in _by_group(rows).items()
        ],
    }


def _policy(rows: Rows, query_uri: str, about: str) -> dict[str, Any]:
    first = rows[0]
    results = _results(rows, _of_policies(rows), query_uri, f"{about} and PolicyDefinitionId eq '{first[DEFINITION]}'")
    del results["nonCompliantPolicies"]
    return {
        "policyDefinitionId": first[DEFINITION],
        "policyDefinitionReferenceId": first["policyDefinitionReferenceId"],
        **({"policyDefinitionGroupNames": groups} if (groups := first["policyDefinitionGroupNames"]) else {}),
        "effect": first["policyDefinitionAction"],
        "results": results,
    }


def _results(rows: Rows, parts: Mapping[Any, Rows], query_uri: str, about: str) -> dict[str, Any]:
    """How many resources and policies there are in each state; `parts` are the rows by what `policyDetails` counts:
    assignments at the top, policies in an assignment.
    """
    wrong = [row for row in rows if _state([row]) == RANK[0]]
    return {
        "queryResultsUri": f"{query_uri}&$filter=IsCompliant eq false{about}",
        "nonCompliantResources": len(_by(wrong, "resourceId")),
        "nonCompliantPolicies": len(_of_policies(wrong)),
        "resourceDetails": _counts(_by(rows, "resourceId")),
        "policyDetails": _counts(parts),
        "policyGroupDetails": _counts(_by_group(rows)),
    }


def _counts(parts: Mapping[Any, Rows]) -> list[dict[str, Any]]:
    found = Counter(_state(rows) for rows in parts.values())
    return [{"complianceState": state, "count": found[state]} for state in sorted(found)]


def _state(rows: Rows) -> str:
    """What the states of several rows make together."""
    return min((str(row["complianceState"]).lower() for row in rows), key=RANK.index)


def _of_policies(rows: Rows) -> Mapping[Any, Rows]:
    return _by(rows, DEFINITION, "policyDefinitionReferenceId")


def _of_group(name: str) -> str:
    return f" and '{name}' IN PolicyDefinitionGroupNames" if name else ""


def _by(rows: Rows, *members: str) -> Mapping[Any, Rows]:
    """The rows by what these members are, without regard to case."""
    found: dict[Any, Rows] = {}
    for row in rows:
        found.setdefault(tuple(str(row[member]).lower() for member in members), []).append(row)
    return found


def _by_group(rows: Rows) -> Mapping[str, Rows]:
    """The rows by the groups of the initiative; what is in none goes by the empty name."""
    found: dict[str, Rows] = {}
    for row in rows:
        for name in row["policyDefinitionGroupNames"] or [""]:
            found.setdefault(name, []).append(row)
    return found
