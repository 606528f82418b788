"""What a chat's parameters may be, as a table, and which of them some models refuse.

OpenAI's models tell the first mistake in words of their own, the others tell all of them in a list; both are read off
the same `Mistake`s.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from modelyard.sandbox.inference.refusal import InferenceRefusal

ROLES = ("system", "assistant", "user", "function", "tool", "developer")
SPEAKERS = ("system", "user", "developer")
"""Who says something or isn't there: what others return may be nothing, and an assistant may only call (R)."""

# Least, most, whole numbers only. Ranges: azure-ai-inference 1.0.0b9 and openai 3.54, in their docstrings.
NUMBERS: Mapping[str, tuple[int, int | None, bool]] = {
    "max_tokens": (1, None, True),
    "max_completion_tokens": (1, None, True),
    "n": (1, 128, True),
    "seed": (-(2**63), None, True),
    "top_logprobs": (0, 20, True),
    "temperature": (0, 2, False),
    "top_p": (0, 1, False),
    "presence_penalty": (-2, 2, False),
    "frequency_penalty": (-2, 2, False),
}
MOST_STOPS = 4
MOST = {"messages": 2048, "tools": 128, "functions": 128}  # Microsoft docs, quotas and limits (A)
FORMATS = ("text", "json_object", "json_schema")

# Which models refuse a parameter that older ones take. max_tokens: captured for o1, o1-mini, o3-mini, o4-mini and
# gpt-5 (B); the rest of the families alike (R). The others: Microsoft docs, reasoning models (A), for these models;
# that later ones of gpt-5 take them when they don't reason is inferred (R).
WITHOUT_MAX_TOKENS = re.compile(r"o\d|gpt-5(?!-chat)|gpt-chat")
REASONING = re.compile(r"o\d|gpt-5(-mini|-nano)?$|gpt-5\.\d-chat$")
SAMPLING = ("top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias")


@dataclass(frozen=True, slots=True)
class ParameterMistake:
    """One thing wrong with a body: where, which row of OpenAI's answers tells it, and how the others tell it."""

    path: tuple[str | int, ...]
    answer: str
    plain: str
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def param(self) -> str:
        """As OpenAI writes a path: messages[0].role."""
        written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return written.removeprefix(".")

    def refusal(self) -> InferenceRefusal:
        """As OpenAI's models tell it."""
        refusal = InferenceRefusal(self.answer, param=self.param)
        refusal.facts |= self.facts
        return refusal


@cache
def refused(model: str) -> frozenset[str]:
    """The parameters that this model of OpenAI's refuses whatever their value."""
    names = SAMPLING if REASONING.match(model) else ()
    return frozenset((*names, "max_tokens") if WITHOUT_MAX_TOKENS.match(model) else names)


def fixed_temperature(model: str) -> bool:
    """Whether the model takes no temperature but 1."""
    return REASONING.match(model) is not None


def mistakes(body: Mapping[str, Any]) -> Iterator[ParameterMistake]:
    """All that is wrong with the body of a chat, whatever its model."""
    yield from _messages(body.get("messages"))
    for name, found in body.items():
        if found is None:
            continue
        if name in NUMBERS:
            yield from number(name, found, *NUMBERS[name])
        yield from shape(name, found)
        if name in MOST and isinstance(found, list) and len(found) > MOST[name]:
            facts = {"maximum": MOST[name], "found": len(found)}
            yield ParameterMistake((name,), "too-many", f"up to {MOST[name]} are allowed", facts)


def shape(name: str, found: object) -> Iterator[ParameterMistake]:
    """What is wrong with the kind of a parameter that is no number."""
    if name in SHAPES and not SHAPES[name][0](found):
        yield _wrong((name,), SHAPES[name][1], found)


def _messages(messages: object) -> Iterator[ParameterMistake]:
    plain = "a non-empty array is required"
    if messages is None:
        yield ParameterMistake(("messages",), "missing-parameter", plain)
    elif not isinstance(messages, list) or not messages:
        yield _wrong(("messages",), "a non-empty array", messages)
    else:
        for number, message in enumerate(messages):
            yield from _message(("messages", number), message)


