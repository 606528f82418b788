"""The Responses API: texts, functions and JSON, in one piece or as events; replies are kept and can be continued.

Members and events are those of captured replies, `content_filters` among them; of the tools only functions are called.
`model` is the model's name without its version (captured; nobody says so).
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from modelyard.catalog.parameters import Acceptance, rules
from modelyard.sandbox.inference import conversation, parameters, tools
from modelyard.sandbox.inference.accounts import InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.call_context import Exchange, Kept, Turn
from modelyard.sandbox.inference.chat import check_schema
from modelyard.sandbox.inference.filter_scan import Seen
from modelyard.sandbox.inference.model_output import Said, Wish, say
from modelyard.sandbox.inference.refusal import InferenceRefusal, annotated
from modelyard.sandbox.inference.reply import dumps, random_id

OPERATION = "responses"
LIMITED_AS = "Responses_Create"
REASONING_TOP_P = 0.98  # recorded: pydantic/pydantic-ai, cassettes of 2026-07-27
WORDS = re.compile(r"\S+\s*|\s+")


def serves(deployment: InferenceDeployment) -> bool:
    """Whether the model has this API: by the catalog; where that doesn't know, OpenAI's chat models do (R)."""
    stated = rules(deployment.model, deployment.version, "responses").api
    if stated is not Acceptance.UNKNOWN:
        return stated is Acceptance.ACCEPTED
    return deployment.format == "OpenAI" and not {"chat", "responses"}.isdisjoint(deployment.serving.operations)


def check(body: InferenceBody, deployment: InferenceDeployment) -> None:
    """Refuse what the backend of the model would refuse."""
    parameters.check("responses", body, deployment)
    tools.check(body, deployment)
    wanted = _format_of(body)
    if wanted.get("type") == "json_schema":
        check_schema(wanted.get("schema"), str(wanted.get("name") or ""), strict=wanted.get("strict") is True)


def _format_of(body: Mapping[str, Any]) -> Mapping[str, Any]:
    """What form the text is to have; an empty one where nothing is said of it."""
    return (body.get("text") or {}).get("format") or {}


def resolved(body: InferenceBody, kept: Kept, account: InferenceAccount) -> InferenceBody:
    """The body with the items of the conversation that it continues before its own; a refusal of calls without results
    and of results without calls.
    """
    previous = body.get("previous_response_id")
    if previous is not None:
        exchange = kept.find(account.id, str(previous))
        if exchange is None:
            raise InferenceRefusal("previous-response-not-found", param="previous_response_id", id=previous)
        body = {**body, "input": [*exchange.items, *_items(body.get("input"))]}
    items = [_found(item, kept, account) for item in _items(body["input"])]
    _check_results(items)
    return {**body, "input": items} if isinstance(body["input"], list) else body


def _found(item: Mapping[str, Any], kept: Kept, account: InferenceAccount) -> Mapping[str, Any]:
    """The item, or the kept one to which it refers; what a model thought can be sent back in whole instead."""
    refers = item.get("type") in ("item_reference", None) and "role" not in item
    if not refers and (item.get("type") != "reasoning" or item.get("encrypted_content")):
        return item
    found = kept.item(account.id, str(item.get("id")))
    if found is None:
        raise InferenceRefusal("item-not-kept", param="input", id=item.get("id"))
    return found


def _check_results(items: Sequence[Mapping[str, Any]]) -> None:
    """Refuse results that nobody asked for, and calls that are left without one."""
    called: dict[str, bool] = {}
    for item in items:
        call = str(item.get("call_id"))
        if item.get("type") == "function_call":
            called[call] = False
        elif item.get("type") == "function_call_output":
            if call not in called:
                raise InferenceRefusal("no-call-for-result", param="input", id=call)
            called[call] = True
    for call, answered in called.items():
        if not answered:
            raise InferenceRefusal("no-result-for-call", param="input", id=call)


def prompt(body: InferenceBody) -> str:
    """Instructions and all that was said and returned so far."""
    instructions = body.get("instructions")
    said = [_text(item) for item in _items(body["input"])]
    return "\n".join([instructions, *said] if isinstance(instructions, str) else said)


def debit(body: InferenceBody, prompt: str) -> int:
    """Tokens counted on arrival."""
    return conversation.tokens(len(prompt)) + (body.get("max_output_tokens") or 0)


def answer(turn: Turn) -> bytes | Iterator[bytes]:
    """The reply in one piece, or its events."""
    body = turn.body
    said = say(_wish(body), turn.deployment)
    seen = turn.filter.completion.look(said.text)
    begun = _begun(turn)
    output = _output(said, blocked=seen.blocked)
    document = {**begun, **_ended(turn, said, seen, output)}
    if body.get("store") is not False:
        turn.kept.keep(turn.account.id, Exchange(document, [*_items(body["input"]), *output]))
    return _events(begun, document) if body.get("stream") else dumps(document)


def _begun(turn: Turn) -> dict[str, Any]:
    """The reply before anything was said."""
    body = turn.body
    return {
        "id": f"resp_{random_id()}",
        "object": "response",
        "created_at": turn.created,
        "status": "in_progress",
        "background": False,
        "completed_at": None,
        "content_filters": None,
        "error": None,
        "frequency_penalty": 0.0,
        "incomplete_details": None,
        "instructions": body.get("instructions"),
        "max_output_tokens": body.get("max_output_tokens"),
        "max_tool_calls": body.get("max_tool_calls"),
        "metadata": body.get("metadata") or {},
        "model": turn.deployment.routed.name if turn.deployment.routed else turn.deployment.model,
        "moderation": None,
        "output": [],
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
        "presence_penalty": 0.0,
        "previous_response_id": body.get("previous_response_id"),
        "prompt_cache_key": body.get("prompt_cache_key"),
        "prompt_cache_retention": body.get("prompt_cache_retention") or "in_memory",
        "reasoning": _reasoning(turn),
        "safety_identifier": body.get("safety_identifier"),
        "service_tier": "default",
        "store": body.get("store") is not False,
        "temperature": body.get("temperature") or 1.0,
        "text": body.get("text") or {"format": {"type": "text"}},
        "tool_choice": body.get("tool_choice") or "auto",
        "tools": body.get("tools") or [],
        "top_logprobs": body.get("top_logprobs") or 0,
        "top_p": body.get("top_p") or (REASONING_TOP_P if _reasons(turn.deployment) else 1.0),
        "truncation": "disabled",
        "usage": None,
        "user": body.get("user"),
    }


def _reasons(deployment: InferenceDeployment) -> bool:
    return bool(rules(deployment.model, deployment.version, "responses").effort)


def _reasoning(turn: Turn) -> dict[str, Any]:
    """As it was asked for, with the model's own effort (captured for GPT-5.4 to 5.6; of others inferred, R)."""
    stated = turn.body.get("reasoning") or {}
    effort = rules(turn.deployment.model, turn.deployment.version, "responses").effort
    mode = {"mode": stated.get("mode") or "standard"} if _reasons(turn.deployment) else {}
    return {
        "context": stated.get("context"),
        "effort": stated.get("effort") or effort or None,
        **mode,
        "summary": stated.get("summary"),
    }


