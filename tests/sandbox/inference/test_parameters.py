"""What a body may hold at every depth, and what each model makes of its parameters: a call that the sandbox takes and
Azure refuses fails on the day it is deployed.
"""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from modelyard.catalog.parameters import Acceptance, rules
from modelyard.catalog.serving import serving
from modelyard.sandbox.inference.answers import ANSWERS
from modelyard.sandbox.inference.shapes import known, mistakes

Ask = Callable[..., Any]
USER = {"role": "user", "content": "Say hello."}
F = {"type": "function", "function": {"name": "f"}}
PARALLEL: dict[str, Any] = {"tools": [F], "parallel_tool_calls": True}
V1 = "https://contoso.openai.azure.com/openai/v1/responses"


@pytest.fixture
def respond(http: TestClient, key: dict[str, str]) -> Callable[..., Any]:
    """Make a response on /openai/v1."""

    def post(name: str = "chat", **body: Any) -> Any:
        return http.post(V1, json={"model": name, "input": "Hello", **body}, headers=key)

    return post


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"bogus": 1}, "bogus"),
        ({"stream": True, "stream_options": {"bogus": 1}}, "stream_options.bogus"),
        ({"messages": [{"role": "user", "content": "x", "bogus": 1}]}, "messages[0].bogus"),
        (
            {"messages": [{"role": "user", "content": [{"type": "text", "text": "x", "a": 1}]}]},
            "messages[0].content[0].a",
        ),
        ({"tools": [{**F, "bogus": 1}]}, "tools[0].bogus"),
        ({"tools": [{"type": "function", "function": {"name": "f", "bogus": 1}}]}, "tools[0].function.bogus"),
        ({"response_format": {"type": "text", "bogus": 1}}, "response_format.bogus"),
    ],
)
def test_item_1_an_unknown_member_of_a_chat(ask: Ask, body: dict[str, Any], param: str) -> None:
    error = ask("openai-v1", "chat", **body).json()["error"]
    assert (error["code"], error["param"]) == ("unknown_parameter", param)
    assert error["message"] == ANSWERS["unknown-parameter"].quote(param=param)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"reasoning": {"sumary": "auto"}}, "reasoning.sumary"),
        ({"text": {"format": {"type": "text"}, "bogus": 1}}, "text.bogus"),
        ({"tools": [{"type": "function", "name": "f", "bogus": 1}]}, "tools[0].bogus"),
        ({"input": [{"role": "user", "content": "x", "bogus": 1}]}, "input[0].bogus"),
    ],
)
def test_item_1_an_unknown_member_of_a_response(respond: Callable[..., Any], body: dict[str, Any], param: str) -> None:
    error = respond(**body).json()["error"]
    assert (error["code"], error["param"]) == ("unknown_parameter", param)


def test_item_1_an_alternative_that_is_none(ask: Ask, respond: Callable[..., Any]) -> None:
    error = ask("openai-v1", "chat", messages=[{"role": "user", "content": [{"type": "bogus"}]}]).json()["error"]
    assert error["param"] == "messages[0].content[0].type"
    assert error["message"].startswith("Invalid value: 'bogus'. Supported values are: ")
    assert respond(input=[{"type": "bogus"}]).json()["error"]["param"] == "input[0].type"


def test_item_1_models_of_others_take_members_of_their_own(ask: Ask) -> None:
    """Each has parameters that nobody has gathered; kinds and bounds hold all the same."""
    assert ask("openai-v1", "mistral", safe_prompt=True, messages=[{**USER, "prefix": True}]).status_code == 200
    assert ask("openai-v1", "mistral", messages=[{**USER, "content": 7}]).status_code == 422


def test_what_was_answered_can_be_sent_back(ask: Ask, respond: Callable[..., Any]) -> None:
    """An agent's loop: the reply's own items and messages are what the next call holds."""
    message = ask("openai-v1", "chat", said="f", tools=[F]).json()["choices"][0]["message"]
    result = {"role": "tool", "tool_call_id": message["tool_calls"][0]["id"], "content": "done"}
    assistant = {name: value for name, value in message.items() if name != "annotations"}
    assert ask("openai-v1", "chat", messages=[USER, assistant, result], tools=[F]).status_code == 200
    output = respond().json()["output"]
    again = respond(input=[USER, *output, USER])
    assert again.status_code == 200, again.text


