"""The reply has Azure's shape, so that clients read it as they would read Azure's, and says who answered."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]
ENDPOINTS = pytest.mark.parametrize("endpoint", ["models", "openai", "openai-v1"])
SAFE = {"filtered": False, "severity": "safe"}


def events(response: Any) -> list[dict[str, Any]]:
    """The chunks of a stream, which must be framed as azure-ai-inference's parser wants it."""
    assert response.headers["content-type"].startswith("text/event-stream")
    blocks = response.text.removesuffix("\n\n").split("\n\n")
    assert all(block.startswith("data: ") for block in blocks)
    assert blocks[-1] == "data: [DONE]"
    return [json.loads(block.removeprefix("data: ")) for block in blocks[:-1]]


@ENDPOINTS
def test_the_reply_names_deployment_and_model(ask: Ask, endpoint: str) -> None:
    body = ask(endpoint, "chat").json()
    assert body["object"] == "chat.completion"
    assert body["model"] == "gpt-5.4-2026-03-05", (
        "Azure names the model with its version, whatever the deployment's name"
    )
    (choice,) = body["choices"]
    assert choice["finish_reason"] == "stop"
    assert choice["message"]["role"] == "assistant"
    assert "deployment chat answered with gpt-5.4 2026-03-05" in choice["message"]["content"]


def test_the_content_filter_annotates_prompt_and_choice(ask: Ask) -> None:
    """Captured shape; smoke tests read from it that a filter ran."""
    body = ask("openai", "chat").json()
    (prompt,) = body["prompt_filter_results"]
    assert prompt["prompt_index"] == 0
    assert prompt["content_filter_results"]["hate"] == SAFE
    assert prompt["content_filter_results"]["jailbreak"] == {"filtered": False, "detected": False}
    assert body["choices"][0]["content_filter_results"]["violence"] == SAFE


def test_the_same_call_gets_the_same_words(ask: Ask) -> None:
    """A recorded expectation must not rot."""
    contents = {ask("openai-v1", "chat").json()["choices"][0]["message"]["content"] for _ in range(3)}
    assert len(contents) == 1


@pytest.mark.parametrize(("name", "limit"), [("chat", "max_completion_tokens"), ("mistral", "max_tokens")])
def test_a_reply_that_is_cut_says_so(ask: Ask, name: str, limit: str) -> None:
    body = ask("openai-v1", name, **{limit: 3}).json()
    assert body["choices"][0]["finish_reason"] == "length"
    assert body["usage"]["completion_tokens"] == 3


def test_usage_adds_up(ask: Ask) -> None:
    usage = ask("models", "mistral").json()["usage"]
    assert usage["prompt_tokens"] == 3, "ten characters are three tokens by the sandbox's rule"
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]


def test_json_is_answered_where_it_was_asked_for(ask: Ask) -> None:
    hello = [{"role": "user", "content": "Say hello in JSON."}]
    body = ask("openai-v1", "chat", messages=hello, response_format={"type": "json_object"}).json()
    assert json.loads(body["choices"][0]["message"]["content"])["deployment"] == "chat"


@ENDPOINTS
def test_a_stream_says_what_the_reply_in_one_piece_says(ask: Ask, endpoint: str) -> None:
    whole = ask(endpoint, "chat").json()
    chunks = [chunk for chunk in events(ask(endpoint, "chat", stream=True)) if chunk["choices"]]
    assert (
        "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks)
        == (whole["choices"][0]["message"]["content"])
    )
    assert {chunk["model"] for chunk in chunks} == {whole["model"]}
    assert chunks[0]["choices"][0]["delta"]["role"] == "assistant"
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks[-2:]] == [None, "stop"]


@pytest.mark.parametrize(("endpoint", "prologue"), [("openai", True), ("openai-v1", True), ("models", False)])
def test_azure_openai_begins_with_a_chunk_without_choices(ask: Ask, endpoint: str, prologue: bool) -> None:
    """Captured, and the reason why so many clients fail on `choices[0]` with Azure alone."""
    first = events(ask(endpoint, "chat", stream=True))[0]
    assert (first["choices"] == []) is prologue
    if prologue:
        assert first["prompt_filter_results"][0]["content_filter_results"]["hate"] == SAFE
        assert first["id"] == first["model"] == first["object"] == ""


@pytest.mark.parametrize("asked", [True, False])
def test_a_stream_tells_usage_only_when_asked(ask: Ask, asked: bool) -> None:
    body: dict[str, Any] = {"stream": True}
    if asked:
        body["stream_options"] = {"include_usage": True}
    last = events(ask("openai-v1", "chat", **body))[-1]
    assert ("usage" in last) is asked
    if asked:
        assert last["choices"] == []


def test_content_in_parts_is_read(ask: Ask) -> None:
    parts = [{"type": "text", "text": "first"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    body = ask("models", "mistral", messages=[{"role": "user", "content": parts}]).json()
    assert "You wrote: first" in body["choices"][0]["message"]["content"]


@ENDPOINTS
def test_every_reply_can_be_traced(ask: Ask, endpoint: str) -> None:
    headers = ask(endpoint, "chat").headers
    assert headers["x-ms-region"] == "Sweden Central"
    assert len(headers["apim-request-id"]) == 36
    assert headers["x-ms-deployment-name"] == "chat"
