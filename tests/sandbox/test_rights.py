"""Which role may make which call: the table that least privilege is judged by, each cell with its evidence.

A cell is as good as the weaker of two things: the role's definition, and the knowledge of which action the call checks.
"""

import uuid
from collections.abc import Iterator

import pytest

from modelyard.catalog.roles import role, roles
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.authorization import allows
from modelyard.sandbox.local_azure import LocalAzure

SERVICES = "Microsoft.CognitiveServices"
CALLS = {
    # name: action, whether it is of the data plane, how well it is known that the call checks it
    "chat": (f"{SERVICES}/accounts/OpenAI/deployments/chat/completions/action", True, Grade.B),
    "embed": (f"{SERVICES}/accounts/OpenAI/deployments/embeddings/action", True, Grade.A),
    "respond": (f"{SERVICES}/accounts/OpenAI/responses/write", True, Grade.B),
    "other models": (f"{SERVICES}/accounts/MaaS/chat/completions/action", True, Grade.C),
    "agents": (f"{SERVICES}/accounts/AIServices/agents/write", True, Grade.B),
    "read": (f"{SERVICES}/accounts/read", False, Grade.A),
    "write": (f"{SERVICES}/accounts/write", False, Grade.A),
    "deploy": (f"{SERVICES}/accounts/deployments/write", False, Grade.A),
    "filter": (f"{SERVICES}/accounts/raiPolicies/write", False, Grade.A),
    "keys": (f"{SERVICES}/accounts/listKeys/action", False, Grade.A),
    "usages": (f"{SERVICES}/locations/usages/read", False, Grade.A),
    "assign roles": ("Microsoft.Authorization/roleAssignments/write", False, Grade.A),
    "assign policies": ("Microsoft.Authorization/policyAssignments/write", False, Grade.A),
    "exempt": ("Microsoft.Authorization/policyAssignments/exempt/action", False, Grade.A),
}

DATA = "chat, embed, respond, other models, agents"
ALL_BUT_DATA = "read, write, deploy, filter, keys, usages, assign roles, assign policies, exempt"
MATRIX = {
    "Owner": ALL_BUT_DATA,
    "Contributor": "read, write, deploy, filter, keys, usages, exempt",
    "Reader": "read, usages",
    "User Access Administrator": "read, usages, assign roles, assign policies, exempt",
    "Cognitive Services User": f"{DATA}, read, keys, usages",
    "Cognitive Services Contributor": "read, write, deploy, filter, keys, usages",
    "Cognitive Services OpenAI User": "chat, embed, respond, read, usages",
    "Cognitive Services OpenAI Contributor": "chat, embed, respond, read, deploy, filter, usages",
    "Foundry User": f"{DATA}, read, keys, usages",
    "Foundry Project Manager": f"{DATA}, usages",
    "Foundry Account Owner": "read, write, deploy, filter, keys, usages",
    "Foundry Owner": f"{DATA}, read, write, deploy, filter, keys, usages",
    "Azure AI Developer": "chat, embed, respond, other models",
    "Azure AI Administrator": "read, write, deploy, filter, keys, usages",
    "Azure AI Inference Deployment Operator": "",
    "Cognitive Services Usages Reader": "usages",
    "Resource Policy Contributor": "read, usages, assign policies, exempt",
    "Log Analytics Contributor": "read, usages",
    "Network Contributor": "",
    "Azure Event Hubs Data Owner": "",
}
"""What each may do. Account Owner and Project Manager may hand on single roles only, so `assign roles` isn't theirs."""


def cells() -> Iterator[object]:
    for name, allowed in MATRIX.items():
        found = role(name)
        assert found is not None, name
        for call, (action, data, grade) in CALLS.items():
            weaker = max(grade.value, found.grade)
            may = call in allowed.split(", ")
            yield pytest.param(found.guid, action, data, may, id=f"{name}: {call} ({weaker})")


@pytest.fixture(scope="module")
def azure() -> Iterator[LocalAzure]:
    """Somebody for each role: whoever has it at the subscription goes by the role's own GUID."""
    local = LocalAzure.open()
    scope = f"/subscriptions/{local.subscription_id}"
    for one in roles():
        identifier = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
        definition = f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{one.guid}"
        properties = {"principalId": one.guid, "roleDefinitionId": definition, "scope": scope}
        local.store.put("resources", identifier.lower(), {"id": identifier, "properties": properties})
    yield local
    local.store.close()


@pytest.mark.parametrize(("guid", "action", "data", "may"), list(cells()))
def test_a_role_may_do_what_the_table_says(azure, guid, action, data, may):
    account = f"/subscriptions/{azure.subscription_id}/resourceGroups/rg/providers/{SERVICES}/accounts/ai"
    assert allows(azure, [guid], action, account, data=data) is may


def test_every_role_of_the_catalog_is_in_the_table():
    assert {one.name for one in roles()} == set(MATRIX)


def test_keys_are_no_way_around_the_table():
    """Who may list keys may do everything with them, so a role without data actions is no bar while keys are on."""
    with_keys = {name for name, allowed in MATRIX.items() if "keys" in allowed.split(", ")}
    without_data = {name for name, allowed in MATRIX.items() if "chat" not in allowed.split(", ")}
    assert {"Owner", "Contributor", "Cognitive Services Contributor"} <= with_keys & without_data
