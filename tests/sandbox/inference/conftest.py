"""An account with deployments of every sort, put straight into the store, at a moment that doesn't move by itself."""

import json
import ssl
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import httpx2
import openai
import pytest
from starlette.testclient import TestClient

from modelyard.catalog.market import Market
from modelyard.sandbox import inference, seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.faults import Faults
from modelyard.sandbox.local_azure import Clock, LocalAzure
from modelyard.sandbox.server import Running
from modelyard.sandbox.store import Store

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SCOPE = "https://cognitiveservices.azure.com"
KEYS = {"key1": "1" * 32, "key2": "2" * 32}
MODELS = {
    "chat": ("OpenAI", "gpt-5.4", "2026-03-05", "GlobalStandard"),
    "plain": ("OpenAI", "gpt-4.1", "2025-04-14", "GlobalStandard"),
    "mini": ("OpenAI", "gpt-4o-mini", "2024-07-18", "GlobalStandard"),
    "chat-router": ("OpenAI", "model-router", "2025-11-18", "GlobalStandard"),
    "reserved": ("OpenAI", "gpt-5.4", "2026-03-05", "GlobalProvisionedManaged"),
    "codex": ("OpenAI", "gpt-5.1-codex", "2025-11-13", "GlobalStandard"),
    "chat-old": ("OpenAI", "gpt-5", "2025-08-07", "GlobalStandard"),
    "retired": ("OpenAI", "gpt-5-chat", "2025-08-07", "GlobalStandard"),
    "mistral": ("Mistral AI", "Mistral-Large-3", "1", "GlobalStandard"),
    "embed": ("OpenAI", "text-embedding-3-large", "1", "GlobalStandard"),
    "embed-small": ("OpenAI", "text-embedding-3-small", "1", "GlobalStandard"),
    "embed-ada": ("OpenAI", "text-embedding-ada-002", "2", "GlobalStandard"),
    "cohere": ("Cohere", "Cohere-embed-v3-english", "1", "GlobalStandard"),
    "batch": ("OpenAI", "gpt-5.4", "2026-03-05", "GlobalBatch"),
    "whisper": ("OpenAI", "whisper", "001", "Standard"),
    "realtime": ("OpenAI", "gpt-realtime", "2025-08-28", "GlobalStandard"),
    "image": ("OpenAI", "gpt-image-2", "2026-04-21", "GlobalStandard"),
    "newer": ("Contoso", "contoso-1", "1", "GlobalStandard"),
    "newer-openai": ("OpenAI", "gpt-9", "2027-01-01", "GlobalStandard"),
}


def give_group_its_role(azure: LocalAzure) -> None:
    """The role that a stack gives app-team, and with it developer; the sandbox's seed gives none."""
    scope = f"/subscriptions/{azure.subscription_id}"
    identifier = f"{scope}/providers/Microsoft.Authorization/roleAssignments/7c1e0a4e-1f0c-4b44-9a55-0c9f4f6a6d11"
    role = f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{seed_data.COGNITIVE_SERVICES_USER}"
    properties = {"principalId": seed_data.object_id("app-team"), "roleDefinitionId": role, "scope": scope}
    azure.store.put("resources", identifier.lower(), {"id": identifier, "properties": properties})


@pytest.fixture
def azure(signing_key: Mapping[str, Any]) -> Iterator[LocalAzure]:
    """Windows are read off this clock and lifecycles off the market's day, so what is tested today holds next year."""
    store = Store()
    local = LocalAzure(store=store, clock=Clock(store, real=lambda: NOW), market=Market.load())
    store.put("settings", "signing-key", signing_key)
    seed_data.seed(local, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="a secret of the tests")
    give_group_its_role(local)
    yield local
    store.close()


@pytest.fixture
def account_id(azure: LocalAzure) -> str:
    group = f"/subscriptions/{azure.subscription_id}/resourcegroups/rg-contoso"
    return f"{group}/providers/microsoft.cognitiveservices/accounts/contoso"


@pytest.fixture
def configure(azure: LocalAzure, account_id: str) -> Callable[..., None]:
    """Write the account with these properties."""

    def write(**properties: Any) -> None:
        document = {
            "id": account_id,
            "name": "contoso",
            "location": "swedencentral",
            "properties": {"customSubDomainName": "contoso", "disableLocalAuth": False, **properties},
        }
        azure.store.put("resources", account_id, document)

    return write


@pytest.fixture
def deploy(azure: LocalAzure, account_id: str) -> Callable[..., None]:
    """Write a deployment of one of MODELS; limits are (requests, tokens) a minute."""

    def write(name: str, of: str = "", *, limits: tuple[int, int] | None = None, **properties: Any) -> None:
        format_, model, version, sku = MODELS[of or name]
        rate_limits = [
            {"key": key, "renewalPeriod": 60, "count": count}
            for key, count in zip(("request", "token"), limits or (), strict=False)
        ]
        document = {
            "name": name,
            "sku": {"name": sku, "capacity": 1},
            "properties": {
                "provisioningState": "Succeeded",
                "model": {"format": format_, "name": model, "version": version},
                "rateLimits": rate_limits,
                **properties,
            },
        }
        azure.store.put("resources", f"{account_id}/deployments/{name.lower()}", document)

    return write


