"""A denied request in Azure's own words.

The two messages, status 403 and the shape of PolicyViolation are captured (B): Azure/azure-service-operator#5074 and
Azure-Samples/azuresandbox#196; Microsoft docs, enforce-job-execution-hybrid-worker, show evaluationDetails (A). That an
initiative adds `policySetDefinition…` fields is known from reading code alone (C).
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from modelyard.arm.errors import ArmError
from modelyard.arm.json_path import ArmDocument
from modelyard.policy.evaluation.compliance import PolicyState
from modelyard.policy.language.explanation import Explanation
from modelyard.policy.language.unknown import Unknown

KINDS = {"field": "Field", "value": "Value", "count": "Count"}


def error(resource_name: str, denied: Sequence[PolicyState]) -> ArmError:
    """The error of a request that these policies stop. With non-compliance messages, it gives those as reasons."""
    messages = list(dict.fromkeys(each.message for each in denied if each.message))
    if messages:
        reasons = ", ".join(f"'{message}'" for message in messages)
        text = f"Reasons: {reasons}. See error details for policy resource IDs."
    else:
        listed = json.dumps([_identifiers(each) for each in denied], separators=(",", ":"), ensure_ascii=False)
        text = f"Policy identifiers: '{listed}'."
    return ArmError(
        403,
        "RequestDisallowedByPolicy",
        f"Resource '{resource_name}' was disallowed by policy. {text}",
        target=resource_name,
        additional_info=[{"type": "PolicyViolation", "info": violation(each)} for each in denied],
    )


def _identifiers(compliance: PolicyState) -> ArmDocument:
    assignment, definition = compliance.bound.assignment, compliance.bound.plain.definition
    found: dict[str, Any] = {
        "policyAssignment": {"name": assignment.display_name, "id": assignment.id},
        "policyDefinition": {"name": definition.display_name, "id": definition.id},
    }
    if definition.version:
        found["policyDefinition"]["version"] = definition.version
    if compliance.bound.initiative is not None:
        initiative = compliance.bound.initiative
        found["policySetDefinition"] = {"name": initiative.display_name, "id": initiative.id}
    return found


def violation(compliance: PolicyState) -> ArmDocument:
    """The `info` of one PolicyViolation."""
    bound, result = compliance.bound, compliance.result
    assignment, definition, initiative = bound.assignment, bound.plain.definition, bound.initiative
    info: dict[str, Any] = {
        "policyDefinitionDisplayName": definition.display_name,
        "policyAssignmentId": assignment.id,
        "policyAssignmentName": assignment.name,
        "policyAssignmentDisplayName": assignment.display_name,
        "policyAssignmentScope": assignment.scope,
        "policyAssignmentParameters": dict(assignment.parameters),
        "policyDefinitionId": definition.id,
        "policyDefinitionName": definition.id.rpartition("/")[2] or definition.name,
        "policyDefinitionEffect": "Deny",
        "policyExemptionIds": [],
    }
    if result is not None:
        info["evaluationDetails"] = {"evaluatedExpressions": list(_expressions(result.decided_by))}
        info["policyDefinitionEffect"] = result.effect_as_written or "Deny"
    if initiative is not None:
        info["policySetDefinitionId"] = initiative.id
        info["policySetDefinitionName"] = initiative.id.rpartition("/")[2] or initiative.name
        info["policySetDefinitionDisplayName"] = initiative.display_name
        info["policyDefinitionReferenceId"] = bound.reference
    return info


def _expressions(explanation: Explanation) -> Iterator[dict[str, Any]]:
    for leaf in explanation.leaves():
        if leaf.result is None or isinstance(leaf.result, Unknown):
            continue
        row: dict[str, Any] = {
            "result": str(leaf.result),
            "expressionKind": KINDS.get(leaf.kind, leaf.kind),
            "expression": leaf.subject,
        }
        if leaf.path:
            row["path"] = leaf.path
        if leaf.actual is not None:
            row["expressionValue"] = leaf.actual
        row["targetValue"] = str(leaf.target) if isinstance(leaf.target, bool) else leaf.target
        row["operator"] = leaf.operator[:1].upper() + leaf.operator[1:]
        yield row
