"""An account of Contoso's with a deployment, and policies that are assigned above them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_registry import Library
from modelyard.policy.documents.enrollment import Enrollment
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.evaluation import admission
from modelyard.policy.evaluation.compliance import Assigned, PolicyState
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.resource import EvaluatedResource

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg-models"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/contoso"
ROOT = "/providers/Microsoft.Management/managementGroups/contoso"
CONTEXT = EvaluationContext(now=NOW, request={"apiVersion": "2025-06-01"}, related=Estate([]).related)

INITIATIVE: dict[str, Any] = {
    "id": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policySetDefinitions/house",
    "name": "house",
    "properties": {
        "displayName": "House rules",
        "parameters": {
            "skus": {"type": "Array", "defaultValue": ["Standard"]},
            "effect": {"type": "String", "defaultValue": "Deny"},
        },
        "policyDefinitions": [
            {
                "policyDefinitionId": "modelyard/deployment-skus",
                "policyDefinitionReferenceId": "skus",
                "parameters": {
                    "skus": {"value": "[parameters('SKUs')]"},
                    "effect": {"value": "[parameters('effect')]"},
                },
            },
            {"policyDefinitionId": "modelyard/pinned-versions", "policyDefinitionReferenceId": "pinned"},
        ],
    },
}


def an_account(**properties: Any) -> EvaluatedResource:
    return EvaluatedResource(
        {
            "id": ACCOUNT,
            "name": "contoso",
            "type": "Microsoft.CognitiveServices/accounts",
            "location": "swedencentral",
            "kind": "AIServices",
            "properties": properties,
        },
        CONTEXT,
    )


def a_deployment(**changes: Any) -> EvaluatedResource:
    document = {
        "id": f"{ACCOUNT}/deployments/chat",
        "name": "chat",
        "type": "Microsoft.CognitiveServices/accounts/deployments",
        "sku": {"name": "GlobalStandard", "capacity": 10},
        "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}},
    }
    return EvaluatedResource({**document, **changes}, CONTEXT)


def an_assignment(
    scope: str = SUBSCRIPTION, definition: str = "modelyard/keyless", **properties: Any
) -> dict[str, Any]:
    name = properties.pop("name", "keyless")
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}",
        "name": name,
        "properties": {"displayName": "Keys stay off", "policyDefinitionId": definition, **properties},
    }


def an_exemption(scope: str = GROUP, **properties: Any) -> Exemption:
    base = {
        "policyAssignmentId": f"{SUBSCRIPTION}/providers/Microsoft.Authorization/policyAssignments/keyless",
        "exemptionCategory": "Waiver",
    }
    id_ = f"{scope}/providers/Microsoft.Authorization/policyExemptions/for-now"
    return Exemption.load({"id": id_, "name": "for-now", "properties": {**base, **properties}})


def evaluate(
    library: Library, resource: EvaluatedResource, *assignments: dict[str, Any], **rest: Any
) -> tuple[PolicyState, ...]:
    return Assigned(map(Assignment.load, assignments), library, **rest).evaluate(resource, NOW)


def admit(library: Library, resource: EvaluatedResource, *assignments: dict[str, Any]) -> admission.Admission:
    return admission.write(Assigned(map(Assignment.load, assignments), library), resource, NOW)


def admit_enrolled(
    library: Library, resource: EvaluatedResource, enrollments: Sequence[Enrollment], *assignments: dict[str, Any]
) -> admission.Admission:
    assigned = Assigned(map(Assignment.load, assignments), library, enrollments=enrollments)
    return admission.write(assigned, resource, NOW)
