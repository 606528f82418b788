"""What is refused, with which status, and in Azure's own words where those were seen: clients branch on them."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, get_type_hints

import pytest
from openai.types.chat.completion_create_params import CompletionCreateParamsStreaming
from openai.types.embedding_create_params import EmbeddingCreateParams
from openai.types.responses.response_create_params import ResponseCreateParamsStreaming
from starlette.testclient import TestClient

from modelyard.sandbox.answers import Grade
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.inference.parameters import MOVED
from modelyard.sandbox.inference.shapes import known
from modelyard.sandbox.local_azure import LocalAzure

Ask = Callable[..., Any]
CALLED = {"id": "a", "type": "function", "function": {"name": "f", "arguments": "{}"}}
KNOWN = {Grade.A, Grade.B}


def error_of(response: Any, name: str, **facts: object) -> dict[str, Any]:
    """The error, held against its row: the words only where the row allows it."""
    answer, body = ANSWERS[name], response.json()
    assert response.status_code == answer.status, body
    assert response.headers["x-modelyard-grade"] == answer.grade.value, "how far the words may be believed"
    error: dict[str, Any] = body.get("error", body)
    assert (error.get("code") or "") == answer.code
    if answer.grade in KNOWN:
        assert error["message"] == answer.quote(**facts)
    return error


@pytest.mark.parametrize(
    ("endpoint", "answer", "facts"),
    [
        ("models", "unknown-model", {"model": "nope"}),
        ("openai", "deployment-not-found", {}),
        ("openai-v1", "deployment-not-found", {}),
    ],
)
def test_an_unknown_deployment(ask: Ask, endpoint: str, answer: str, facts: dict[str, str]) -> None:
    error_of(ask(endpoint, "nope"), answer, **facts)


def test_a_call_that_names_no_model(ask: Ask) -> None:
    error = error_of(ask("models", None), "no-model-name")
    assert error["details"] == error["message"], "the router repeats its message as details (captured)"
    assert error_of(ask("openai-v1", None), "missing-parameter", param="model")["param"] == "model"


@pytest.mark.parametrize("endpoint", ["models", "openai", "openai-v1"])
@pytest.mark.parametrize(
    ("name", "operation", "verb", "model"),
    [
        ("embed", "chat/completions", "chatCompletion", "text-embedding-3-large"),
        ("chat", "embeddings", "embeddings", "gpt-5.4"),
    ],
)
def test_an_operation_that_the_model_has_not(
    ask: Ask, endpoint: str, name: str, operation: str, verb: str, model: str
) -> None:
    error_of(ask(endpoint, name, operation), "operation-not-supported", operation=verb, model=model)


@pytest.mark.parametrize(
    ("endpoint", "name", "hint"),
    [
        ("models", "batch", "/batches"),
        ("models", "whisper", "/audio/transcriptions"),
        ("models", "realtime", "/realtime"),
        ("models", "image", "/images/generations"),
        ("openai", "mistral", "/models"),
    ],
)
def test_a_deployment_that_is_not_served_here_says_where_to_call(ask: Ask, endpoint: str, name: str, hint: str) -> None:
    assert hint in error_of(ask(endpoint, name), "not-served-here")["message"]


@pytest.mark.parametrize("name", ["newer", "newer-openai"])
@pytest.mark.parametrize("endpoint", ["openai-v1", "openai", "models"])
def test_a_model_that_the_catalog_does_not_know_answers_everywhere_with_a_note(
    ask: Ask, endpoint: str, name: str
) -> None:
    """Nobody says what it serves, so a refusal in Azure's words would be the sandbox's own invention."""
    reply = ask(endpoint, name)
    assert reply.status_code == 200, reply.text
    assert "the catalog does not know" in reply.headers["x-modelyard-note"]


def test_what_it_is_not_taken_for_is_refused_with_the_note_too(ask: Ask) -> None:
    refused = ask("openai", "newer", "embeddings")
    assert refused.status_code == 400
    assert "takes it for a chat model" in refused.headers["x-modelyard-note"]


@pytest.mark.parametrize(
    ("name", "model", "hint"),
    [
        ("batch", "gpt-5.4", "/batches"),
        ("realtime", "gpt-realtime", "/realtime"),
        ("image", "gpt-image-2", "/images/generations"),
    ],
)
def test_a_deployment_of_another_kind_is_no_chat_on_the_endpoints_that_serve_it(
    ask: Ask, name: str, model: str, hint: str
) -> None:
    response = ask("openai-v1", name)
    error_of(response, "operation-not-supported", operation="chatCompletion", model=model)
    assert hint in response.headers["x-modelyard-note"], "advice is the sandbox's, so it is in its own header"


def test_a_retired_model_is_gone_from_its_date_on(contoso: LocalAzure, ask: Ask, deploy: Callable[..., None]) -> None:
    error_of(ask("openai", "retired"), "model-retired")
    assert ask("openai-v1", "chat").status_code == 200
    contoso.clock.advance(timedelta(days=3650))
    assert ask("openai-v1", "chat").status_code == 410, "the sandbox's clock decides, without a change of any document"


@pytest.mark.parametrize("state", ["Creating", "Accepted", "Failed", "Deleting"])
def test_a_deployment_that_has_not_succeeded_does_not_exist_yet(
    ask: Ask, deploy: Callable[..., None], state: str
) -> None:
    deploy("new", "chat", provisioningState=state)
    error_of(ask("openai", "new"), "deployment-not-found")
    deploy("new", "chat")
    assert ask("openai", "new").status_code == 200, "and once it has, the next call finds it"


def test_deployments_are_found_in_any_case(ask: Ask) -> None:
    """Names of ARM resources ignore case (grade R for the data plane)."""
    assert ask("models", "CHAT").headers["x-ms-deployment-name"] == "chat"


@pytest.mark.parametrize(
    ("name", "body", "answer", "facts"),
    [
        ("chat", {"messages": None}, "missing-parameter", {"param": "messages"}),
        ("chat", {"messages": [{"content": "x"}]}, "missing-parameter", {"param": "messages[0].role"}),
        ("chat", {"messages": [{"role": "robot", "content": "x"}]}, "invalid-value", {}),
        (
            "chat",
            {"max_tokens": 64},
            "unsupported-parameter",
            {"param": "max_tokens", "instead": "max_completion_tokens"},
        ),
        ("chat-old", {"temperature": 0.2}, "unsupported-value", {"param": "temperature", "found": 0.2, "default": 1}),
        ("chat", {"temperature": 2.5}, "parameter-out-of-range", {}),
        (
            "chat",
            {"max_completion_tokens": 0},
            "parameter-too-small",
            {"param": "max_completion_tokens", "minimum": 1, "found": 0},
        ),
        (
            "chat",
            {"messages": "hello"},
            "invalid-type",
            {"param": "messages", "expected": "an array of objects", "found": "a string"},
        ),
        ("chat", {"messages": [{"role": "user"}]}, "missing-parameter", {"param": "messages[0].content"}),
        (
            "chat",
            {"messages": [{"role": "user", "content": 7}]},
            "invalid-type",
            {
                "param": "messages[0].content",
                "expected": "a string or an array of objects",
                "found": "an integer",
            },
        ),
        ("chat", {"stream": "yes"}, "invalid-type", {"param": "stream", "expected": "a boolean", "found": "a string"}),
        ("chat", {"stream_options": {"include_usage": True}}, "stream-options-alone", {}),
        ("chat", {"top_k": 5}, "unknown-parameter", {"param": "top_k"}),
        ("chat", {"messages": [{"role": "user", "content": "x"}] * 2049}, "too-many", {}),
        ("chat", {"tools": [{"type": "function", "function": {"name": "f"}}] * 129}, "too-many", {}),
        ("chat", {"messages": [{"role": "tool", "tool_call_id": "a", "content": "x"}]}, "stray-result", {}),
        (
            "chat",
            {"messages": [{"role": "assistant", "tool_calls": [CALLED]}, {"role": "user", "content": "x"}]},
            "missing-results",
            {},
        ),
        ("mistral", {"messages": [{"role": "user", "content": 7}]}, "invalid-input", {}),
        ("mistral", {"messages": None}, "invalid-input", {}),
        ("mistral", {"temperature": 3}, "invalid-input", {}),
        ("mistral", {"max_tokens": 0}, "invalid-input", {}),
    ],
)
def test_a_body_that_the_model_refuses(
    ask: Ask, name: str, body: dict[str, Any], answer: str, facts: dict[str, object]
) -> None:
    """OpenAI's models and the others refuse in shapes of their own, and clients must be able to read both."""
    error = error_of(ask("openai-v1", name, **body), answer, **facts)
    assert "type" in error if name.startswith("chat") else "status" in error