def test_item_2_parallel_calls_of_nothing(ask: Ask) -> None:
    error = ask("openai-v1", "chat", parallel_tool_calls=True).json()["error"]
    assert error["param"] == "parallel_tool_calls"
    assert ask("openai-v1", "chat", parallel_tool_calls=True, tools=[F]).status_code == 200


@pytest.mark.parametrize(
    "messages",
    [
        [{"role": "user", "content": None}],
        [{"role": "assistant", "content": None}, USER],
        [{"role": "assistant", "content": None, "tool_calls": []}, USER],
    ],
)
def test_item_3_and_row_129_a_null_for_words(ask: Ask, messages: list[Any]) -> None:
    error = ask("openai-v1", "chat", messages=messages).json()["error"]
    assert error == {
        "message": ANSWERS["null-content"].quote(),
        "type": "invalid_request_error",
        "param": "messages.[0].content",
        "code": None,
    }


@pytest.mark.parametrize(
    ("name", "body", "code", "param"),
    [
        ("chat", {"stop": "x"}, "unsupported_parameter", "stop"),
        ("chat", {"logprobs": True}, "unsupported_parameter", "logprobs"),
        ("chat", {"max_tokens": 9}, "unsupported_parameter", "max_tokens"),
        ("chat", {"temperature": 0}, "unsupported_value", "temperature"),
        ("chat", {"reasoning_effort": "minimal"}, "unsupported_value", "reasoning_effort"),
        ("chat", {"reasoning_effort": "max"}, "unsupported_value", "reasoning_effort"),
        ("chat", {"reasoning_effort": "low", "tools": [F]}, "", "reasoning_effort"),
        ("chat-old", {"reasoning_effort": "none"}, "unsupported_value", "reasoning_effort"),
        ("chat-old", {"reasoning_effort": "minimal", **PARALLEL}, "unsupported_parameter",
         "parallel_tool_calls"),
        ("plain", {"reasoning_effort": "low"}, "unsupported_parameter", "reasoning_effort"),
    ],
)  # fmt: skip
def test_items_4_and_5_what_a_model_refuses(ask: Ask, name: str, body: dict[str, Any], code: str, param: str) -> None:
    error = ask("openai-v1", name, **body).json()["error"]
    assert (error["code"] or "", error["param"]) == (code, param)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("chat", {"temperature": 1, "reasoning_effort": "none", "tools": [F], "verbosity": "low"}),
        ("chat-old", {"reasoning_effort": "minimal", "tools": [F]}),
        ("plain", {"temperature": 0, "stop": "x", "max_tokens": 9, "logprobs": True, "top_p": 0.5}),
    ],
)
def test_items_4_and_5_what_a_model_takes(ask: Ask, name: str, body: dict[str, Any]) -> None:
    reply = ask("openai-v1", name, **body)
    assert reply.status_code == 200, reply.text


def test_item_5_words_of_a_value_that_is_not_the_models(respond: Callable[..., Any]) -> None:
    error = respond(reasoning={"effort": "minimal"}).json()["error"]
    expected = "'none', 'low', 'medium', 'high', and 'xhigh'"
    facts = {"param": "reasoning.effort", "found": "minimal", "expected": expected}
    assert error["message"] == ANSWERS["not-the-models-value"].quote(**facts)
    reply = respond("chat-old", reasoning={"effort": "minimal"})
    assert reply.json()["reasoning"]["effort"] == "minimal"


def test_a_refusal_is_as_sure_as_what_it_rests_on(ask: Ask) -> None:
    """Words of grade B, of a parameter of which it is only inferred that this model refuses it."""
    assert ask("openai-v1", "chat", stop="x").headers["x-modelyard-grade"] == "R"
    assert ask("openai-v1", "chat-old", stop="x").headers["x-modelyard-grade"] == "B"


