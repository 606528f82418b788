"""The official clients, unmodified, through the proxy and its TLS, at Azure's own host names.

They are the contract: what they read out of a reply, and which exception they make of an error, is what users see.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal

import httpx2
import openai
import pytest
from azure.ai.inference import ChatCompletionsClient, EmbeddingsClient, ImageEmbeddingsClient
from azure.ai.inference.models import ChatCompletionsToolDefinition, FunctionDefinition, ImageEmbeddingInput
from azure.core.credentials import AzureKeyCredential, TokenCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential, get_bearer_token_provider
from pydantic import BaseModel

from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.server import Running

KEY = "1" * 32
SCOPE = "https://cognitiveservices.azure.com/.default"
MODELS = "https://contoso.services.ai.azure.com/models"
OPENAI = "https://contoso.openai.azure.com"
HELLO: list[Any] = [{"role": "user", "content": "Say hello."}]


@pytest.fixture
def transport(served: Running) -> dict[str, Any]:
    """How azure-core's clients are told of the proxy where it isn't in their environment."""
    return {"proxies": {"https": served.proxy}, "connection_verify": str(served.ca_file), "retry_total": 0}


@pytest.fixture
def credential(served: Running, transport: dict[str, Any]) -> TokenCredential:
    """The pipeline's service principal, as azure-identity signs it in."""
    environment = served.environment
    return ClientSecretCredential(
        environment["AZURE_TENANT_ID"], environment["AZURE_CLIENT_ID"], environment["AZURE_CLIENT_SECRET"], **transport
    )


@pytest.fixture(params=["key", "token"])
def either(request: pytest.FixtureRequest, credential: TokenCredential, transport: dict[str, Any]) -> dict[str, Any]:
    """A key, or a token for the audience that Azure AI Services want; azure-ai-inference asks for another one."""
    if request.param == "key":
        return {"credential": AzureKeyCredential(KEY), **transport}
    return {"credential": credential, "credential_scopes": [SCOPE], **transport}


def test_azure_ai_inference_chats(either: dict[str, Any]) -> None:
    with ChatCompletionsClient(MODELS, **either) as client:
        reply = client.complete(model="mistral", messages=HELLO, max_tokens=64)
    assert reply.model == "Mistral-Large-3"
    assert reply.choices[0].finish_reason == "stop"
    assert "deployment mistral" in reply.choices[0].message.content
    assert reply.usage is not None
    assert reply.usage.total_tokens > 0


def test_azure_ai_inference_streams(either: dict[str, Any]) -> None:
    with ChatCompletionsClient(MODELS, **either) as client:
        updates = list(client.complete(model="mistral", messages=HELLO, stream=True))
    assert "deployment mistral" in "".join(
        update.choices[0].delta.content or "" for update in updates if update.choices
    )


def test_azure_ai_inference_embeds(either: dict[str, Any]) -> None:
    with EmbeddingsClient(MODELS, **either) as client:
        reply = client.embed(model="embed", input=["one", "two"], dimensions=256)
    assert [len(item.embedding) for item in reply.data] == [256, 256]
    assert reply.model == "text-embedding-3-large"


def test_azure_ai_inference_hands_parameters_on(transport: dict[str, Any]) -> None:
    """`model_extras` is how it sends what it doesn't know; it sets `extra-parameters: pass-through` by itself."""
    with ChatCompletionsClient(MODELS, AzureKeyCredential(KEY), **transport) as client:
        reply = client.complete(model="chat", messages=HELLO, model_extras={"max_completion_tokens": 3})
    assert reply.choices[0].finish_reason == "length"


def test_azure_ai_inference_raises_what_it_documents(credential: TokenCredential, transport: dict[str, Any]) -> None:
    def complete(credential: Any, model: str | None = "mistral", **options: Any) -> None:
        with ChatCompletionsClient(MODELS, credential, **options, **transport) as client:
            client.complete(model=model, messages=HELLO)

    with pytest.raises(ClientAuthenticationError, match="invalid subscription key"):
        complete(AzureKeyCredential("0" * 32))
    with pytest.raises(ClientAuthenticationError, match="audience is incorrect"):
        complete(credential)  # for https://ml.azure.com, which it asks for when left alone
    with pytest.raises(ResourceNotFoundError) as unknown:
        complete(AzureKeyCredential(KEY), "nope")
    assert unknown.value.error is not None
    assert unknown.value.error.code == "unknown_model"
    with pytest.raises(HttpResponseError) as unnamed:
        complete(AzureKeyCredential(KEY), None)
    assert unnamed.value.error is not None
    assert unnamed.value.error.code == "no_model_name"