@pytest.mark.parametrize(("value", "status"), [(None, 400), ("error", 400), ("drop", 200), ("pass-through", 200)])
def test_extra_parameters_on_models(ask: Ask, key: dict[str, str], value: str | None, status: int) -> None:
    headers = {**key, "extra-parameters": value} if value else key
    assert ask("models", "chat", headers=headers, max_completion_tokens=64).status_code == status


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_a_body_that_is_no_json_object_is_refused(http: TestClient, key: dict[str, str], body: bytes) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/chat/completions"
    assert http.post(url, content=body, headers=key).status_code == 400


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", "https://contoso.openai.azure.com/openai/v1/chat/completions"),
        ("POST", "https://contoso.openai.azure.com/openai/v1/chat/completion"),
        ("POST", "https://contoso.openai.azure.com/models/chat/completions?api-version=2024-05-01-preview"),
        ("POST", "https://contoso.openai.azure.com/openai/deployments/chat/chat/completions"),
    ],
)
def test_a_path_that_is_none(http: TestClient, key: dict[str, str], method: str, url: str) -> None:
    error_of(http.request(method, url, headers=key), "resource-not-found")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/openai/v1/realtime"),
        ("POST", "/openai/deployments/whisper/audio/transcriptions"),
        ("POST", "/openai/v1/images/generations"),
        ("POST", "/openai/v1/batches"),
        ("GET", "/openai/v1/files/file-1/content"),
        ("POST", "/openai/v1/responses/resp_1/cancel"),
    ],
)
def test_what_azure_has_and_the_sandbox_has_not_is_said_to_be_so(
    http: TestClient, key: dict[str, str], method: str, path: str
) -> None:
    """ "Resource not found" would send somebody looking for a mistake of their own."""
    response = http.request(method, f"https://contoso.openai.azure.com{path}", headers=key)
    assert path in error_of(response, "not-in-the-sandbox")["message"]


