"""Whatever is sent, the answer is a reply: a stranger's bug in a request must not look like one of the sandbox's."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "tool"]) | ANYTHING},
        optional={
            "tool_calls": st.lists(st.fixed_dictionaries({"id": ANYTHING})) | ANYTHING,
            "tool_call_id": ANYTHING,
            "content": st.lists(st.fixed_dictionaries({"text": ANYTHING}), max_size=2) | ANYTHING,
        },
    ),
    max_size=3,
)
INPUTS = {"messages": MESSAGES | ANYTHING, "input": st.lists(st.text() | st.integers(), max_size=3) | ANYTHING}
OPTIONS = dict.fromkeys(
    [
        "best_of",
        "dimensions",
        "encoding_format",
        "max_completion_tokens",
        "max_tokens",
        "instructions",
        "logprobs",
        "max_output_tokens",
        "n",
        "previous_response_id",
        "response_format",
        "seed",
        "stop",
        "text",
        "tool_choice",
        "tools",
        "top_logprobs",
        "stream",
        "stream_options",
        "temperature",
        "tool_call_id",
        "parallel_tool_calls",
        "logit_bias",
        "metadata",
    ],
    ANYTHING,
)
QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("operation", ["chat/completions", "embeddings", "images/embeddings"])
@QUICK
@given(
    body=st.fixed_dictionaries(INPUTS, optional=OPTIONS),
    model=st.sampled_from(["chat", "chat-old", "mistral", "embed", "cohere"]) | ANYTHING,
)
def test_no_body_is_too_much(
    http: TestClient, key: dict[str, str], operation: str, body: dict[str, Any], model: object
) -> None:
    url = f"https://contoso.services.ai.azure.com/models/{operation}?api-version=2024-05-01-preview"
    headers = {**key, "extra-parameters": "pass-through"}
    assert http.post(url, json={"model": model, **body}, headers=headers).status_code in {200, 400, 404, 422}


@QUICK
@given(
    body=st.fixed_dictionaries({"input": st.text() | st.lists(ANYTHING, max_size=3) | ANYTHING}, optional=OPTIONS),
    model=st.sampled_from(["chat", "chat-old", "codex", "mistral"]),
)
def test_no_response_is_too_much(http: TestClient, key: dict[str, str], body: dict[str, Any], model: str) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/responses"
    assert http.post(url, json={"model": model, **body}, headers=key).status_code in {200, 400, 404}


SCHEMA = st.recursive(
    ANYTHING,
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "integer", "number"]) | ANYTHING,
            "properties": st.dictionaries(st.sampled_from("ab"), inner, max_size=2) | ANYTHING,
            "required": st.lists(st.sampled_from("ab"), max_size=2) | ANYTHING,
            "items": inner,
            "minItems": st.integers(-1, 3),
            "allOf": st.lists(inner, max_size=2),
            "anyOf": st.lists(inner, max_size=2),
            "$ref": st.sampled_from(["#", "#/properties/a", "#/nope"]) | ANYTHING,
            "multipleOf": st.integers(0, 3) | ANYTHING,
            "minimum": ANYTHING,
            "exclusiveMinimum": ANYTHING,
        },
    ),
    max_leaves=5,
)


@QUICK
@given(schema=SCHEMA, as_tool=st.booleans())
def test_no_schema_is_too_much(http: TestClient, key: dict[str, str], schema: object, as_tool: bool) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/chat/completions"
    body: dict[str, Any] = {"model": "chat", "messages": [{"role": "user", "content": "f"}]}
    if as_tool:
        body["tools"] = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    else:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "s", "schema": schema}}
    assert http.post(url, json=body, headers=key).status_code in {200, 400}


@pytest.mark.parametrize("deep", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b"[" * 900 + b"]" * 900])
@pytest.mark.parametrize("path", ["chat/completions", "responses"])
def test_no_nesting_is_too_much(http: TestClient, key: dict[str, str], deep: bytes, path: str) -> None:
    """What could be read and not be written again would break in the midst of a reply."""
    url = f"https://contoso.openai.azure.com/openai/v1/{path}"
    said = b'"input":"x"' if path == "responses" else b'"messages":[{"role":"user","content":"x"}]'
    body = b'{"model":"chat",' + said + b',"metadata":{"a":' + deep + b"}}"
    assert http.post(url, content=body, headers=key).status_code in {400, 413}


def test_many_brackets_are_no_nesting(http: TestClient, key: dict[str, str]) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/chat/completions"
    messages = [{"role": "user", "content": [{"type": "text", "text": "{[" * 10}]}] * 200
    assert http.post(url, json={"model": "chat", "messages": messages}, headers=key).status_code == 200


@QUICK
@given(
    authorization=st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40),
    query=st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="#"), max_size=30),
)
def test_no_header_and_no_query_is_too_much(http: TestClient, authorization: str, query: str) -> None:
    url = f"https://contoso.openai.azure.com/openai/deployments/chat/chat/completions?{query}"
    response = http.post(url, content=b"{}", headers={"authorization": authorization})
    assert response.status_code in {400, 401, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer ..", "api-key": ""},
        {"authorization": "Bearer"},
        {"authorization": "Basic a2V5"},
        {"host": ""},
        {"host": ".openai.azure.com"},
        {"host": "contoso.openai.azure.com:443"},
    ],
)
def test_strange_headers_are_refused_in_peace(http: TestClient, headers: dict[str, str]) -> None:
    url = "https://contoso.openai.azure.com/openai/v1/chat/completions"
    assert http.post(url, content=b"{}", headers=headers).status_code in {401, 404}