@pytest.fixture
def azure_openai(session: httpx2.Client) -> Iterator[openai.AzureOpenAI]:
    with openai.AzureOpenAI(
        azure_endpoint=OPENAI, api_key=KEY, api_version="2024-10-21", http_client=session, max_retries=0
    ) as client:
        yield client


@pytest.fixture(params=["key", "token"])
def v1(request: pytest.FixtureRequest, credential: TokenCredential, session: httpx2.Client) -> Iterator[openai.OpenAI]:
    """openai's plain client on `/openai/v1/`: it sends a key as a bearer, or what a token provider gives."""
    key: Any = KEY if request.param == "key" else get_bearer_token_provider(credential, SCOPE)
    with openai.OpenAI(base_url=f"{OPENAI}/openai/v1/", api_key=key, http_client=session, max_retries=0) as client:
        yield client


def test_openai_chats_on_azures_paths(azure_openai: openai.AzureOpenAI) -> None:
    reply = azure_openai.chat.completions.create(model="chat", messages=HELLO)
    assert reply.model == "gpt-5.4-2026-03-05"
    assert "deployment chat" in (reply.choices[0].message.content or "")


def test_openai_with_a_token_on_azures_paths(credential: TokenCredential, session: httpx2.Client) -> None:
    client = openai.AzureOpenAI(
        azure_endpoint=OPENAI,
        azure_ad_token_provider=get_bearer_token_provider(credential, SCOPE),
        api_version="2024-10-21",
        http_client=session,
        max_retries=0,
    )
    assert client.chat.completions.create(model="chat", messages=HELLO).model == "gpt-5.4-2026-03-05"


def test_openai_chats_on_v1(v1: openai.OpenAI) -> None:
    assert v1.chat.completions.create(model="mistral", messages=HELLO).model == "Mistral-Large-3"


@pytest.mark.parametrize("usage", [True, False])
def test_openai_streams(v1: openai.OpenAI, usage: bool) -> None:
    options: Any = {"stream_options": {"include_usage": True}} if usage else {}
    chunks = list(v1.chat.completions.create(model="chat", messages=HELLO, stream=True, **options))
    assert chunks[0].choices == [], "Azure's prologue"
    assert "deployment chat" in "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)
    assert (chunks[-1].usage is not None) is usage


def test_openai_embeds(azure_openai: openai.AzureOpenAI, v1: openai.OpenAI) -> None:
    """It asks for base64 and decodes it, so a wrong byte order would show as another vector."""
    decoded = azure_openai.embeddings.create(model="embed", input="one").data[0].embedding
    plain = v1.embeddings.create(model="embed", input="one", encoding_format="float").data[0].embedding
    assert len(decoded) == 3072
    assert decoded == pytest.approx(plain, abs=1e-7)


def test_openai_lists_models(v1: openai.OpenAI) -> None:
    """Item 9: what the region offers, under the names that replies give their models."""
    assert "gpt-5.4-2026-03-05" in [model.id for model in v1.models.list()]
    assert v1.models.retrieve("gpt-5.4-2026-03-05").owned_by == "openai"


def test_openai_raises_what_it_documents(
    azure_openai: openai.AzureOpenAI, served: Running, configure: Callable[..., None], deploy: Callable[..., None]
) -> None:
    chat = azure_openai.chat.completions
    with pytest.raises(openai.NotFoundError) as unknown:
        chat.create(model="nope", messages=HELLO)
    assert unknown.value.code == "DeploymentNotFound"
    with pytest.raises(openai.BadRequestError) as refused:
        chat.create(model="chat", messages=HELLO, max_tokens=64)
    assert (refused.value.code, refused.value.param) == ("unsupported_parameter", "max_tokens")
    with pytest.raises(openai.AuthenticationError):
        azure_openai.with_options(api_key="0" * 32).chat.completions.create(model="chat", messages=HELLO)
    served.do(lambda: deploy("small", "chat", limits=(1, 10_000)))
    chat.create(model="small", messages=HELLO)
    with pytest.raises(openai.RateLimitError) as limited:
        chat.create(model="small", messages=HELLO)
    assert limited.value.response.headers["retry-after"] == "60"
    served.do(lambda: configure(disableLocalAuth=True))
    with pytest.raises(openai.PermissionDeniedError) as keyless:
        chat.create(model="chat", messages=HELLO)
    assert keyless.value.code == "AuthenticationTypeDisabled"