def _message(path: tuple[str | int, ...], message: object) -> Iterator[ParameterMistake]:
    if not isinstance(message, dict):
        yield _wrong(path, "an object", message)
        return
    role = message.get("role")
    plain = f"one of {', '.join(ROLES)} is required"
    if role is None:
        yield ParameterMistake((*path, "role"), "missing-parameter", plain)
    elif role not in ROLES:
        expected = ", ".join(f"'{one}'" for one in ROLES)
        yield ParameterMistake((*path, "role"), "invalid-value", plain, {"found": role, "expected": expected})
    content = message.get("content")
    if content is None and role in SPEAKERS:
        yield ParameterMistake((*path, "content"), "missing-parameter", "a string or an array of parts is required")
    elif not (content is None or isinstance(content, str) or _are_parts(content)):
        yield _wrong((*path, "content"), "a string or an array of objects", content)


def _are_parts(content: object) -> bool:
    return isinstance(content, list) and all(isinstance(part, dict) for part in content)


def number(name: str, found: object, least: int, most: int | None, whole: bool) -> Iterator[ParameterMistake]:
    """What is wrong with a number."""
    expected = "an integer" if whole else "a decimal"
    if isinstance(found, bool) or not isinstance(found, int if whole else (int, float)):
        yield _wrong((name,), expected, found)
    elif not whole and most is not None and not least <= found <= most:
        facts = {"minimum": least, "maximum": most, "found": found}
        yield ParameterMistake((name,), "parameter-out-of-range", f"a number from {least} to {most} is required", facts)
    elif whole and found < least:
        facts = {"minimum": least, "found": found}
        yield ParameterMistake((name,), "parameter-too-small", f"an integer from {least} is required", facts)
    elif whole and most is not None and found > most:
        facts = {"maximum": most, "found": found}
        yield ParameterMistake((name,), "parameter-too-large", f"an integer up to {most} is required", facts)


def _is_stop(found: object) -> bool:
    stops = found if isinstance(found, list) else [found]
    return len(stops) <= MOST_STOPS and all(isinstance(one, str) for one in stops)


def _is_format(found: object) -> bool:
    return isinstance(found, dict) and found.get("type") in FORMATS


def _is_tools(found: object) -> bool:
    return isinstance(found, list) and all(
        isinstance(one, dict) and isinstance(one.get("function"), dict) and isinstance(one["function"].get("name"), str)
        for one in found
    )


def _is_choice(found: object) -> bool:
    if isinstance(found, dict):
        function = found.get("function")
        return isinstance(function, dict) and isinstance(function.get("name"), str)
    return found in ("none", "auto", "required")


def _is(kind: type) -> Callable[[object], bool]:
    return lambda found: isinstance(found, kind)


SHAPES: Mapping[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("logprobs", "parallel_tool_calls", "store", "stream"), (_is(bool), "a boolean")),
    **dict.fromkeys(("logit_bias", "metadata", "stream_options"), (_is(dict), "an object")),
    **dict.fromkeys(("reasoning_effort", "user", "verbosity"), (_is(str), "a string")),
    "stop": (_is_stop, f"a string, or an array of up to {MOST_STOPS} of them"),
    "response_format": (_is_format, f"an object whose type is one of {', '.join(FORMATS)}"),
    "tools": (_is_tools, "an array of functions, each with a name"),
    "tool_choice": (_is_choice, "none, auto, required, or a function's name in an object"),
}


def _wrong(path: tuple[str | int, ...], expected: str, found: object) -> ParameterMistake:
    return ParameterMistake(
        path, "invalid-type", f"{expected} is required", {"expected": expected, "found": kind(found)}
    )


def kind(value: object) -> str:
    """What a value of JSON is, for people."""
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return kinds.get(type(value), "null" if value is None else "a decimal")
