"""What a caller may ask of a reply: how many, how long, where to stop, in what form, and what is said of it."""

import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from modelyard.sandbox.inference.answers import ANSWERS

Ask = Callable[..., Any]
Stream = Callable[..., list[dict[str, Any]]]
READY = {"ready": {"type": "boolean"}}
SCHEMA = {"type": "object", "properties": READY, "required": ["ready"], "additionalProperties": False}


def test_several_choices(ask: Ask) -> None:
    body = ask("openai", "chat", n=3).json()
    assert [choice["index"] for choice in body["choices"]] == [0, 1, 2]
    once = ask("openai", "chat").json()["usage"]["completion_tokens"]
    assert body["usage"]["completion_tokens"] == 3 * once


def test_several_choices_in_a_stream(stream: Stream) -> None:
    said: dict[int, str] = {}
    for chunk in stream("openai", "chat", n=2, said="Say: one two three"):
        for choice in chunk["choices"]:
            said[choice["index"]] = said.get(choice["index"], "") + (choice["delta"].get("content") or "")
    assert said == {0: "one two three", 1: "one two three"}


@pytest.mark.parametrize("stop", ["two", ["four", "two"]])
def test_stop_ends_the_reply_before_it(ask: Ask, stop: Any) -> None:
    (choice,) = ask("openai", "plain", said="Say: one two three", stop=stop).json()["choices"]
    assert (choice["message"]["content"], choice["finish_reason"]) == ("one ", "stop")


def test_json_by_a_schema(ask: Ask) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "state", "schema": SCHEMA, "strict": True}}
    (choice,) = ask("openai-v1", "chat", response_format=wanted).json()["choices"]
    assert json.loads(choice["message"]["content"]) == {"ready": False}


@pytest.mark.parametrize("schema", [None, {"type": "array"}, {"type": "nothing"}])
def test_a_schema_that_no_object_satisfies(ask: Ask, schema: Any) -> None:
    wanted = {"type": "json_schema", "json_schema": {"name": "state", "schema": schema}}
    response = ask("openai-v1", "chat", response_format=wanted)
    assert response.status_code == 400
    assert "state" in response.json()["error"]["message"]


def test_json_must_be_spoken_of(ask: Ask) -> None:
    """Captured, and a classic: the same call works once the prompt says the word."""
    wanted = {"type": "json_object"}
    response = ask("openai", "chat", response_format=wanted)
    assert response.json()["error"]["message"] == ANSWERS["json-not-mentioned"].quote()
    assert ask("openai", "chat", said="Say hello as JSON", response_format=wanted).status_code == 200
    assert ask("openai-v1", "mistral", response_format=wanted).status_code == 200, "a rule of OpenAI's models"


def test_the_fingerprint_stays_while_the_model_does(ask: Ask) -> None:
    marks = [ask("openai", name, seed=1).json()["system_fingerprint"] for name in ("chat", "chat", "chat-old")]
    assert marks[0] == marks[1] != marks[2]
    assert ask("openai-v1", "mistral").json()["system_fingerprint"] is None


def test_log_probabilities_are_served_where_the_model_has_them(ask: Ask) -> None:
    (choice,) = ask("openai", "plain", said="Say: one two", logprobs=True, top_logprobs=2).json()["choices"]
    assert [one["token"] for one in choice["logprobs"]["content"]] == ["one ", "two"]
    assert choice["logprobs"]["content"][0]["top_logprobs"][0]["bytes"] == list(b"one ")
    assert ask("openai", "chat").json()["choices"][0]["logprobs"] is None


@pytest.mark.parametrize("param", ["logprobs", "top_p", "presence_penalty", "logit_bias"])
def test_a_model_that_reasons_takes_no_sampling(ask: Ask, param: str) -> None:
    """Microsoft docs, reasoning models; the words were captured."""
    value: Any = {"logprobs": True, "logit_bias": {}}.get(param, 0.5)
    error = ask("openai", "chat-old", **{param: value}).json()["error"]
    assert (error["code"], error["message"]) == (
        "unsupported_parameter",
        ANSWERS["parameter-not-supported"].quote(param=param),
    )
    assert ask("openai", "plain", **{param: value}).status_code == 200


@pytest.mark.parametrize(
    ("param", "value"),
    [
        ("n", 0),
        ("n", 200),
        ("n", "two"),
        ("top_p", 2),
        ("seed", 1.5),
        ("stop", ["a", "b", "c", "d", "e"]),
        ("stop", 1),
        ("response_format", "json"),
        ("logprobs", "yes"),
        ("top_logprobs", 21),
        ("presence_penalty", -3),
    ],
)
def test_values_that_are_none(ask: Ask, param: str, value: Any) -> None:
    response = ask("openai", "plain", **{param: value})
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)
    response = ask("openai-v1", "mistral", **{param: value})
    assert response.status_code == 422
    assert response.json()["error"]["details"][0]["loc"] == ["body", param]


@pytest.mark.parametrize(
    ("headers", "status", "finish"),
    [
        ({}, 400, None),
        ({"extra-parameters": "drop"}, 200, "stop"),
        ({"extra-parameters": "pass-through"}, 200, "length"),
    ],
)
def test_an_extra_parameter_is_refused_dropped_or_handed_on(
    ask: Ask, key: dict[str, str], headers: dict[str, str], status: int, finish: str | None
) -> None:
    response = ask("models", "chat", headers={**key, **headers}, max_completion_tokens=3, n=None)
    assert response.status_code == status
    if finish is None:
        names = "'max_completion_tokens'"
        assert response.json() == {"detail": ANSWERS["extra-parameters"].quote(names=names)}
    else:
        assert response.json()["choices"][0]["finish_reason"] == finish


def test_the_debit_is_an_estimate_of_the_most_that_may_come(ask: Ask, deploy: Callable[..., None]) -> None:
    """Microsoft docs, quota: prompt, and max_tokens for every reply that is made."""
    windows = count(1000)

    def debit(**body: Any) -> int:
        limit = next(windows)  # another limit begins a new window
        deploy("small", "chat", limits=(100, limit))
        return limit - int(ask("openai", "small", **body).headers["x-ratelimit-remaining-tokens"])

    assert debit(max_completion_tokens=100) == 103
    assert debit(max_completion_tokens=100, n=3) == 303
    assert debit(max_completion_tokens=100, best_of=4) == 403
    assert debit(max_completion_tokens=100, n=2, best_of=4) == 403