def test_azure_ai_inference_tells_a_filtered_prompt(transport: dict[str, Any]) -> None:
    """HttpResponseError with the service's code: what an application branches on."""
    bad: list[Any] = [{"role": "user", "content": "sandbox-violence-high"}]
    with (
        ChatCompletionsClient(MODELS, AzureKeyCredential(KEY), **transport) as client,
        pytest.raises(HttpResponseError) as filtered,
    ):
        client.complete(model="mistral", messages=bad)
    assert filtered.value.status_code == 400
    assert filtered.value.error is not None
    assert filtered.value.error.code == "content_filter"
    result = filtered.value.error.innererror
    assert result is not None
    assert result["code"] == "ResponsibleAIPolicyViolation"


def test_azure_ai_inference_waits_out_a_limit(
    transport: dict[str, Any], served: Running, deploy: Callable[..., None]
) -> None:
    served.do(lambda: deploy("small", "mistral", limits=(1, 10_000)))
    with ChatCompletionsClient(MODELS, AzureKeyCredential(KEY), **transport) as client:
        client.complete(model="small", messages=HELLO)
        with pytest.raises(HttpResponseError) as limited:
            client.complete(model="small", messages=HELLO)
    assert limited.value.status_code == 429
    response: Any = limited.value.response
    assert response.headers["retry-after-ms"] == "60000"


def test_azure_ai_inference_calls_functions(transport: dict[str, Any]) -> None:
    function = FunctionDefinition(name="get_time", parameters={"type": "object", "properties": {}})
    asked: list[Any] = [{"role": "user", "content": "get_time, please"}]
    with ChatCompletionsClient(MODELS, AzureKeyCredential(KEY), **transport) as client:
        reply = client.complete(
            model="mistral", messages=asked, tools=[ChatCompletionsToolDefinition(function=function)]
        )
    assert reply.choices[0].finish_reason == "tool_calls"
    (call,) = reply.choices[0].message.tool_calls or []
    assert (call.function.name, call.function.arguments) == ("get_time", "{}")


def test_azure_ai_inference_embeds_images(transport: dict[str, Any]) -> None:
    with ImageEmbeddingsClient(MODELS, AzureKeyCredential(KEY), **transport) as client:
        reply = client.embed(model="cohere", input=[ImageEmbeddingInput(image="data:image/png;base64,AA==")])
    assert len(reply.data[0].embedding) == 1024


def test_azure_ai_inference_asks_what_a_model_is(transport: dict[str, Any]) -> None:
    with ChatCompletionsClient(MODELS, AzureKeyCredential(KEY), **transport) as client:
        info = client.get_model_info(params={"model": "mistral"})
    assert (info.model_name, info.model_provider_name) == ("Mistral-Large-3", "Mistral AI")


def test_openai_tells_a_filtered_prompt(azure_openai: openai.AzureOpenAI) -> None:
    bad: list[Any] = [{"role": "user", "content": "sandbox-hate-high"}]
    with pytest.raises(openai.BadRequestError) as filtered:
        azure_openai.chat.completions.create(model="chat", messages=bad)
    assert (filtered.value.code, filtered.value.param) == ("content_filter", "prompt")
    body: Any = filtered.value.body
    assert body["innererror"]["content_filter_result"]["hate"] == {"filtered": True, "severity": "high"}


def test_openai_tells_a_filtered_completion(v1: openai.OpenAI) -> None:
    bad: list[Any] = [{"role": "user", "content": f"Say backwards: {'sandbox-hate-high'[::-1]}"}]
    (choice,) = v1.chat.completions.create(model="chat", messages=bad).choices
    assert (choice.finish_reason, choice.message.content) == ("content_filter", None)
    with pytest.raises(openai.ContentFilterFinishReasonError):
        v1.chat.completions.parse(model="chat", messages=HELLO, response_format=Hateful)


