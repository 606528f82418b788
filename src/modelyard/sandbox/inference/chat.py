"""Chat completions: what is refused, what the debit is, and the reply, which says who answered.

The reply's shape is Azure's (sixty recorded calls, traceloop/openllmetry, 2026-03-31): members in the order of the
alphabet, `model` as `<name>-<version>`, annotations of the content filter on prompt and choices, the end of a line. A
choice that the filter blocks has no content (Microsoft docs, use-blocklists).
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from modelyard.sandbox.inference import chat_stream, conversation, parameters, tools
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.call_context import Turn
from modelyard.sandbox.inference.filter_scan import Seen
from modelyard.sandbox.inference.model_output import Said, Wish, say
from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.reply import dumps_text, random_id
from modelyard.sandbox.inference.samples import Unsatisfiable, loose, sample
from modelyard.sandbox.inference.shapes import ParameterMistake

OPERATION = "chatCompletion"
LIMITED_AS = "ChatCompletions_Create"
WRITTEN_AS = dict.fromkeys(
    ("accepted_prediction_tokens", "audio_tokens", "reasoning_tokens", "rejected_prediction_tokens"), 0
)
SPOKEN = ("tool_calls", "function_call", "audio", "refusal")
"""What an assistant's message may hold instead of content."""

SPENT_AS = dict.fromkeys(("audio_tokens", "cached_tokens"), 0)
LOGPROB = -0.25
"""How sure the sandbox's model is of every token. Its own."""


def check(body: InferenceBody, deployment: InferenceDeployment) -> None:
    """Refuse what the backend of the model would refuse."""
    openai = deployment.format == "OpenAI"
    parameters.check("chat", body, deployment, _nulls(body))
    if openai:
        if body.get("stream_options") and not body.get("stream"):
            raise InferenceRefusal("stream-options-alone", param="stream_options")
        tools.check_results(body["messages"])
    tools.check(body, deployment)
    if body.get("parallel_tool_calls") is not None and not body.get("tools") and openai:
        raise InferenceRefusal("choice-without-tools", param="parallel_tool_calls")
    if body.get("response_format"):
        _check_format(body, openai=openai)


def _nulls(body: Mapping[str, Any]) -> Iterator[ParameterMistake]:
    """Messages that say nothing. An assistant may say nothing who calls, and a function return nothing (R)."""
    messages = body.get("messages")
    for place, message in enumerate(messages if isinstance(messages, list) else ()):
        if not isinstance(message, dict) or message.get("content") is not None or message.get("role") == "function":
            continue
        spoken = message.get("role") == "assistant"
        if any(message.get(name) for name in SPOKEN) if spoken else "content" not in message:
            continue
        facts = {"param": f"messages.[{place}].content"}
        yield ParameterMistake(("messages", place, "content"), "null-content", "a string is required", facts)


def _check_format(body: Mapping[str, Any], *, openai: bool) -> None:
    wanted = body["response_format"]
    if wanted.get("type") == "json_object" and openai and "json" not in prompt(body).lower():
        raise InferenceRefusal("json-not-mentioned", param="messages")
    if wanted.get("type") == "json_schema":
        stated = _within(body, "response_format", "json_schema") or {}
        check_schema(stated.get("schema"), str(stated.get("name") or ""), strict=stated.get("strict") is True)


def check_schema(schema: object, name: str, *, strict: bool) -> None:
    """Refuse a schema that no object satisfies, and a `strict` one that leaves something open."""
    try:
        found = sample(schema)
    except Unsatisfiable as error:
        raise InferenceRefusal("no-such-schema", param="response_format", schema=name, reason=error) from error
    reason = "" if isinstance(found, dict) else "it must be of type object"
    reason = reason or (loose(schema) if strict else "")
    if reason:
        raise InferenceRefusal("no-such-schema", param="response_format", schema=name, reason=reason)


def prompt(body: InferenceBody) -> str:
    """All that is said in the conversation so far."""
    return conversation.prompt(body["messages"])


def debit(body: InferenceBody, prompt: str) -> int:
    """Tokens counted on arrival: an estimate of the prompt, and the most that was asked for, for every reply that is
    made, also those of which only the best is given (Microsoft docs, quota).
    """
    made = max(_choices(body), _whole(body.get("best_of")) or 1)
    return conversation.tokens(len(prompt)) + (_most(body) or 0) * made


