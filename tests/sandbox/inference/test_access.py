"""Who gets in: the questions that a platform team asks of its own account, answered as Azure answers them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from modelyard.catalog.roles import role
from modelyard.sandbox import seed_data
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.authorization import propagate
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.local_azure import LocalAzure

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
            principal=seed_data.object_id(principal),
            action="Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
            operation="POST /openai/deployments/{deployment-id}/chat/completions",
        )


@dataclass(frozen=True)
class Call:
    """One call, how well it is known which action it takes, and whether it is of a model of OpenAI's, or of none."""

    method: str
    url: str
    grade: Grade
    body: Mapping[str, Any] = field(default_factory=dict)
    openai: bool = True


SAID = {"messages": [{"role": "user", "content": "Say hello."}]}
MODELS, V1 = "https://contoso.services.ai.azure.com/models", "https://contoso.openai.azure.com/openai/v1"
PATH, OLD = "https://contoso.openai.azure.com/openai/deployments", "?api-version=2024-05-01-preview"
CALLS = {
    "chat": Call("POST", f"{PATH}/chat/chat/completions{OLD}", Grade.B, SAID),
    "v1 chat": Call("POST", f"{V1}/chat/completions", Grade.R, {"model": "chat", **SAID}),
    "models chat": Call("POST", f"{MODELS}/chat/completions{OLD}", Grade.R, {"model": "chat", **SAID}),
    "embed": Call("POST", f"{PATH}/embed/embeddings{OLD}", Grade.A, {"input": "one"}),
    "models embed": Call("POST", f"{MODELS}/embeddings{OLD}", Grade.R, {"model": "embed", "input": "one"}),
    "respond": Call("POST", f"{V1}/responses", Grade.B, {"model": "chat", "input": "Say hello."}),
    "read response": Call("GET", f"{V1}/responses/resp_1", Grade.R),
    "delete response": Call("DELETE", f"{V1}/responses/resp_1", Grade.R),
    "list": Call("GET", f"{V1}/models", Grade.R),
    "look up": Call("GET", f"{V1}/models/chat", Grade.R),
    "info": Call("GET", f"{MODELS}/info{OLD}&model=chat", Grade.R),
    "mistral": Call("POST", f"{MODELS}/chat/completions{OLD}", Grade.C, {"model": "mistral", **SAID}, openai=False),
    "v1 mistral": Call("POST", f"{V1}/chat/completions", Grade.C, {"model": "mistral", **SAID}, openai=False),
    "cohere": Call("POST", f"{MODELS}/embeddings{OLD}", Grade.C, {"model": "cohere", "input": "one"}, openai=False),
    "image": Call(
        "POST",
        f"{MODELS}/images/embeddings{OLD}",
        Grade.C,
        {"model": "cohere", "input": [{"image": "data:image/png;base64,AA=="}]},
        openai=False,
    ),
    "mistral info": Call("GET", f"{MODELS}/info{OLD}&model=mistral", Grade.C, openai=False),
}
EVERYTHING, OF_OPENAI = frozenset(CALLS), frozenset(name for name, call in CALLS.items() if call.openai)
NOTHING: frozenset[str] = frozenset()
OPENS = {
    "Cognitive Services User": EVERYTHING,
    "Foundry User": EVERYTHING,
    "Foundry Project Manager": EVERYTHING,
    "Foundry Owner": EVERYTHING,
    "Cognitive Services OpenAI User": OF_OPENAI,
    "Cognitive Services OpenAI Contributor": OF_OPENAI,
    "Owner": NOTHING,
    "Contributor": NOTHING,
    "Reader": NOTHING,
    "User Access Administrator": NOTHING,
    "Cognitive Services Contributor": NOTHING,
    "Foundry Account Owner": NOTHING,
    "Azure AI Inference Deployment Operator": NOTHING,
    "Cognitive Services Usages Reader": NOTHING,
}
"""Roles whose data actions nobody states are left out."""


def cells() -> Iterator[object]:
    """Every role with every call, named with the weaker of what is known of the two."""
    for name, opened in OPENS.items():
        held = role(name)
        assert held is not None, name
        for call, one in CALLS.items():
            grade = max(one.grade.value, held.grade)
            yield pytest.param(held.guid, one, call in opened, id=f"{name}: {call} ({grade})")


@pytest.fixture
def hold(contoso: LocalAzure, account_id: str) -> Callable[[str], None]:
    """Give `outsider` this role at the account."""

    def assign(guid: str) -> None:
        name = "00000000-0000-0000-0000-000000000001"
        assignment = f"{account_id}/providers/Microsoft.Authorization/roleAssignments/{name}"
        definition = f"/subscriptions/{contoso.subscription_id}/providers/Microsoft.Authorization/roleDefinitions"
        properties = {
            "principalId": seed_data.object_id("outsider"),
            "roleDefinitionId": f"{definition}/{guid}",
            "scope": account_id,
        }
        contoso.store.put("resources", assignment.lower(), {"id": assignment, "properties": properties})
        propagate(contoso, assignment.lower())

    return assign


@pytest.mark.parametrize(("guid", "call", "opened"), list(cells()))
def test_which_calls_a_role_opens(
    http: TestClient,
    bearer: Callable[..., dict[str, str]],
    hold: Callable[[str], None],
    guid: str,
    call: Call,
    opened: bool,
) -> None:
    """The table of rights once more, from outside: a route that checks the wrong action would pass every other test."""
    hold(guid)
    response = http.request(call.method, call.url, headers=bearer("outsider"), json=dict(call.body) or None)
    assert (response.status_code != 401) is opened
    if not opened:
        assert response.json()["error"]["code"] == "PermissionDenied"


def test_a_role_that_was_just_given_opens_nothing_yet(
    contoso: LocalAzure, ask: Ask, bearer: Callable[..., dict[str, str]], hold: Callable[[str], None]
) -> None:
    """Azure takes five minutes and more (Microsoft docs): the classic 401 right after a deployment, to order."""
    contoso.delays = {"Microsoft.Authorization/roleAssignments": 300.0}
    hold(OPENAI_USER)
    assert ask("openai", "chat", headers=bearer("outsider")).status_code == 401
    contoso.clock.advance(timedelta(minutes=4))
    assert ask("openai", "chat", headers=bearer("outsider")).status_code == 401
    contoso.clock.advance(timedelta(minutes=1))
    assert ask("openai", "chat", headers=bearer("outsider")).status_code == 200


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
    ("rules", "status"),
    [
        ([], 403),
        (["203.0.113.0/24"], 403),
        (["127.0.0.1"], 200),
        (["127.0.0.0/8"], 200),
        (["office", "127.0.0.1"], 200),
    ],
)
def test_network_rules(ask: Ask, configure: Callable[..., None], rules: list[str], status: int) -> None:
    """Callers of the sandbox come from loopback, so that is the address to allow."""
    configure(networkAcls={"defaultAction": "Deny", "ipRules": [{"value": rule} for rule in rules]})
    assert ask("models", "chat").status_code == status
