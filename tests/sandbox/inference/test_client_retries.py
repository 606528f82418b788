"""The official clients on a bad day: what they retry by themselves, how long they wait, and what they never retry.

Nobody sleeps here: azure-core waits by its transport, which moves the sandbox's clock instead, and openai waits the
milliseconds that are left of a window that has nearly passed.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx2
import openai
import pytest
from azure.ai.inference import ChatCompletionsClient
from azure.core.credentials import AccessToken, AzureKeyCredential
from azure.core.exceptions import (
    ClientAuthenticationError,
    HttpResponseError,
    ServiceRequestError,
    ServiceResponseError,
)
from azure.core.pipeline.transport import RequestsTransport

from modelyard.sandbox import seed_data
from modelyard.sandbox.control_client import HEADER
from modelyard.sandbox.entra import tokens
from modelyard.sandbox.server import Running

KEY = "1" * 32
SCOPE = "https://cognitiveservices.azure.com/.default"
MODELS = "https://contoso.services.ai.azure.com/models"
OPENAI = "https://contoso.openai.azure.com"
HELLO: list[Any] = [{"role": "user", "content": "Say hello."}]


class Somebody:
    """A credential of somebody in the sandbox's directory."""

    def __init__(self, running: Running, name: str) -> None:
        azure = running.azure
        self._token = running.do(
            lambda: tokens.issue(azure, seed_data.object_id(name), SCOPE.removesuffix("/.default"))
        )

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken(self._token, 2**31)


class Patient(RequestsTransport):  # type: ignore[misc]  # azure-core loads it on demand, so the checker sees Any
    """Azure-core's own transport, but that waiting moves the sandbox's clock."""

    def __init__(self, running: Running, slept: list[float]) -> None:
        super().__init__(connection_verify=str(running.ca_file))
        self._running = running
        self._slept = slept

    def sleep(self, duration: float) -> None:
        self._slept.append(duration)
        clock = self._running.azure.clock
        self._running.do(lambda: clock.advance(timedelta(seconds=duration)))


@pytest.fixture
def slept() -> list[float]:
    """The seconds that azure-core's client waited."""
    return []


@pytest.fixture
def inference(served: Running, slept: list[float]) -> Callable[..., Any]:
    """azure-ai-inference with its own retries, told of the proxy."""

    def chat(credential: Any = None, model: str = "mistral", **options: Any) -> Any:
        options |= {"proxies": {"https": served.proxy}, "transport": Patient(served, slept)}
        who = credential or AzureKeyCredential(KEY)
        with ChatCompletionsClient(MODELS, who, credential_scopes=[SCOPE], **options) as client:
            return client.complete(model=model, messages=HELLO)

    return chat


@pytest.fixture
def order(served: Running) -> Callable[..., None]:
    """Order a fault by the control API."""

    def post(**fault: Any) -> None:
        headers = {HEADER: served.home.secrets().control}
        url = f"{served.proxy}/_modelyard/faults"
        httpx2.post(url, json=fault, headers=headers, trust_env=False).raise_for_status()

    return post


@pytest.fixture
def retrying(served: Running, session: httpx2.Client) -> openai.AzureOpenAI:
    """openai with its own retries; whatever it is told to wait passes on the sandbox's clock as well."""

    def pass_time(response: httpx2.Response) -> None:
        if told := response.headers.get("retry-after-ms"):
            clock = served.azure.clock
            served.do(lambda: clock.advance(timedelta(milliseconds=float(told))))

    session.event_hooks = {"response": [pass_time]}
    return openai.AzureOpenAI(
        azure_endpoint=OPENAI, api_key=KEY, api_version="2024-10-21", http_client=session, max_retries=2
    )


def test_azure_ai_inference_comes_back_when_it_was_told_to(
    served: Running, inference: Callable[..., Any], slept: list[float], deploy: Callable[..., None]
) -> None:
    """It goes by `retry-after`, whole seconds rounded up, so one wait is enough."""
    served.do(lambda: deploy("small", "mistral", limits=(1, 10_000)))
    inference(model="small")
    served.do(lambda: served.azure.clock.advance(timedelta(seconds=12.5)))
    assert inference(model="small").choices[0].finish_reason == "stop"
    assert slept == [48]


