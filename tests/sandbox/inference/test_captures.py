"""Replies as they were recorded or quoted, by their rows in captured-2026-11.md: whoever reads Azure's reads these."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from modelyard.sandbox.faults import Fault, Faults
from modelyard.sandbox.inference.answers import ANSWERS

Ask = Callable[..., Any]


def test_row_84_headers_of_a_chat(ask: Ask) -> None:
    headers = ask("openai", "chat").headers
    assert headers["x-ms-deployment-name"] == "chat"
    recorded = {
        "x-ms-is-spilled-over": "false",
        "x-ms-rai-invoked": "true",
        "skip-error-remapping": "true",
        "x-accel-buffering": "no",
        "x-content-type-options": "nosniff",
    }
    assert recorded.items() <= dict(headers).items()
    assert {"apim-request-id", "x-request-id", "azureml-model-session", "strict-transport-security"} <= headers.keys()
    assert "x-ms-client-request-id" not in headers, "it is given back where one was sent, and only there"


@pytest.mark.parametrize(("text", "debited"), [("x" * 23, 6), ("x" * 34, 9)])
def test_row_87_a_call_without_a_length_is_debited_its_estimate(
    ask: Ask, deploy: Callable[..., None], text: str, debited: int
) -> None:
    """6 of 23 characters was seen of a chat, 9 of 34 of an embedding; 14 of 34 of a chat nobody could explain."""
    deploy("small", "chat", limits=(100, 1000))
    deploy("vectors", "embed", limits=(100, 1000))
    for name, operation in (("small", "chat/completions"), ("vectors", "embeddings")):
        headers = ask("openai", name, operation, said=text).headers
        assert int(headers["x-ratelimit-remaining-tokens"]) == 1000 - debited


def test_row_88_the_body_of_a_chat(ask: Ask) -> None:
    reply = ask("openai", "chat")
    assert reply.text.endswith("}\n")
    body = reply.json()
    assert list(body) == sorted(body)
    (choice,) = body["choices"]
    assert list(choice) == ["content_filter_results", "finish_reason", "index", "logprobs", "message"]
    assert list(choice["message"]) == ["annotations", "content", "refusal", "role"]
    assert (choice["message"]["annotations"], choice["message"]["refusal"]) == ([], None)
    written = ("accepted_prediction_tokens", "audio_tokens", "reasoning_tokens", "rejected_prediction_tokens")
    assert body["usage"]["completion_tokens_details"] == dict.fromkeys(written, 0)
    assert body["usage"]["prompt_tokens_details"] == {"audio_tokens": 0, "cached_tokens": 0}
    assert "service_tier" not in body


def test_row_90_a_stream(stream: Callable[..., list[dict[str, Any]]]) -> None:
    first, *rest = stream("openai", "chat")[1:]
    assert first["choices"][0]["delta"] == {"content": "", "refusal": None, "role": "assistant"}
    assert first["choices"][0]["content_filter_results"] == {}
    assert all(chunk["obfuscation"].isalpha() for chunk in (first, *rest))
    assert len({len(chunk["obfuscation"]) for chunk in (first, *rest)}) > 1, "the length is what hides a word's"
    last = rest[-1]["choices"][0]
    assert (last["delta"], last["finish_reason"], last["content_filter_results"]) == ({}, "stop", {})
    assert not any("usage" in chunk for chunk in rest), "no usage unless asked"
    plain = stream("openai", "chat", stream_options={"include_obfuscation": False})
    assert not any("obfuscation" in chunk for chunk in plain)


def test_rows_91_and_92_the_body_of_a_response(ask: Ask) -> None:
    body = ask("openai-v1", "chat", "responses", input="Say hello.").json()
    recorded = {
        "background": False,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "max_tool_calls": None,
        "moderation": None,
        "presence_penalty": 0.0,
        "prompt_cache_key": None,
        "prompt_cache_retention": "in_memory",
        "safety_identifier": None,
        "service_tier": "default",
        "store": True,
        "temperature": 1.0,
        "top_logprobs": 0,
        "user": None,
        "model": "gpt-5.4",
    }
    assert {name: body.get(name, "absent") for name in recorded} == recorded
    assert body["output"][0]["phase"] == "final_answer"
    assert set(body["content_filters"][0]) == {
        "blocked",
        "content_filter_offsets",
        "content_filter_raw",
        "content_filter_results",
        "source_type",
    }


def test_row_93_headers_of_a_response(ask: Ask) -> None:
    """That a stream says True was not recorded."""
    headers = ask("openai-v1", "chat", "responses", input="Say hello.").headers
    assert headers["azureai-fe-is-streaming"] == "False"
    assert headers["skip-error-remapping"] == "true"
    assert "azureai-fe-is-streaming" not in ask("openai", "chat").headers


def test_row_95_an_unknown_deployment_on_a_dated_route(ask: Ask) -> None:
    reply = ask("openai", "nope")
    ours = {name for name in reply.headers if name.startswith("x-modelyard")}
    assert reply.headers.keys() - ours == {"apim-request-id", "x-ms-region"}
    assert reply.status_code == 404
    assert list(reply.json()["error"]) == ["type", "code", "message"]
    assert reply.json()["error"]["type"] == "invalid_request_error"
    assert reply.text == json.dumps(reply.json(), indent=2), "it was indented"


def test_row_96_an_unknown_deployment_on_v1(ask: Ask) -> None:
    error = ask("openai-v1", "nope").json()["error"]
    message = ANSWERS["no-such-deployment"].quote()
    assert error == {
        "message": message,
        "type": "invalid_request_error",
        "param": None,
        "code": "DeploymentNotFound",
    }


def test_row_98_a_retired_model_stays_410_and_tells_of_the_other_reply(ask: Ask) -> None:
    reply = ask("openai", "retired")
    assert reply.status_code == 410
    assert "400 OperationNotSupported" in reply.headers["x-modelyard-note"]


def test_row_99_a_wrong_key(ask: Ask) -> None:
    reply = ask("openai", "chat", headers={"api-key": "wrong"})
    ours = {name for name in reply.headers if name.startswith("x-modelyard")}
    assert reply.headers.keys() - ours == {"apim-request-id", "content-type", "content-length"}


def test_row_102_a_path_that_is_none(http: TestClient, key: dict[str, str]) -> None:
    reply = http.get(
        "https://contoso.openai.azure.com/openai/deployments/chat/info?api-version=2024-10-21", headers=key
    )
    assert reply.status_code == 404
    assert reply.json() == {"error": {"code": "404", "message": "Resource not found"}}


def test_row_103_embeddings_of_true(ask: Ask) -> None:
    reply = ask("openai", "embed", "embeddings", input=True)
    assert reply.status_code == 400
    message = ANSWERS["invalid-input-to-embed"].quote()
    assert reply.json()["error"] == {
        "message": message,
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }
    assert reply.headers["ms-azureml-model-error-reason"] == "model_error"
    assert reply.headers["ms-azureml-model-error-statuscode"] == "400"


def test_row_108_more_tokens_than_the_model_has(ask: Ask) -> None:
    error = ask("openai-v1", "mini", max_tokens=20000).json()["error"]
    facts = {"param": "max_tokens", "found": 20000, "maximum": 16384}
    assert error["message"] == ANSWERS["too-many-tokens"].quote(**facts)
    assert (error["code"], error["param"]) == ("invalid_value", "max_tokens")
    assert ask("openai-v1", "mini", max_tokens=16384).status_code == 200


def test_row_115_dimensions_of_ada(ask: Ask) -> None:
    error = ask("openai", "embed-ada", "embeddings", dimensions=8).json()["error"]
    assert error["message"] == ANSWERS["no-dimensions"].quote()


def test_row_122_a_limit_within_a_stream_of_responses(ask: Ask, faults: Faults) -> None:
    faults.add(Fault(deployment="chat", stream_events=2))
    reply = ask("openai-v1", "chat", "responses", input="Say hello.", stream=True)
    last = reply.text.strip().split("\n\n")[-1]
    assert (reply.status_code, last.partition("\n")[0]) == (200, "event: error")
    event = json.loads(last.partition("data: ")[2])
    assert (event["type"], event["sequence_number"]) == ("error", 2)
    assert (event["error"]["type"], event["error"]["code"]) == ("server_error", "rate_limit_exceeded")
