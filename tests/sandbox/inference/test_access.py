"""Who gets in: the questions that a platform team asks of its own account, answered as Azure answers them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from modelyard.catalog.roles import role
from modelyard.sandbox import seed
from modelyard.sandbox.azure import LocalAzure
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.inference.answers import ANSWERS

Ask = Callable[..., Any]
ENDPOINTS = pytest.mark.parametrize("endpoint", ["models", "openai", "openai-v1"])
OPENAI_USER = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"


def message(response: Any) -> str:
    body = response.json()
    return str(body.get("error", body)["message"])


@ENDPOINTS
@pytest.mark.parametrize("principal", ["pipeline", "developer"])
def test_the_data_action_opens_every_endpoint(
    ask: Ask, bearer: Callable[..., dict[str, str]], endpoint: str, principal: str
) -> None:
    """`developer` holds it through a group."""
    assert ask(endpoint, "chat", headers=bearer(principal)).status_code == 200


@ENDPOINTS
@pytest.mark.parametrize("principal", ["reader", "outsider"])
def test_without_the_data_action_the_refusal_names_it(
    ask: Ask, bearer: Callable[..., dict[str, str]], endpoint: str, principal: str
) -> None:
    response = ask(endpoint, "chat", headers=bearer(principal))
    assert response.status_code == 401
    assert response.json()["error"]["code"] == "PermissionDenied"
    if endpoint == "openai":
        assert message(response) == ANSWERS["permission-denied"].quote(
            principal=seed.object_id(principal),
            action="Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
            operation="POST /openai/deployments/{deployment-id}/chat/completions",
        )


def test_a_role_for_openai_models_opens_no_others(
    contoso: LocalAzure, ask: Ask, bearer: Callable[..., dict[str, str]], account_id: str
) -> None:
    """Cognitive Services OpenAI User is for OpenAI's models only (Microsoft docs): the usual surprise with Mistral."""
    assignment = f"{account_id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001"
    definition = f"/subscriptions/{contoso.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    properties = {
        "principalId": seed.object_id("outsider"),
        "roleDefinitionId": f"{definition}/{OPENAI_USER}",
        "scope": account_id,
    }
    contoso.store.put("resources", assignment.lower(), {"id": assignment, "properties": properties})
    outsider = bearer("outsider")
    assert ask("openai-v1", "chat", headers=outsider).status_code == 200
    assert ask("openai-v1", "mistral", headers=outsider).status_code == 401


CALLS: dict[str, tuple[str, str, str]] = {
    "chat": ("openai", "chat", "chat/completions"),
    "models chat": ("models", "chat", "chat/completions"),
    "embed": ("openai", "embed", "embeddings"),
    "respond": ("openai-v1", "chat", "responses"),
    "mistral": ("models", "mistral", "chat/completions"),
    "cohere": ("models", "cohere", "embeddings"),
}
OPENAI_S = {"chat", "models chat", "embed", "respond"}
ANSWERED: dict[str, set[str]] = {
    "Cognitive Services User": set(CALLS),
    "Foundry User": set(CALLS),
    "Foundry Project Manager": set(CALLS),
    "Foundry Owner": set(CALLS),
    "Cognitive Services OpenAI User": OPENAI_S,
    "Cognitive Services OpenAI Contributor": OPENAI_S,
    "Owner": set(),
    "Contributor": set(),
    "Reader": set(),
    "User Access Administrator": set(),
    "Cognitive Services Contributor": set(),
    "Foundry Account Owner": set(),
    "Azure AI Inference Deployment Operator": set(),
    "Cognitive Services Usages Reader": set(),
}
"""Which calls a role opens (grade A, but for `respond` and what stands for other publishers' models: B and C; which
action `/models` checks for a model of OpenAI's is inferred). Roles whose data actions nobody states are left out."""


@pytest.mark.parametrize("name", ANSWERED)
def test_which_calls_a_role_opens(
    contoso: LocalAzure, ask: Ask, bearer: Callable[..., dict[str, str]], account_id: str, name: str
) -> None:
    """The table of rights once more, from outside: a route that checks the wrong action would pass every other test."""
    held = role(name)
    assert held is not None
    assignment = f"{account_id}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-0000-0000-000000000001"
    definition = f"/subscriptions/{contoso.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
    properties = {"principalId": seed.object_id("outsider"), "roleDefinitionId": f"{definition}/{held.guid}"}
    contoso.store.put(
        "resources", assignment.lower(), {"id": assignment, "properties": {**properties, "scope": account_id}}
    )
    asked = {"responses": {"input": "Say hello."}}
    replies = {
        call: ask(endpoint, deployment, operation, headers=bearer("outsider"), **asked.get(operation, {}))
        for call, (endpoint, deployment, operation) in CALLS.items()
    }
    assert {call for call, reply in replies.items() if reply.status_code == 200} == ANSWERED[name]
    refused = {reply.json()["error"]["code"] for reply in replies.values() if reply.status_code != 200}
    assert refused <= {"PermissionDenied"}


