"""The Responses API as far as it is served: texts, functions, JSON, streams, continuation, filtering."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from modelyard.sandbox.inference.answers import ANSWERS

Ask = Callable[..., Any]
Respond = Callable[..., Any]
V1 = "https://contoso.openai.azure.com/openai/v1/responses"


@pytest.fixture
def respond(http: TestClient, key: dict[str, str]) -> Respond:
    def post(input: Any = "Say hello.", model: str = "chat", url: str = V1, **body: Any) -> Any:  # noqa: A002
        return http.post(url, json={"model": model, "input": input, **body}, headers=key)

    return post


def text(response: Any) -> str:
    return "".join(part["text"] for item in response.json()["output"] for part in item.get("content", ()))


@pytest.mark.parametrize(
    "url", [V1, "https://contoso.openai.azure.com/openai/responses?api-version=2025-04-01-preview"]
)
def test_a_text(respond: Respond, url: str) -> None:
    body = respond(url=url).json()
    assert (body["object"], body["status"], body["model"]) == ("response", "completed", "gpt-5.4")
    assert "deployment chat" in body["output"][0]["content"][0]["text"]
    assert [one["source_type"] for one in body["content_filters"]] == ["prompt", "completion"]
    assert body["usage"]["total_tokens"] == body["usage"]["input_tokens"] + body["usage"]["output_tokens"]


def test_items_and_instructions(respond: Respond) -> None:
    items = [{"role": "user", "content": [{"type": "input_text", "text": "the last word"}]}]
    short, long = respond(items), respond(items, instructions="Be brief." * 10)
    assert "the last word" in text(short)
    assert long.json()["usage"]["input_tokens"] > short.json()["usage"]["input_tokens"]


def test_the_most_output(respond: Respond) -> None:
    body = respond(max_output_tokens=16).json()
    assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})
    error = respond(max_output_tokens=5).json()["error"]
    facts = {"param": "max_output_tokens", "minimum": 16, "found": 5}
    assert error["message"] == ANSWERS["parameter-too-small"].quote(**facts)


def test_json_by_a_schema(respond: Respond) -> None:
    schema = {"type": "object", "properties": {"ready": {"type": "boolean"}}, "required": ["ready"]}
    response = respond(text={"format": {"type": "json_schema", "name": "state", "schema": schema}})
    assert json.loads(text(response)) == {"ready": False}


def test_a_function(respond: Respond) -> None:
    tool = {"type": "function", "name": "get_time", "parameters": {"type": "object", "properties": {}}}
    first = respond("get_time, please", tools=[tool]).json()
    (call,) = first["output"]
    assert (call["type"], call["name"], call["arguments"]) == ("function_call", "get_time", "{}")
    result = [{"type": "function_call_output", "call_id": call["call_id"], "output": "ten o'clock"}]
    second = respond(result, tools=[tool], previous_response_id=first["id"])
    assert "ten o'clock" in text(second)


def test_a_conversation_is_continued_read_and_forgotten(
    respond: Respond, http: TestClient, key: dict[str, str]
) -> None:
    first = respond("a first long question").json()
    second = respond("and?", previous_response_id=first["id"]).json()
    assert second["previous_response_id"] == first["id"]
    assert second["usage"]["input_tokens"] > first["usage"]["input_tokens"], "the whole conversation is the prompt"
    url = f"{V1}/{first['id']}"
    assert http.get(url, headers=key).json() == first
    assert http.delete(url, headers=key).json()["deleted"] is True
    assert http.get(url, headers=key).status_code == 404
    refused = respond("and?", previous_response_id=first["id"])
    assert refused.status_code == 400
    assert refused.json()["error"]["message"] == ANSWERS["previous-response-not-found"].quote(id=first["id"])
    assert refused.json()["error"]["code"] == "previous_response_not_found"


def test_what_is_not_to_be_stored_is_not(respond: Respond, http: TestClient, key: dict[str, str]) -> None:
    body = respond(store=False).json()
    assert body["store"] is False
    assert http.get(f"{V1}/{body['id']}", headers=key).status_code == 404


def test_another_account_knows_nothing_of_it(respond: Respond, http: TestClient, key: dict[str, str]) -> None:
    body = respond().json()
    other = V1.replace("contoso", "fabrikam")
    assert http.get(f"{other}/{body['id']}", headers=key).status_code == 404


def test_a_model_without_it(respond: Respond) -> None:
    response = respond(model="mistral")
    assert (response.status_code, response.json()["error"]["message"]) == (400, "Model not supported")
    assert respond(model="codex").json()["model"] == "gpt-5.1-codex", "some models have nothing else"


def test_events_come_in_the_order_that_was_captured(respond: Respond) -> None:
    blocks = respond("Say: one two", stream=True).text.strip().split("\n\n")
    events = [json.loads(block.partition("\n")[2].removeprefix("data: ")) for block in blocks]
    assert [event["type"] for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event["sequence_number"] for event in events] == list(range(10))
    assert "".join(event["delta"] for event in events if event["type"].endswith("text.delta")) == "one two"
    assert events[-1]["response"]["status"] == "completed"


def test_a_prompt_that_is_blocked(respond: Respond) -> None:
    """Captured: no inner error here, but `content_filters` beside the code."""
    response = respond("sandbox-jailbreak")
    error = response.json()["error"]
    assert (response.status_code, error["code"], error["type"]) == (400, "content_filter", "invalid_request_error")
    (found,) = error["content_filters"]
    assert (found["blocked"], found["source_type"]) == (True, "prompt")
    assert found["content_filter_results"]["jailbreak"] == {"filtered": True, "detected": True}


@pytest.mark.parametrize("stream", [True, False])
def test_a_completion_that_is_blocked(respond: Respond, stream: bool) -> None:
    response = respond(f"Say backwards: {'sandbox-hate-high'[::-1]}", stream=stream)
    if stream:
        last = response.text.strip().split("\n\n")[-1].partition("\n")[2]
        body = json.loads(last.removeprefix("data: "))["response"]
    else:
        body = response.json()
    assert (body["status"], body["incomplete_details"]) == ("incomplete", {"reason": "content_filter"})
    assert body["output"] == []
    assert body["content_filters"][1]["blocked"] is True


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"input": None}, "input"),
        ({"input": 7}, "input"),
        ({"input": ["text"]}, "input[0]"),
        ({"tools": "all"}, "tools"),
        ({"tools": [{"name": "f"}]}, "tools[0].type"),
        ({"tools": [{"type": "function"}]}, "tools[0].name"),
        ({"text": "json"}, "text"),
        ({"text": {"format": 7}}, "text.format"),
        ({"text": {"format": {"type": "xml"}}}, "text.format.type"),
        ({"instructions": 7}, "instructions"),
        ({"reasoning": "high"}, "reasoning"),
        ({"previous_response_id": 7}, "previous_response_id"),
        ({"stream": "yes"}, "stream"),
        ({"input": [{"role": "robot", "content": "x"}]}, "input[0].role"),
        ({"input": [{"role": "user"}]}, "input[0].content"),
        ({"input": [{"type": "function_call_output", "call_id": "a", "output": "x"}]}, "input"),
        ({"temperature": 3}, "temperature"),
        ({"tool_choice": "auto"}, "tool_choice"),
    ],
)
def test_a_body_that_is_refused(respond: Respond, body: dict[str, Any], param: str) -> None:
    response = respond(**body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


def test_a_call_that_is_left_without_a_result(respond: Respond) -> None:
    """Captured on Azure: the second turn of a loop that forgot to answer the first."""
    tool = {"type": "function", "name": "get_time"}
    first = respond("get_time, please", tools=[tool]).json()
    response = respond("and?", previous_response_id=first["id"])
    assert response.status_code == 400
    call = first["output"][0]["call_id"]
    assert response.json()["error"]["message"] == ANSWERS["no-result-for-call"].quote(id=call)


def test_tools_that_the_sandbox_has_not_are_named(respond: Respond) -> None:
    response = respond(tools=[{"type": "web_search"}, {"type": "function", "name": "f"}])
    assert response.headers["x-modelyard-note"] == "without effect in the sandbox: tools of type web_search"


def test_a_callers_words_end_no_header(ask: Ask) -> None:
    """Else a request could write headers of its own into its reply, and whoever stands between would believe them."""
    response = ask("openai-v1", "mistral", tools=[{"type": "a\r\nx-ms-region: nowhere", "function": {"name": "f"}}])
    assert response.headers["x-modelyard-note"].endswith("tools of type a??x-ms-region: nowhere")
    assert response.headers["x-ms-region"] == "Sweden Central"


def test_the_right_that_it_takes(http: TestClient, bearer: Callable[..., dict[str, str]]) -> None:
    """Captured: Microsoft.CognitiveServices/accounts/OpenAI/responses/write."""
    response = http.post(V1, json={"model": "chat", "input": "Hello"}, headers=bearer("reader"))
    assert response.status_code == 401
    assert "OpenAI/responses/write" in response.json()["error"]["message"]
    assert http.post(V1, json={"model": "chat", "input": "Hello"}, headers=bearer()).status_code == 200
