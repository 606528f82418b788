"""Chat completions: what is refused, what the debit is, and the reply, which says who answered.

The reply's shape is Azure's (captured): `model` as `<name>-<version>`, annotations of the content filter on prompt and
choices. Its words are the sandbox's own and always the same for the same call.
"""

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from json.encoder import encode_basestring_ascii as quoted
from typing import Any

from modelyard.sandbox.inference import usage
from modelyard.sandbox.inference.accounts import Deployment
from modelyard.sandbox.inference.refusal import Refusal
from modelyard.sandbox.inference.reply import dumps, dumps_text, random_id

OPERATION = "chatCompletion"
LIMITED_AS = "ChatCompletions_Create"
ROLES = ("system", "assistant", "user", "function", "tool", "developer")
TEMPERATURES = (0, 2)

# Which models refuse a parameter that older ones take: named in captures are o1, o1-mini, o3-mini, o4-mini, gpt-5 and
# gpt-5.2-chat (B); that the rest of the families behave alike is inferred (R).
WITHOUT_MAX_TOKENS = re.compile(r"o\d|gpt-5(?!-chat)")
WITHOUT_TEMPERATURE = re.compile(r"o\d|gpt-5(-mini|-nano)?$|gpt-5\.\d-chat$")

SAFE = {"filtered": False, "severity": "safe"}
CATEGORIES = {"hate": SAFE, "self_harm": SAFE, "sexual": SAFE, "violence": SAFE}
PROMPT_FILTER = [
    {
        "prompt_index": 0,
        "content_filter_results": {**CATEGORIES, "jailbreak": {"filtered": False, "detected": False}},
    }
]
CATEGORIES_JSON, PROMPT_FILTER_JSON = dumps_text(CATEGORIES), dumps_text(PROMPT_FILTER)
QUOTED = 120  # characters of the last message that the reply repeats


@cache
def refused(model: str) -> frozenset[str]:
    """The parameters that this model of OpenAI's refuses."""
    rows = (("max_tokens", WITHOUT_MAX_TOKENS), ("temperature", WITHOUT_TEMPERATURE))
    return frozenset(name for name, pattern in rows if pattern.match(model))


def check(body: Mapping[str, Any], deployment: Deployment) -> None:
    """Refuse what the backend of the model would refuse; OpenAI's and the others' word it differently."""
    if deployment.format != "OpenAI":
        _check_other(body)
        return
    messages = body.get("messages")
    if messages is None:
        raise Refusal("missing-parameter", param="messages")
    if not isinstance(messages, list) or not messages:
        raise Refusal("invalid-type", param="messages", expected="a non-empty array", found=_kind(messages))
    for number, message in enumerate(messages):
        if not isinstance(message, dict):
            raise Refusal("invalid-type", param=f"messages[{number}]", expected="an object", found=_kind(message))
        role = message.get("role")
        if role is None:
            raise Refusal("missing-parameter", param=f"messages[{number}].role")
        if role not in ROLES:
            supported = ", ".join(f"'{one}'" for one in ROLES)
            raise Refusal("invalid-role", param=f"messages[{number}].role", found=role, supported=supported)
    _check_numbers(body, deployment.model)


def _check_numbers(body: Mapping[str, Any], model: str) -> None:
    for param in ("max_tokens", "max_completion_tokens"):
        found = body.get(param)
        if found is None:
            continue
        if param in refused(model):
            raise Refusal("unsupported-parameter", param=param, instead="max_completion_tokens")
        if not isinstance(found, int) or isinstance(found, bool):
            raise Refusal("invalid-type", param=param, expected="an integer", found=_kind(found))
        if found < 1:
            raise Refusal("parameter-too-small", param=param, minimum=1, found=found)
    found = body.get("temperature")
    if found is None:
        return
    if not isinstance(found, (int, float)) or isinstance(found, bool):
        raise Refusal("invalid-type", param="temperature", expected="a decimal", found=_kind(found))
    if not TEMPERATURES[0] <= found <= TEMPERATURES[1]:
        minimum, maximum = TEMPERATURES
        raise Refusal("parameter-out-of-range", param="temperature", minimum=minimum, maximum=maximum, found=found)
    if found != 1 and "temperature" in refused(model):
        raise Refusal("unsupported-value", param="temperature", found=found)


def _check_other(body: Mapping[str, Any]) -> None:
    details: list[dict[str, Any]] = []
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        details.append({"loc": ["body", "messages"], "message": "a non-empty array is required"})
        messages = []
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or message.get("role") not in ROLES:
            details.append({"loc": ["body", "messages", number, "role"], "message": f"one of {', '.join(ROLES)}"})
    found = body.get("max_tokens")
    if found is not None and (not isinstance(found, int) or found < 1):
        details.append({"loc": ["body", "max_tokens"], "message": "an integer from 1 is required"})
    found = body.get("temperature")
    if found is not None and (not isinstance(found, (int, float)) or not TEMPERATURES[0] <= found <= TEMPERATURES[1]):
        details.append({"loc": ["body", "temperature"], "message": "a number from 0 to 2 is required"})
    if details:
        raise Refusal("invalid-input", details=details)