@pytest.mark.parametrize(
    ("name", "body", "note"),
    [
        ("plain", {"temperature": 0.5, "store": False}, "without effect in the sandbox: store, temperature"),
        ("chat", {"verbosity": "low"}, "without effect in the sandbox: verbosity"),
        ("chat-router", {"logit_bias": {}}, "whether model-router takes logit_bias is not known: taken"),
    ],
)
def test_item_5_the_promised_notes(ask: Ask, name: str, body: dict[str, Any], note: str) -> None:
    assert note in ask("openai-v1", name, **body).headers["x-modelyard-note"]


@pytest.mark.parametrize(
    ("version", "body", "status"),
    [
        ("2024-10-21", {}, 200),
        ("2024-05-01-preview", {"tools": [F], "parallel_tool_calls": True}, 400),
        ("2024-10-21", {"tools": [F], "parallel_tool_calls": True}, 200),
        ("2024-10-21", {"reasoning_effort": "low"}, 400),
        ("2025-01-01-preview", {"reasoning_effort": "low"}, 200),
        ("nonsense", {}, 400),
    ],
)
def test_item_6_versions_are_judged_by_what_they_have(
    http: TestClient, key: dict[str, str], version: str, body: dict[str, Any], status: int
) -> None:
    url = f"https://contoso.openai.azure.com/openai/deployments/chat/chat/completions?api-version={version}"
    reply = http.post(url, json={"messages": [USER], **body}, headers=key)
    assert reply.status_code == status, reply.text
    if body and status == 400:
        (argument,) = body.keys() - {"tools"}
        assert reply.json()["error"]["message"] == ANSWERS["unrecognized-argument"].quote(argument=argument)


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?api-version=preview", 200), ("?api-version=v1", 200), ("?api-version=nonsense", 400)],
)
def test_item_6_versions_of_v1(http: TestClient, key: dict[str, str], query: str, status: int) -> None:
    body = {"model": "chat", "messages": [USER]}
    reply = http.post(f"https://contoso.openai.azure.com/openai/v1/chat/completions{query}", json=body, headers=key)
    assert reply.status_code == status


def test_item_6_a_version_newer_than_any_is_taken_with_a_note(http: TestClient, key: dict[str, str]) -> None:
    url = "https://contoso.openai.azure.com/openai/deployments/chat/chat/completions?api-version=2027-01-01"
    reply = http.post(url, json={"messages": [USER]}, headers=key)
    assert (reply.status_code, "2025-04-01-preview" in reply.headers["x-modelyard-note"]) == (200, True)


OPEN = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
CLOSED = {**OPEN, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (CLOSED, ""),
        (OPEN, "In context=(), 'additionalProperties' is required to be supplied and to be false."),
        (
            {**CLOSED, "properties": {"a": {"anyOf": [{"type": "null"}, OPEN]}}},
            "In context=('properties', 'a', 'anyOf', '1'), 'additionalProperties' is required",
        ),
        ({**CLOSED, "required": []}, "In context=(), 'required' is required to be supplied"),
    ],
)
def test_item_7_strict_schemas(ask: Ask, respond: Callable[..., Any], schema: Any, reason: str) -> None:
    named = {"name": "state", "strict": True, "schema": schema}
    function = {"name": "f", "strict": True, "parameters": schema}
    replies = [
        ask("openai-v1", "chat", response_format={"type": "json_schema", "json_schema": named}),
        ask("openai-v1", "chat", tools=[{"type": "function", "function": function}]),
        respond(text={"format": {"type": "json_schema", **named}}),
        respond(tools=[{"type": "function", **function}]),
    ]
    for reply in replies:
        assert reply.status_code == (400 if reason else 200), reply.text
        assert reason in (reply.json().get("error") or {"message": ""})["message"]


def test_item_7_names(ask: Ask) -> None:
    error = ask("openai-v1", "chat", tools=[{"type": "function", "function": {"name": "get weather"}}]).json()["error"]
    assert (error["param"], error["code"]) == ("tools[0].function.name", "invalid_value")


def test_row_111_a_description_that_is_too_long(ask: Ask) -> None:
    function = {"name": "f", "description": "x" * 4394}
    error = ask("openai-v1", "chat", tools=[F, F, {"type": "function", "function": function}]).json()["error"]
    facts = {"param": "tools[2].function.description", "maximum": 1024, "found": 4394}
    assert error["message"] == ANSWERS["too-long"].quote(**facts)
    assert error["code"] == "string_above_max_length"