class Hateful(BaseModel):
    """A form that the sandbox can only fill in with what its filter blocks."""

    word: Literal["sandbox-hate-high"]


class State(BaseModel):
    """What a caller wants parsed."""

    ready: bool
    name: str


def test_openai_parses_structured_replies(v1: openai.OpenAI) -> None:
    reply = v1.chat.completions.parse(model="chat", messages=HELLO, response_format=State)
    assert reply.choices[0].message.parsed == State(ready=False, name="")
    assert v1.responses.parse(model="chat", input="Hello", text_format=State).output_parsed == State(
        ready=False, name=""
    )


def test_openai_responds(v1: openai.OpenAI) -> None:
    first = v1.responses.create(model="chat", input="Say hello.")
    assert "deployment chat" in first.output_text
    assert v1.responses.retrieve(first.id).output_text == first.output_text
    second = v1.responses.create(model="chat", input="Again.", previous_response_id=first.id)
    assert second.previous_response_id == first.id
    with v1.responses.stream(model="chat", input="Say: one two") as stream:
        assert "".join(event.delta for event in stream if event.type == "response.output_text.delta") == "one two"
        assert stream.get_final_response().status == "completed"
    v1.responses.delete(first.id)
    with pytest.raises(openai.BadRequestError) as gone:
        v1.responses.create(model="chat", input="Again.", previous_response_id=first.id)
    assert gone.value.code == "previous_response_not_found"
    with pytest.raises(openai.BadRequestError, match="Model not supported"):
        v1.responses.create(model="mistral", input="Hello")
    with pytest.raises(openai.BadRequestError) as filtered:
        v1.responses.create(model="chat", input="sandbox-jailbreak")
    assert filtered.value.code == "content_filter"


def test_openai_responds_on_azures_path(azure_openai: openai.AzureOpenAI, session: httpx2.Client) -> None:
    """Item 6: the Responses API is there from an api-version on, which the newest that is out of preview isn't."""
    with pytest.raises(openai.BadRequestError) as refused:
        azure_openai.responses.create(model="chat", input="Say hello.")
    assert ANSWERS["api-too-old"].quote(since="2025-03-01-preview") in str(refused.value)
    newer = openai.AzureOpenAI(
        azure_endpoint=OPENAI, api_key=KEY, api_version="2025-04-01-preview", http_client=session, max_retries=0
    )
    assert "deployment chat" in newer.responses.create(model="chat", input="Say hello.").output_text


def test_openai_calls_functions_and_streams_their_arguments(azure_openai: openai.AzureOpenAI) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string", "enum": ["Lund"]}}, "required": ["city"]}
    tools: Any = [{"type": "function", "function": {"name": "get_weather", "parameters": schema}}]
    asked: list[Any] = [{"role": "user", "content": "get_weather"}]
    with azure_openai.chat.completions.stream(model="chat", messages=asked, tools=tools) as stream:
        stream.until_done()
        (call,) = stream.get_final_completion().choices[0].message.tool_calls or []
    assert (call.function.name, call.function.arguments) == ("get_weather", '{"city": "Lund"}')


def test_openai_waits_as_long_as_it_is_told(
    served: Running, session: httpx2.Client, deploy: Callable[..., None]
) -> None:
    """Its retries honour `retry-after-ms`; nothing here waits: the header is what is looked at."""
    served.do(lambda: deploy("small", "chat", limits=(1, 10_000)))
    with openai.AzureOpenAI(
        azure_endpoint=OPENAI, api_key=KEY, api_version="2024-10-21", http_client=session, max_retries=0
    ) as client:
        client.chat.completions.create(model="small", messages=HELLO)
        with pytest.raises(openai.RateLimitError) as limited:
            client.chat.completions.create(model="small", messages=HELLO)
    headers = limited.value.response.headers
    assert limited.value.code == "RateLimitReached"
    assert headers["retry-after-ms"] == "60000"
    assert headers["x-ratelimit-remaining-requests"] == "0"