def debit(body: Mapping[str, Any]) -> int:
    """Tokens counted on arrival: an estimate of the prompt and the most that was asked for (Microsoft docs, quota)."""
    return _prompt_tokens(body) + (_most(body) or usage.DEFAULT_COMPLETION) * _choices(body)


def reply(body: Mapping[str, Any], deployment: Deployment, created: int) -> bytes:
    """The reply in one piece, put together from parts that never change: the sandbox's most frequent answer."""
    content, finish = _content(body, deployment)
    number = _choices(body)
    said = quoted(content)
    choices = ",".join(
        f'{{"index":{index},"finish_reason":"{finish}","logprobs":null,"message":{{"role":"assistant",'
        f'"content":{said},"refusal":null}},"content_filter_results":{CATEGORIES_JSON}}}'
        for index in range(number)
    )
    spent = dumps_text(_usage(_prompt_tokens(body), usage.tokens(len(content)) * number))
    return (
        f'{{"id":"{_id()}","object":"chat.completion","created":{created},'
        f'"model":{quoted(deployment.reported_model)},"choices":[{choices}],'
        f'"prompt_filter_results":{PROMPT_FILTER_JSON},"usage":{spent}}}'
    ).encode()


def events(body: Mapping[str, Any], deployment: Deployment, created: int, *, prologue: bool) -> Iterator[bytes]:
    """The reply as server-sent events: the prologue of Azure OpenAI, the role, the words, the end, the usage if asked.

    The first choice is streamed; `n` above one is not.
    """
    content, finish = _content(body, deployment)
    common = {
        "id": _id(),
        "object": "chat.completion.chunk",
        "created": created,
        "model": deployment.reported_model,
    }
    if prologue:
        empty = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
        yield _event({**empty, "prompt_filter_results": PROMPT_FILTER})

    def chunk(delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        filtered = CATEGORIES if "content" in delta and "role" not in delta else {}
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "content_filter_results": filtered}
        return _event({**common, "choices": [choice]})

    yield chunk({"role": "assistant", "content": ""})
    for word in re.findall(r"\S+\s*", content):
        yield chunk({"content": word})
    yield chunk({}, finish)
    if _within(body, "stream_options", "include_usage"):
        spent = _usage(_prompt_tokens(body), usage.tokens(len(content)))
        yield _event({**common, "choices": [], "usage": spent})
    yield b"data: [DONE]\n\n"


def _event(document: Mapping[str, Any]) -> bytes:
    return b"data: " + dumps(document) + b"\n\n"


def _id() -> str:
    return f"chatcmpl-{random_id()}"


def _usage(prompt: int, completion: int) -> dict[str, int]:
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def _content(body: Mapping[str, Any], deployment: Deployment) -> tuple[str, str]:
    asked = _text(body["messages"][-1])
    if _within(body, "response_format", "type") in ("json_object", "json_schema"):
        said = {"deployment": deployment.name, "model": deployment.model, "version": deployment.version}
        content = json.dumps(said)
    else:
        content = (
            f"The deployment {deployment.name} answered with {deployment.model} {deployment.version} "
            f"({deployment.format}) in the Modelyard sandbox. You wrote: {asked[:QUOTED]}"
        )
    most = _most(body)
    if most is not None and usage.tokens(len(content)) > most:
        return usage.cut(content, most), "length"
    return content, "stop"


def _most(body: Mapping[str, Any]) -> int | None:
    most = body.get("max_completion_tokens")
    return body.get("max_tokens") if most is None else most


def _within(body: Mapping[str, Any], name: str, member: str) -> object:
    """A member of an object in the body; None where the one or the other is absent or something else."""
    found = body.get(name)
    return found.get(member) if isinstance(found, dict) else None


def _choices(body: Mapping[str, Any]) -> int:
    asked = body.get("n")
    return asked if isinstance(asked, int) and 1 <= asked <= 128 else 1


def _prompt_tokens(body: Mapping[str, Any]) -> int:
    characters = 0
    for message in body["messages"]:
        content = message.get("content")
        characters += len(content) if isinstance(content, str) else len(_text(message))
    return usage.tokens(characters)


def _text(message: Mapping[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else ()
    return " ".join(str(part.get("text", "")) for part in parts if isinstance(part, dict))


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return kinds.get(type(value), "null" if value is None else "a decimal")
