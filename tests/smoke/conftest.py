"""Outputs of a stack, and a target that leads to an endpoint in this process.

The endpoint is either the sandbox's data plane, whole, or a script of replies for what the sandbox never does.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx2
import pytest
from azure.core.credentials import AccessToken

from modelyard.azure.target import Target, Transport
from modelyard.catalog.market import Market
from modelyard.sandbox import inference, seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import Clock, LocalAzure
from modelyard.sandbox.store import Store
from modelyard.smoke import SmokeOptions

KEY = "1" * 32
DEPLOYMENTS: dict[str, dict[str, Any]] = {
    "chat": {"model": "gpt-5.4", "version": "2026-03-05", "format": "OpenAI", "sku": "GlobalStandard"},
    "embed": {"model": "text-embedding-3-large", "version": "1", "format": "OpenAI", "sku": "GlobalStandard"},
    "mistral": {"model": "Mistral-Large-3", "version": "1", "format": "Mistral AI", "sku": "GlobalStandard"},
    "nightly": {"model": "gpt-5.4", "version": "2026-03-05", "format": "OpenAI", "sku": "GlobalBatch"},
}


@dataclass(frozen=True, slots=True)
class Inside(Transport):
    """A transport that ends in this process."""

    end: httpx2.AsyncBaseTransport = field(default_factory=httpx2.AsyncBaseTransport)

    def async_client(self, *, timeout: float = 60.0, connections: int = 100) -> httpx2.AsyncClient:
        return httpx2.AsyncClient(transport=self.end, timeout=timeout)


@dataclass(frozen=True)
class Holder:
    """A credential that holds one token, or raises."""

    token: str | Exception

    def get_token(self, *scopes: str, **_options: Any) -> AccessToken:
        assert scopes == ("https://cognitiveservices.azure.com/.default",)
        if isinstance(self.token, Exception):
            raise self.token
        return AccessToken(self.token, 2**31)


def give_group_its_role(azure: LocalAzure) -> None:
    """The role that a stack gives app-team, and with it developer; the sandbox's seed gives none."""
    scope = f"/subscriptions/{azure.subscription_id}"
    identifier = f"{scope}/providers/Microsoft.Authorization/roleAssignments/7c1e0a4e-1f0c-4b44-9a55-0c9f4f6a6d11"
    role = f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{seed_data.COGNITIVE_SERVICES_USER}"
    properties = {"principalId": seed_data.object_id("app-team"), "roleDefinitionId": role, "scope": scope}
    azure.store.put("resources", identifier.lower(), {"id": identifier, "properties": properties})


@pytest.fixture
def outputs() -> dict[str, Any]:
    """A stack with keys off; limits are those of the deployment documents below."""
    limits = {"tokensPerMinute": 50_000, "requestsPerMinute": 50}
    return {
        "accountName": "contoso",
        "inferenceEndpoint": "https://contoso.services.ai.azure.com/models",
        "openaiEndpoint": "https://contoso.openai.azure.com/",
        "deployments": {name: {**entry, **limits} for name, entry in DEPLOYMENTS.items()},
    }


@pytest.fixture
def azure(signing_key: Mapping[str, Any]) -> Iterator[LocalAzure]:
    """The same stack, deployed, at a moment when its models aren't retired; keys off."""
    store = Store()
    clock = Clock(store, real=lambda: datetime(2026, 11, 23, 10, tzinfo=UTC))
    local = LocalAzure(store=store, clock=clock, market=Market.load())
    store.put("settings", "signing-key", signing_key)
    seed_data.seed(local, client_id="2f1f8d5c-9a6c-4d58-9d5b-0c6c3f0f7a11", client_secret="a secret of the tests")
    give_group_its_role(local)
    group = f"/subscriptions/{local.subscription_id}/resourcegroups/rg"
    account = f"{group}/providers/microsoft.cognitiveservices/accounts/contoso"
    properties = {"customSubDomainName": "contoso", "disableLocalAuth": True}
    store.put("resources", account, {"id": account, "location": "swedencentral", "properties": properties})
    store.put("subdomains", "contoso", {"account": account})
    store.put("account-keys", account, {"key1": KEY, "key2": "2" * 32})
    rate_limits = [
        {"key": "request", "renewalPeriod": 60, "count": 50},
        {"key": "token", "renewalPeriod": 60, "count": 50_000},
    ]
    for name, entry in DEPLOYMENTS.items():
        model = {member: entry[member] for member in ("format", "version")} | {"name": entry["model"]}
        properties = {"provisioningState": "Succeeded", "model": model, "rateLimits": rate_limits}
        document = {"name": name, "sku": {"name": entry["sku"], "capacity": 50}, "properties": properties}
        store.put("resources", f"{account}/deployments/{name}", document)
    yield local
    store.close()


@pytest.fixture
def with_keys(azure: LocalAzure) -> Callable[[], None]:
    """Turn the account's keys on."""

    def turn_on() -> None:
        for key, document in azure.store.scan("resources"):
            if key.endswith("/accounts/contoso"):
                properties = {**document["properties"], "disableLocalAuth": False}
                azure.store.put("resources", key, {**document, "properties": properties})

    return turn_on


def _target(end: httpx2.AsyncBaseTransport, token: str | Exception) -> Target:
    return Target("sandbox", "tenant", "subscription", Inside(end=end), lambda: Holder(token))


@pytest.fixture
def pointed_at() -> Callable[..., Target]:
    """A target that ends in a transport of the test's own."""

    def point(end: httpx2.AsyncBaseTransport, token: str | Exception = "the.access.token") -> Target:
        return _target(end, token)

    return point


@pytest.fixture
def target(azure: LocalAzure) -> Callable[..., Target]:
    """The sandbox's data plane as somebody of its directory sees it."""

    def point(principal: str = "pipeline") -> Target:
        token = tokens.issue(azure, seed_data.object_id(principal), "https://cognitiveservices.azure.com")
        end = httpx2.ASGITransport(inference.app(azure), client=("127.0.0.1", 50000))
        return _target(end, token)

    return point


@pytest.fixture
def scripted(pointed_at: Callable[..., Target]) -> Callable[..., Target]:
    """A target whose every reply the test gives, from the request."""

    def script(answer: Callable[[httpx2.Request], httpx2.Response]) -> Target:
        return pointed_at(httpx2.MockTransport(answer))

    return script


@dataclass
class Waits:
    """A wait that takes no time and remembers how long it was asked for; `then` may change the world meanwhile."""

    asked: list[float] = field(default_factory=list)
    then: Callable[[], object] = lambda: None

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        self.then()


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def options(waits: Callable[[float], Awaitable[object]]) -> Callable[..., SmokeOptions]:
    """Options whose waits take no time."""

    def make(**chosen: Any) -> SmokeOptions:
        return SmokeOptions(wait=waits, **chosen)

    return make