@pytest.fixture
def guard(azure: LocalAzure, account_id: str) -> Callable[..., None]:
    """Write a content filter as ARM keeps it: with a base."""

    def write(name: str, *filters: dict[str, Any], **properties: Any) -> None:
        whole = {"basePolicyName": "Microsoft.DefaultV2", "contentFilters": list(filters), **properties}
        document = {"name": name, "properties": whole}
        azure.store.put("resources", f"{account_id}/raipolicies/{name}".lower(), document)

    return write


@pytest.fixture
def block(azure: LocalAzure, account_id: str) -> Callable[..., None]:
    """Write a blocklist with these entries; one that begins with re: is an expression."""

    def write(name: str, *entries: str) -> None:
        prefix = f"{account_id}/raiblocklists/{name}".lower()
        azure.store.put("resources", prefix, {"name": name, "properties": {}})
        for number, entry in enumerate(entries):
            is_regex = entry.startswith("re:")
            properties = {"pattern": entry.removeprefix("re:"), "isRegex": is_regex}
            item = {"name": f"entry-{number}", "properties": properties}
            azure.store.put("resources", f"{prefix}/raiblocklistitems/entry-{number}", item)

    return write


@pytest.fixture
def contoso(
    azure: LocalAzure, account_id: str, configure: Callable[..., None], deploy: Callable[..., None]
) -> LocalAzure:
    """The account `contoso` with keys on and one deployment of each of MODELS."""
    configure()
    azure.store.put("subdomains", "contoso", {"account": account_id})
    azure.store.put("account-keys", account_id, KEYS)
    for name in MODELS:
        deploy(name)
    return azure


@pytest.fixture
def faults() -> Faults:
    """What goes wrong to order."""
    return Faults()


@pytest.fixture
def http(contoso: LocalAzure, faults: Faults) -> TestClient:
    """Calls without a credential; the host decides which account is meant."""
    return TestClient(inference.app(contoso, faults), client=("127.0.0.1", 50000))


@pytest.fixture
def bearer(azure: LocalAzure) -> Callable[..., dict[str, str]]:
    """The header of a principal of the seed."""

    def header(name: str = "pipeline", audience: str = SCOPE) -> dict[str, str]:
        return {"authorization": f"Bearer {tokens.issue(azure, seed_data.object_id(name), audience)}"}

    return header


@pytest.fixture
def key() -> dict[str, str]:
    return {"api-key": KEYS["key1"]}


def events(response: Any) -> list[dict[str, Any]]:
    """The chunks of a stream, which must be framed as azure-ai-inference's parser wants it."""
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = response.text.removesuffix("\n\n").split("\n\n")
    assert all(block.startswith("data: ") for block in blocks)
    assert blocks[-1] == "data: [DONE]"
    return [json.loads(block.removeprefix("data: ")) for block in blocks[:-1]]


@pytest.fixture
def stream(ask: Callable[..., Any]) -> Callable[..., list[dict[str, Any]]]:
    """The same as a stream: its chunks."""

    def read(endpoint: str, name: str, **body: Any) -> list[dict[str, Any]]:
        return events(ask(endpoint, name, stream=True, **body))

    return read


@pytest.fixture
def urls() -> dict[str, str]:
    """A URL for each endpoint; the middle one names the deployment in its path."""
    return {
        "models": "https://contoso.services.ai.azure.com/models/{operation}?api-version=2024-05-01-preview",
        "openai": "https://contoso.openai.azure.com/openai/deployments/{name}/{operation}?api-version=2024-10-21",
        "openai-v1": "https://contoso.openai.azure.com/openai/v1/{operation}",
    }


@pytest.fixture
def ask(http: TestClient, urls: dict[str, str], key: dict[str, str]) -> Callable[..., Any]:
    """Chat, or embed, on one endpoint with a key; `body` adds to the smallest request or, with None, takes from it.

    `said` is the one message, or input.
    """

    def post(endpoint: str, name: str | None, operation: str = "chat/completions", **body: Any) -> Any:
        headers = body.pop("headers", key)
        small: dict[str, Any] = {"messages": [{"role": "user", "content": "Say hello."}]}
        if operation != "chat/completions":
            small = {"input": ["Say hello."]}
        if (said := body.pop("said", None)) is not None:
            small = {"messages": [{"role": "user", "content": said}]} if "messages" in small else {"input": [said]}
        if endpoint != "openai" and name is not None:
            small["model"] = name
        document = {member: value for member, value in {**small, **body}.items() if value is not None}
        return http.post(urls[endpoint].format(name=name, operation=operation), json=document, headers=headers)

    return post


@pytest.fixture
def served(contoso: LocalAzure, running: Running) -> Running:
    """The account of these tests behind the proxy."""
    return running


@pytest.fixture
def session(served: Running) -> Iterator[httpx2.Client]:
    """openai's own kind of HTTP client, told of the proxy."""
    context = ssl.create_default_context(cafile=str(served.ca_file))
    with openai.DefaultHttpxClient(proxy=served.proxy, verify=context) as client:
        yield client
