"""Functions are called when they are asked for, always in the same way, so that an agent's loop can be tried."""

import json
from collections.abc import Callable
from typing import Any

import pytest

Ask = Callable[..., Any]

PARAMETERS = {
    "type": "object",
    "properties": {"city": {"type": "string", "enum": ["Malmö"]}, "days": {"type": "integer", "minimum": 1}},
    "required": ["city", "days"],
}
WEATHER = {"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}
CALLED = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
CLOCK = {"type": "function", "function": {"name": "get_time"}}


def calls(response: Any) -> list[tuple[str, Any]]:
    (choice,) = response.json()["choices"]
    return [
        (call["function"]["name"], json.loads(call["function"]["arguments"]))
        for call in choice["message"].get("tool_calls") or ()
    ]


@pytest.mark.parametrize(
    ("said", "more", "called", "finish"),
    [
        ("What is get_weather like?", {}, ["get_weather"], "tool_calls"),
        ("Hello", {}, [], "stop"),
        ("get_weathers", {}, [], "stop"),
        ("get_time and get_weather", {}, ["get_weather", "get_time"], "tool_calls"),
        ("get_time and get_weather", {"parallel_tool_calls": False}, ["get_weather"], "tool_calls"),
        ("Hello", {"tool_choice": "required"}, ["get_weather"], "tool_calls"),
        ("get_weather", {"tool_choice": "none"}, [], "stop"),
        ("Hello", {"tool_choice": {"type": "function", "function": {"name": "get_time"}}}, ["get_time"], "stop"),
    ],
)
@pytest.mark.parametrize("endpoint", ["openai", "openai-v1"])
def test_when_a_function_is_called(
    ask: Ask, endpoint: str, said: str, more: dict[str, Any], called: list[str], finish: str
) -> None:
    response = ask(endpoint, "chat", said=said, tools=[WEATHER, CLOCK], **more)
    assert [name for name, _ in calls(response)] == called
    assert response.json()["choices"][0]["finish_reason"] == finish


def test_arguments_fit_the_functions_schema(ask: Ask) -> None:
    response = ask("models", "mistral", said="get_weather", tools=[WEATHER])
    assert calls(response) == [("get_weather", {"city": "Malmö", "days": 1})]
    assert response.json()["choices"][0]["message"]["content"] is None


def test_the_result_of_a_call_is_answered(ask: Ask) -> None:
    """Else an agent's loop would never end."""
    messages = [
        {"role": "user", "content": "get_weather"},
        {"role": "assistant", "content": None, "tool_calls": [CALLED]},
        {"role": "tool", "tool_call_id": "call_1", "content": "get_weather says rain"},
    ]
    body = ask("openai", "chat", messages=messages, tools=[WEATHER]).json()
    assert "get_weather says rain" in body["choices"][0]["message"]["content"]


def test_a_stream_gives_the_name_and_then_the_arguments(stream: Callable[..., list[dict[str, Any]]]) -> None:
    chunks = stream("openai-v1", "chat", said="get_weather", tools=[WEATHER])
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks if chunk["choices"]]
    pieces = [one for delta in deltas for one in delta.get("tool_calls", ())]
    assert pieces[0]["function"]["name"] == "get_weather"
    assert json.loads("".join(piece["function"]["arguments"] for piece in pieces)) == {"city": "Malmö", "days": 1}
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"tool_choice": "auto"}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": {"type": "function", "function": {"name": "nope"}}}, "tool_choice"),
        ({"tools": [WEATHER], "tool_choice": "maybe"}, "tool_choice"),
        ({"tools": "all"}, "tools"),
        ({"tools": [{"type": "function"}]}, "tools[0].function"),
    ],
)
def test_a_choice_that_cannot_be_made(ask: Ask, body: dict[str, Any], param: str) -> None:
    response = ask("openai", "chat", **body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


def test_arguments_are_filtered_like_any_completion(ask: Ask) -> None:
    schema = {"type": "object", "properties": {"a": {"const": "sandbox-hate-high"}}, "required": ["a"]}
    tool = {"type": "function", "function": {"name": "f", "parameters": schema}}
    (choice,) = ask("openai", "chat", said="f", tools=[tool]).json()["choices"]
    assert (choice["finish_reason"], choice["message"]) == ("content_filter", {"role": "assistant"})