def test_row_113_alternatives_at_the_top(respond: Callable[..., Any]) -> None:
    tool = {"type": "function", "name": "f", "parameters": {"anyOf": [CLOSED]}}
    error = respond("plain", tools=[tool]).json()["error"]
    assert (error["code"], "at the top level" in error["message"]) == ("invalid_function_parameters", True)
    assert respond("chat", tools=[tool]).status_code == 200, "GPT-5 takes them"


def test_row_117_an_item_that_was_not_kept(respond: Callable[..., Any]) -> None:
    kept = respond().json()["output"][0]["id"]
    lost = respond(store=False).json()["output"][0]["id"]
    assert respond(input=[{"type": "item_reference", "id": kept}, USER]).status_code == 200
    error = respond(input=[{"type": "item_reference", "id": lost}, USER]).json()["error"]
    assert error["message"] == ANSWERS["item-not-kept"].quote(id=lost)


def test_item_8_usage_that_was_asked_for(stream: Callable[..., list[dict[str, Any]]]) -> None:
    *chunks, last = stream("openai", "chat", stream_options={"include_usage": True})
    assert last["usage"]["total_tokens"] > 0
    assert all(chunk["usage"] is None for chunk in chunks if chunk["object"]), "null in every other chunk"


def test_item_9_lists_hold_models(http: TestClient, key: dict[str, str]) -> None:
    """Microsoft's REST reference: a list of models with capabilities and lifecycle, whatever is deployed."""
    url = "https://contoso.openai.azure.com/openai/models"
    listed = http.get(f"{url}?api-version=2024-10-21", headers=key).json()
    models = {one["id"]: one for one in listed["data"]}
    assert (listed["object"], "chat" in models) == ("list", False)
    chat, embed = models["gpt-5.4-2026-03-05"], models["text-embedding-3-large-1"]
    assert chat["capabilities"] == {
        "fine_tune": False,
        "inference": True,
        "completion": False,
        "chat_completion": True,
        "embeddings": False,
    }
    assert embed["capabilities"]["embeddings"] is True
    assert (chat["status"], chat["object"]) == ("succeeded", "model")
    assert {one["lifecycle_status"] for one in models.values()} == {"generally-available", "preview"}
    assert chat["deprecation"]["inference"] > chat["created_at"]
    assert http.get(f"{url}/{chat['id']}?api-version=2024-10-21", headers=key).json() == chat
    plain = http.get("https://contoso.openai.azure.com/openai/v1/models", headers=key).json()["data"]
    assert {"id": chat["id"], "object": "model", "created": chat["created_at"], "owned_by": "openai"} in plain


@pytest.mark.parametrize(
    ("routing", "chosen"),
    [
        (None, "gpt-5-mini-2025-08-07"),
        ({"mode": "quality"}, "gpt-5.5-2026-04-24"),
        ({"mode": "cost", "models": [{"name": "gpt-5.4", "format": "OpenAI"}]}, "gpt-5.4-2026-03-05"),
    ],
)
def test_item_10_the_router_names_what_it_chose(
    ask: Ask, deploy: Callable[..., None], routing: Any, chosen: str
) -> None:
    deploy("routed", "chat-router", routing=routing)
    assert ask("openai", "routed").json()["model"] == chosen


def test_the_catalog_says_one_thing_of_an_api() -> None:
    """`serving.csv` tells which operations a model has, `parameters.csv` which APIs; both come from one page."""
    for name in ("gpt-5.1-codex", "o3-pro", "gpt-5-pro", "computer-use-preview"):
        assert rules(name, "", "chat").api is Acceptance.REFUSED
        assert "chat" not in serving(name, "OpenAI", "GlobalStandard").operations
    for name in ("DeepSeek-V4-Pro", "grok-4.7"):
        assert rules(name, "", "responses").api is Acceptance.ACCEPTED


def test_what_clients_send_of_themselves_is_known() -> None:
    body = {"messages": [USER], "model": "m", "user_security_context": {}, "data_sources": [{}], "best_of": 2}
    assert list(mistakes("chat", body, strict=True)) == []
    assert {"input_type"} <= known("embeddings")
    assert json.dumps(sorted(known("chat")))