def _ended(turn: Turn, said: Said, seen: Seen, output: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What changes once all was said."""
    reason = "content_filter" if seen.blocked else "max_output_tokens" if said.finish == "length" else None
    spent, written = conversation.tokens(len(turn.prompt)), conversation.tokens(len(said.text))
    return {
        "status": "incomplete" if reason else "completed",
        "completed_at": None if reason else turn.created,
        "content_filters": [
            annotated(turn.seen, "prompt", 0, len(turn.prompt)),
            annotated(seen, "completion", 0, len(said.text)),
        ],
        "incomplete_details": {"reason": reason} if reason else None,
        "output": output,
        "usage": {
            "input_tokens": spent,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": written,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": spent + written,
        },
    }


def _output(said: Said, *, blocked: bool) -> list[dict[str, Any]]:
    """The items that were said; none where the filter blocks them (R)."""
    if blocked:
        return []
    if said.calls:
        return [
            {
                "id": f"fc_{random_id()}",
                "type": "function_call",
                "status": "completed",
                "call_id": call.id,
                "name": call.name,
                "arguments": call.arguments,
            }
            for call in said.calls
        ]
    part = {"type": "output_text", "annotations": [], "logprobs": [], "text": said.content}
    status = "incomplete" if said.finish == "length" else "completed"
    message = {"id": f"msg_{random_id()}", "type": "message", "status": status, "role": "assistant"}
    return [{**message, "phase": "final_answer", "content": [part]}]


def _wish(body: Mapping[str, Any]) -> Wish:
    items = _items(body["input"])
    last: Mapping[str, Any] = items[-1] if items else {}
    wanted = _format_of(body)
    return Wish(
        _text(last),
        answered=last.get("type") == "function_call_output",
        toolbox=tools.toolbox(body),
        format=str(wanted.get("type") or "text"),
        schema=wanted.get("schema"),
        most=body.get("max_output_tokens"),
    )


def _items(found: object) -> Sequence[Mapping[str, Any]]:
    """The items of an input, which may be a text."""
    if isinstance(found, str):
        return [{"role": "user", "content": found}]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _text(item: Mapping[str, Any]) -> str:
    output = item.get("output")
    if output is not None:
        return output if isinstance(output, str) else json.dumps(output)
    return conversation.text(item.get("content"))


def _events(begun: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[bytes]:
    """From `begun` to `document`, in the order in which they were captured.

    The official client tells events by the line `event:`, so there is one (C).
    """
    numbers = count()

    def event(name: str, **members: Any) -> bytes:
        body = {"type": f"response.{name}", "sequence_number": next(numbers), **members}
        return f"event: {body['type']}\n".encode() + b"data: " + dumps(body) + b"\n\n"

    yield event("created", response=begun)
    yield event("in_progress", response=begun)
    for index, item in enumerate(document["output"]):
        for name, members in _told(item):
            yield event(name, output_index=index, **members)
    yield event(document["status"], response=document)


def _told(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The events of one item of the output."""
    if item["type"] == "function_call":
        yield "output_item.added", {"item": {**item, "status": "in_progress", "arguments": ""}}
        arguments = item["arguments"]
        yield "function_call_arguments.delta", {"item_id": item["id"], "delta": arguments}
        done = {"item_id": item["id"], "name": item["name"], "arguments": arguments}
        yield "function_call_arguments.done", done
    else:
        yield "output_item.added", {"item": {**item, "status": "in_progress", "content": []}}
        (part,) = item["content"]
        where = {"item_id": item["id"], "content_index": 0}
        yield "content_part.added", {**where, "part": {**part, "text": ""}}
        for word in WORDS.findall(part["text"]):
            yield "output_text.delta", {**where, "delta": word, "logprobs": []}
        yield "output_text.done", {**where, "text": part["text"], "logprobs": []}
        yield "content_part.done", {**where, "part": part}
    yield "output_item.done", {"item": item}