def test_openai_comes_back_when_it_was_told_to(
    served: Running, retrying: openai.AzureOpenAI, deploy: Callable[..., None]
) -> None:
    """It goes by `retry-after-ms`, so a 429 without it would cost a second where five milliseconds are asked for."""
    served.do(lambda: deploy("small", "chat", limits=(1, 10_000)))
    retrying.chat.completions.create(model="small", messages=HELLO)
    served.do(lambda: served.azure.clock.advance(timedelta(milliseconds=59_995)))
    raw = retrying.chat.completions.with_raw_response.create(model="small", messages=HELLO)
    assert raw.retries_taken == 1
    assert raw.parse().choices[0].finish_reason == "stop"


def test_what_passes_is_tried_again(
    inference: Callable[..., Any], slept: list[float], retrying: openai.AzureOpenAI, order: Callable[..., None]
) -> None:
    """503 with both headers, twice, on every client; and azure-core goes by whole seconds."""
    headers = {"Retry-After": "7", "retry-after-ms": "1"}
    order(deployment="mistral", status=503, headers=headers, times=2)
    assert inference().model == "Mistral-Large-3"
    assert slept == [7, 7]
    order(deployment="chat", status=503, headers=headers, times=2)
    assert retrying.chat.completions.with_raw_response.create(model="chat", messages=HELLO).retries_taken == 2


def test_a_connection_that_breaks(
    inference: Callable[..., Any], slept: list[float], retrying: openai.AzureOpenAI, order: Callable[..., None]
) -> None:
    """azure-core doesn't send a POST twice when it can't know whether the first was heard."""
    order(deployment="mistral", reset=True, times=1)
    with pytest.raises((ServiceRequestError, ServiceResponseError)):
        inference()
    assert slept == []
    order(deployment="chat", reset=True, times=1)
    with pytest.raises(openai.APIConnectionError):
        retrying.with_options(max_retries=0).chat.completions.create(model="chat", messages=HELLO)


def test_a_first_word_that_comes_late(retrying: openai.AzureOpenAI, order: Callable[..., None]) -> None:
    """openai's timeout holds between words, so a stream whose head came in time can still run out of it."""
    order(deployment="chat", firstTokenSeconds=1)
    hurried = retrying.with_options(timeout=0.2, max_retries=0)
    stream = hurried.chat.completions.create(model="chat", messages=HELLO, stream=True)
    with pytest.raises((openai.APITimeoutError, httpx2.ReadTimeout)):
        next(iter(stream))


@pytest.mark.parametrize("name", ["reader", "outsider"])
def test_somebody_without_a_role(
    served: Running, inference: Callable[..., Any], slept: list[float], session: httpx2.Client, name: str
) -> None:
    """401 PermissionDenied is each client's own exception for who may not, and none of them tries again."""
    somebody = Somebody(served, name)
    with pytest.raises(ClientAuthenticationError) as denied:
        inference(somebody)
    assert denied.value.error is not None
    assert denied.value.error.code == "PermissionDenied"
    assert slept == []
    client = openai.AzureOpenAI(
        azure_endpoint=OPENAI,
        azure_ad_token_provider=lambda: somebody.get_token().token,
        api_version="2024-10-21",
        http_client=session,
        max_retries=2,
    )
    with pytest.raises(openai.AuthenticationError) as refused:
        client.chat.completions.create(model="chat", messages=HELLO)
    assert refused.value.code == "PermissionDenied"
    assert "chat/completions/action" in refused.value.message, "the missing data action is named"


def test_a_key_where_keys_are_off(
    served: Running, inference: Callable[..., Any], slept: list[float], configure: Callable[..., None]
) -> None:
    """403, and azure-core's exception for it is the general one: an application has to look at the code."""
    served.do(lambda: configure(disableLocalAuth=True))
    with pytest.raises(HttpResponseError) as keyless:
        inference()
    assert not isinstance(keyless.value, ClientAuthenticationError)
    assert (keyless.value.status_code, slept) == (403, [])
    assert keyless.value.error is not None
    assert keyless.value.error.code == "AuthenticationTypeDisabled"