@pytest.mark.parametrize("audience", ["https://cognitiveservices.azure.com", "https://ai.azure.com"])
@ENDPOINTS
def test_audiences_that_are_good(ask: Ask, bearer: Callable[..., dict[str, str]], endpoint: str, audience: str) -> None:
    assert ask(endpoint, "chat", headers=bearer(audience=audience)).status_code == 200


@pytest.mark.parametrize("audience", ["https://ml.azure.com", "https://management.azure.com"])
@ENDPOINTS
def test_audiences_that_are_not(ask: Ask, bearer: Callable[..., dict[str, str]], endpoint: str, audience: str) -> None:
    """azure-ai-inference asks for https://ml.azure.com when left alone, and gets this (captured)."""
    response = ask(endpoint, "chat", headers=bearer(audience=audience))
    assert response.status_code == 401
    assert response.json() == {"statusCode": 401, "message": ANSWERS["invalid-token"].quote()}


def test_a_token_that_has_expired(contoso: LocalAzure, ask: Ask, bearer: Callable[..., dict[str, str]]) -> None:
    old = bearer()
    assert ask("models", "chat", headers=old).status_code == 200
    contoso.clock.advance(tokens.LIFETIME + timedelta(seconds=1))
    assert ask("models", "chat", headers=old).status_code == 401


@ENDPOINTS
def test_no_credential_and_a_wrong_one(ask: Ask, endpoint: str) -> None:
    assert message(ask(endpoint, "chat", headers={})) == ANSWERS["invalid-token"].quote()
    wrong = ask(endpoint, "chat", headers={"api-key": "0" * 32})
    assert (wrong.status_code, message(wrong)) == (401, ANSWERS["invalid-key"].quote())


@ENDPOINTS
def test_a_key_in_every_header_that_clients_use(ask: Ask, key: dict[str, str], endpoint: str) -> None:
    presented = key["api-key"]
    for headers in (
        key,
        {"Ocp-Apim-Subscription-Key": presented},
        {"api-key": presented, "Authorization": f"Bearer {presented}"},  # azure-ai-inference 1.0.0b9 sends both
    ):
        assert ask(endpoint, "chat", headers=headers).status_code == 200
    alone = ask(endpoint, "chat", headers={"Authorization": f"Bearer {presented}"})
    assert alone.status_code == (200 if endpoint == "openai-v1" else 401), "openai's own client on /openai/v1"


@ENDPOINTS
def test_keys_that_are_off_are_refused_before_they_are_looked_at(
    ask: Ask, configure: Callable[..., None], bearer: Callable[..., dict[str, str]], endpoint: str
) -> None:
    configure(disableLocalAuth=True)
    for presented in ("1" * 32, "0" * 32):
        response = ask(endpoint, "chat", headers={"api-key": presented})
        assert response.status_code == 403
        assert response.json()["error"] == {
            "code": "AuthenticationTypeDisabled",
            "message": ANSWERS["key-refused"].quote(),
        }
    assert ask(endpoint, "chat", headers=bearer()).status_code == 200


def test_a_regenerated_key_takes_the_place_of_the_old_one(
    contoso: LocalAzure, ask: Ask, key: dict[str, str], account_id: str
) -> None:
    assert ask("models", "chat").status_code == 200
    contoso.store.put("account-keys", account_id, {"key1": "3" * 32, "key2": "2" * 32})
    assert ask("models", "chat").status_code == 401
    assert ask("models", "chat", headers={"api-key": "3" * 32}).status_code == 200


def test_public_access_disabled(ask: Ask, configure: Callable[..., None]) -> None:
    configure(publicNetworkAccess="Disabled")
    response = ask("models", "chat")
    assert (response.status_code, message(response)) == (403, ANSWERS["public-access-disabled"].quote())
    assert response.headers["policy-id"] == "ThrowExceptionDueToTrafficDenied"


@pytest.mark.parametrize(
    ("rules", "status"), [([], 403), (["203.0.113.0/24"], 403), (["127.0.0.1"], 200), (["127.0.0.0/8"], 200)]
)
def test_network_rules(ask: Ask, configure: Callable[..., None], rules: list[str], status: int) -> None:
    """Callers of the sandbox come from loopback, so that is the address to allow."""
    configure(networkAcls={"defaultAction": "Deny", "ipRules": [{"value": rule} for rule in rules]})
    assert ask("models", "chat").status_code == status
