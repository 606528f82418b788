"""What ARM was told is what answers: account and deployment are declared by REST and then called."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx2
import pytest

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.server import Running

VERSION = {"api-version": "2025-06-01"}
GROUP = "https://management.azure.com/subscriptions/{subscription}/resourceGroups/rg"
CHAT = "https://fabrikam.openai.azure.com/openai/v1/chat/completions"


class Caller:
    """The pipeline, with a token for ARM and one for the models."""

    def __init__(self, azure: LocalAzure, running: Running, client: httpx2.Client) -> None:
        self._azure, self._running, self._client = azure, running, client
        self.account = GROUP.format(subscription=azure.subscription_id)
        self.account += "/providers/Microsoft.CognitiveServices/accounts/fabrikam"

    def _bearer(self, audience: str) -> dict[str, str]:
        token = self._running.do(lambda: tokens.issue(self._azure, seed_data.object_id("pipeline"), audience))
        return {"authorization": f"Bearer {token}"}

    def arm(self, method: str, url: str, body: dict[str, Any] | None = None) -> httpx2.Response:
        version = VERSION if "/providers/" in url else {"api-version": "2024-03-01"}
        headers = self._bearer("https://management.azure.com")
        return self._client.request(method, url, params=version, json=body, headers=headers)

    def chat(self, headers: dict[str, str] | None = None) -> httpx2.Response:
        body = {"model": "chat", "messages": [{"role": "user", "content": "Say hello."}]}
        return self._client.post(
            CHAT, json=body, headers=headers or self._bearer("https://cognitiveservices.azure.com")
        )

    def wait(self, **time: float) -> None:
        self._running.do(lambda: self._azure.clock.advance(timedelta(**time)))


@pytest.fixture
def caller(azure: LocalAzure, running: Running, client: httpx2.Client) -> Caller:
    """With an account, keys off."""
    caller = Caller(azure, running, client)
    group = caller.account.partition("/providers/")[0]
    assert caller.arm("PUT", group, {"location": "swedencentral"}).is_success
    properties = {"customSubDomainName": "fabrikam", "disableLocalAuth": True, "publicNetworkAccess": "Enabled"}
    account = {"kind": "AIServices", "sku": {"name": "S0"}, "location": "swedencentral", "properties": properties}
    created = caller.arm("PUT", caller.account, account)
    assert created.is_success, created.text
    caller.wait(minutes=1)
    return caller


def deployment(capacity: int) -> dict[str, Any]:
    model = {"format": "OpenAI", "name": "gpt-5.4", "version": "2026-03-05"}
    return {"sku": {"name": "GlobalStandard", "capacity": capacity}, "properties": {"model": model}}


def test_a_deployment_answers_once_it_has_been_created(caller: Caller) -> None:
    url = f"{caller.account}/deployments/chat"
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(caller.arm, "PUT", url, deployment(3))
        while caller.arm("GET", url).status_code == 404:
            pass  # the next look takes its time
        assert caller.chat().json()["error"]["code"] == "DeploymentNotFound", "not yet: the write is under way"
        caller.wait(minutes=1)
        assert request.result().status_code == 201
    reply = caller.chat()
    assert reply.json()["model"] == "gpt-5.4-2026-03-05"
    stated = {limit["key"]: limit for limit in caller.arm("GET", url).json()["properties"]["rateLimits"]}
    tokens_per_minute = stated["token"]["count"] * 60 / stated["token"]["renewalPeriod"]
    assert float(reply.headers["x-ratelimit-limit-tokens"]) == tokens_per_minute, "the limits are those that ARM states"


def test_it_goes_on_answering_while_it_is_changed(azure: LocalAzure, caller: Caller) -> None:
    url, delays = f"{caller.account}/deployments/chat", azure.delays
    azure.delays = {}
    assert caller.arm("PUT", url, deployment(3)).status_code == 201
    azure.delays = delays
    caller.wait(minutes=1)
    with ThreadPoolExecutor(1) as pool:
        request = pool.submit(caller.arm, "PUT", url, deployment(4))
        while caller.arm("GET", url).json()["properties"]["provisioningState"] == "Succeeded":
            pass  # the next look takes its time
        assert caller.chat().status_code == 200
        caller.wait(minutes=1)
        assert request.result().status_code == 200
    azure.delays = {}
    assert caller.arm("DELETE", url).is_success
    assert caller.chat().status_code == 404


def test_keys_are_good_when_they_are_turned_on(azure: LocalAzure, caller: Caller) -> None:
    azure.delays = {}
    assert caller.arm("PUT", f"{caller.account}/deployments/chat", deployment(3)).status_code == 201
    assert caller.chat({"api-key": "0" * 32}).status_code == 403
    assert caller.arm("PATCH", caller.account, {"properties": {"disableLocalAuth": False}}).is_success
    caller.wait(minutes=1)
    keys = caller.arm("POST", f"{caller.account}/listKeys").json()
    assert caller.chat({"api-key": keys["key2"]}).status_code == 200
    assert caller.chat({"api-key": "0" * 32}).status_code == 401