def answer(turn: Turn) -> bytes | Iterator[bytes]:
    """The reply in one piece, or as a stream."""
    body, deployment = turn.body, turn.deployment
    said = say(_wish(body), deployment)
    seen = turn.filter.completion.look(said.text)
    number = _choices(body)
    if body.get("stream"):
        common = {
            "id": f"chatcmpl-{random_id()}",
            "object": "chat.completion.chunk",
            "created": turn.created,
            "model": deployment.reported_model,
            "system_fingerprint": fingerprint(deployment),
        }
        asked = _within(body, "stream_options", "include_usage")
        spent = _usage(turn.prompt, said, number) if asked else None
        common |= {"usage": None} if asked else {}
        return chat_stream.events(turn, said, seen, common, number, spent)
    return _reply(turn, said, seen, number)


def _reply(turn: Turn, said: Said, seen: Seen, number: int) -> bytes:
    """Put together from parts that never change: the sandbox's most frequent answer."""
    begin, end = _choice(turn.body, said, seen)
    choices = ",".join([f"{begin}{index}{end}" for index in range(number)])
    mark = fingerprint(turn.deployment)
    return (
        f'{{"choices":[{choices}],"created":{turn.created},"id":"chatcmpl-{random_id()}",'
        f'"model":{quoted(turn.deployment.reported_model)},"object":"chat.completion",'
        f'"prompt_filter_results":[{{"prompt_index":0,"content_filter_results":{turn.seen.json}}}],'
        f'"system_fingerprint":{quoted(mark) if mark else "null"},'
        f'"usage":{dumps_text(_usage(turn.prompt, said, number))}}}\n'
    ).encode()


def _choice(body: Mapping[str, Any], said: Said, seen: Seen) -> tuple[str, str]:
    """One choice as JSON, up to its number and from there on."""
    finish, logprobs = said.finish, "null"
    if seen.blocked:
        finish, message = "content_filter", '{"role":"assistant"}'
    elif said.calls:
        calls = [_called(call.id, call.name, call.arguments) for call in said.calls]
        message = (
            f'{{"annotations":[],"content":null,"refusal":null,"role":"assistant","tool_calls":{dumps_text(calls)}}}'
        )
    else:
        message = f'{{"annotations":[],"content":{quoted(said.content)},"refusal":null,"role":"assistant"}}'
        if body.get("logprobs"):
            logprobs = dumps_text(_logprobs(said.content, body.get("top_logprobs") or 0))
    begin = f'{{"content_filter_results":{seen.json},"finish_reason":"{finish}","index":'
    return begin, f',"logprobs":{logprobs},"message":{message}}}'


def _called(number: str, name: str, arguments: str) -> dict[str, Any]:
    return {"id": number, "type": "function", "function": {"name": name, "arguments": arguments}}


def _logprobs(content: str, top: int) -> dict[str, Any]:
    """Every word is a token, and the only one that came into question."""
    found = []
    for word in re.findall(r"\S+\s*", content):
        token = {"token": word, "logprob": LOGPROB, "bytes": list(word.encode())}
        found.append({**token, "top_logprobs": [token] if top else []})
    return {"content": found, "refusal": None}


@cache
def _mark(model: str) -> str:
    return f"fp_{sha256(model.encode()).hexdigest()[:10]}"


def fingerprint(deployment: InferenceDeployment) -> str | None:
    """`system_fingerprint`: the same as long as the model is; only OpenAI's have one (R)."""
    return _mark(deployment.reported_model) if deployment.format == "OpenAI" else None


def _usage(prompt: str, said: Said, number: int) -> dict[str, Any]:
    spent, written = conversation.tokens(len(prompt)), conversation.tokens(len(said.text)) * number
    return {
        "completion_tokens": written,
        "completion_tokens_details": WRITTEN_AS,
        "prompt_tokens": spent,
        "prompt_tokens_details": SPENT_AS,
        "total_tokens": spent + written,
    }


def _wish(body: Mapping[str, Any]) -> Wish:
    last = body["messages"][-1]
    stop = body.get("stop") or ()
    wanted = body.get("response_format")
    return Wish(
        conversation.text(last.get("content")),
        answered=last.get("role") in ("tool", "function"),
        toolbox=tools.toolbox(body) if body.get("tools") else tools.Toolbox(),
        format=wanted.get("type") if wanted else "text",
        schema=_schema(body) if wanted else None,
        most=_most(body),
        stop=[stop] if isinstance(stop, str) else stop,
    )


def _schema(body: Mapping[str, Any]) -> object:
    return _within(body["response_format"], "json_schema", "schema")


def _most(body: Mapping[str, Any]) -> int | None:
    most = body.get("max_completion_tokens")
    return body.get("max_tokens") if most is None else most


def _within(body: Mapping[str, Any], name: str, member: str) -> Any:
    """A member of an object in the body; None where the one or the other is absent or something else."""
    found = body.get(name)
    return found.get(member) if isinstance(found, dict) else None


def _choices(body: Mapping[str, Any]) -> int:
    return body.get("n") or 1


def _whole(found: object) -> int | None:
    return found if isinstance(found, int) else None