def test_a_model_can_be_looked_up_by_itself(http: TestClient, key: dict[str, str]) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/models"
    listed = http.get(url, headers=key).json()["data"]
    assert [http.get(f"{url}/{one['id']}", headers=key).json() for one in listed] == listed
    error_of(http.get(f"{url}/nope", headers=key), "no-such-model")


@pytest.mark.parametrize(("number", "status"), [(10, 200), (11, 431)])
def test_more_custom_headers_than_azure_hands_on(ask: Ask, key: dict[str, str], number: int, status: int) -> None:
    """Microsoft docs, frequently asked questions. What clients send of themselves doesn't count."""
    own = {"x-stainless-lang": "python", "x-ms-client-request-id": "1", "x-modelyard-filter-error": "full"}
    response = ask("openai", "chat", headers={**key, **own, **{f"x-team-{one}": "1" for one in range(number)}})
    assert response.status_code == status


@pytest.mark.parametrize("name", ["messages", "max_tokens", "response_format"])
def test_what_the_responses_api_calls_otherwise(http: TestClient, key: dict[str, str], name: str) -> None:
    """Captured from those who moved to it from chats."""
    url = "https://contoso.openai.azure.com/openai/v1/responses"
    response = http.post(url, json={"model": "chat", "input": "Hello", name: {}}, headers=key)
    error_of(response, "moved-parameter", moved=name, instead=MOVED[name])


@pytest.mark.parametrize(
    ("work", "client"),
    [
        ("chat", CompletionCreateParamsStreaming),
        ("responses", ResponseCreateParamsStreaming),
        ("embeddings", EmbeddingCreateParams),
    ],
)
def test_every_parameter_of_the_official_client_is_known(work: str, client: type) -> None:
    """A parameter that the client has and the sandbox refuses would be a bug of the sandbox's."""
    assert set(get_type_hints(client)) <= known(work)


def test_a_parameter_that_does_nothing_here_is_named(ask: Ask) -> None:
    """Else an answer that came without looking anything up would be taken for one that did."""
    headers = ask("openai", "chat", data_sources=[{}], prediction=None).headers
    assert headers["x-modelyard-note"] == "without effect in the sandbox: data_sources"
    assert "x-modelyard-note" not in ask("openai", "chat", seed=1).headers


def test_a_missing_api_version_is_named(http: TestClient, key: dict[str, str]) -> None:
    """Azure's own words don't tell it from a wrong path."""
    url = "https://contoso.openai.azure.com/openai/deployments/chat/chat/completions"
    response = http.post(url, headers=key)
    error_of(response, "resource-not-found")
    assert response.headers["x-modelyard-note"] == "the query has no api-version"


def test_an_api_version_that_is_none(http: TestClient, key: dict[str, str]) -> None:
    url = "https://contoso.openai.azure.com/openai/deployments/chat/chat/completions?api-version=latest"
    error_of(http.post(url, headers=key), "api-version-not-supported")


def test_a_host_that_no_account_has(http: TestClient, key: dict[str, str]) -> None:
    response = http.post("https://fabrikam.openai.azure.com/openai/v1/chat/completions", headers=key)
    assert response.status_code == 404
    assert "would not resolve" in response.headers["x-modelyard-note"]
