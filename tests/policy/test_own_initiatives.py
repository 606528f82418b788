"""Initiatives that come with Modelyard, put to work with the definitions that come along."""

from datetime import UTC, datetime
from typing import Any

import pytest

from modelyard.policy.documents.assignment import Assignment
from modelyard.policy.documents.definition_registry import standard
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState
from modelyard.policy.language.context import EvaluationContext
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource

GROUP = "/subscriptions/s/resourceGroups/rg"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/ai"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
VALUES: dict[str, dict[str, Any]] = {
    "foundry-baseline": {"approvedModels": ["OpenAI/gpt-5.4@*"]},
    "foundry-regulated": {"approvedModels": ["OpenAI/gpt-5.4@*"], "allowedRegions": ["swedencentral"]},
}
GOOD_ACCOUNT = {
    "id": ACCOUNT,
    "name": "ai",
    "type": "Microsoft.CognitiveServices/accounts",
    "kind": "AIServices",
    "location": "swedencentral",
    "identity": {"type": "SystemAssigned"},
    "properties": {
        "disableLocalAuth": True,
        "publicNetworkAccess": "Disabled",
        "encryption": {"keySource": "Microsoft.KeyVault"},
        "privateEndpointConnections": [
            {"properties": {"privateLinkServiceConnectionState": {"status": "Approved"}}},
        ],
    },
}
GOOD_DEPLOYMENT = {
    "id": f"{ACCOUNT}/deployments/chat",
    "name": "ai/chat",
    "type": "Microsoft.CognitiveServices/accounts/deployments",
    "sku": {"name": "Standard", "capacity": 10},
    "properties": {
        "model": {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"},
        "versionUpgradeOption": "NoAutoUpgrade",
        "raiPolicyName": "Microsoft.DefaultV2",
    },
}
LOGS = [{"type": "Microsoft.Insights/diagnosticSettings", "properties": {"logs": [{"enabled": True}]}}]


@pytest.fixture(params=VALUES)
def stem(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def found(strict: Fields, stem: str, document: dict[str, Any], **values: Any) -> set[str]:
    """The references that a resource breaks."""
    assignment = Assignment.load(
        {
            "id": f"{GROUP}/providers/Microsoft.Authorization/policyAssignments/{stem}",
            "properties": {
                "policyDefinitionId": f"modelyard/{stem}",
                "parameters": {name: {"value": value} for name, value in {**VALUES[stem], **values}.items()},
            },
        }
    )
    assigned = Assigned((), standard(strict), (), ())
    assigned.bound = assignment.bind(standard(strict))
    context = EvaluationContext(now=NOW, related=lambda _query: LOGS)
    results = assigned.evaluate(EvaluatedResource(document, context), NOW)
    assert not [
        each
        for each in results
        if each.state in (ComplianceState.ERROR, ComplianceState.UNDECIDED, ComplianceState.UNKNOWN)
    ]
    return {each.bound.reference for each in results if each.state is ComplianceState.NON_COMPLIANT}


def test_what_is_as_it_should_be_passes(strict: Fields, stem: str) -> None:
    assert found(strict, stem, GOOD_ACCOUNT) == set()
    assert found(strict, stem, GOOD_DEPLOYMENT) == set()


@pytest.mark.parametrize(
    ("document", "baseline", "regulated"),
    [
        ({**GOOD_ACCOUNT, "kind": "OpenAI"}, {"account-kind"}, {"account-kind"}),
        (
            {**GOOD_ACCOUNT, "identity": None, "properties": {}},
            {"keyless", "network", "identity"},
            {"keyless", "private-only", "private-link", "identity", "customer-keys"},
        ),
        ({**GOOD_ACCOUNT, "location": "eastus"}, set(), {"regions"}),
        ({**GOOD_DEPLOYMENT, "sku": {"name": "GlobalStandard", "capacity": 1}}, set(), {"deployment-skus"}),
        (
            {
                **GOOD_DEPLOYMENT,
                "properties": {"model": {"format": "xAI", "name": "grok-4-20-reasoning", "version": "1"}},
            },
            {"approved-models", "pinned-versions", "content-filter"},
            {"approved-models", "pinned-versions", "content-filter", "preview-models"},
        ),
        (
            {
                **GOOD_DEPLOYMENT,
                "properties": {"model": {"format": "OpenAI", "name": "gpt-4", "version": "0613"}},
            },
            {"approved-models", "pinned-versions", "content-filter", "retiring-models"},
            {"approved-models", "pinned-versions", "content-filter", "retiring-models"},
        ),
        (
            {
                "id": f"{ACCOUNT}/raiPolicies/loose",
                "name": "ai/loose",
                "type": "Microsoft.CognitiveServices/accounts/raiPolicies",
                "properties": {"contentFilters": [{"name": "Hate", "source": "Prompt", "severityThreshold": "High"}]},
            },
            {"content-filter-strength"},
            {"content-filter-strength"},
        ),
        (
            {
                "id": f"{ACCOUNT}/connections/search",
                "name": "ai/search",
                "type": "Microsoft.CognitiveServices/accounts/connections",
                "properties": {"authType": "ApiKey", "category": "CognitiveSearch", "target": "https://x"},
            },
            set(),
            {"connections"},
        ),
    ],
    ids=["kind", "open", "region", "global", "preview", "retiring", "filter", "connection"],
)
def test_what_is_not_is_found(
    strict: Fields, document: dict[str, Any], baseline: set[str], regulated: set[str]
) -> None:
    assert found(strict, "foundry-baseline", document) == baseline
    assert found(strict, "foundry-regulated", document) == regulated


def test_a_member_is_switched_off_by_its_parameter(strict: Fields) -> None:
    wrong = {**GOOD_ACCOUNT, "kind": "OpenAI"}
    assert found(strict, "foundry-baseline", wrong, accountKindEffect="Disabled") == set()


def test_members_are_found_by_the_library_that_comes_along(strict: Fields, stem: str) -> None:
    library = standard(strict)
    initiative = library.find(f"modelyard/{stem}")
    assert isinstance(initiative, Initiative)
    for member in initiative.members:
        assert library.definition(initiative.name, member.definition_id)
