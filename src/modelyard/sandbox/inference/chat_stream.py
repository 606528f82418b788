"""A chat completion as a stream, choice by choice: the role, the words, the end.

With a filter in its default mode, what goes out has been looked at: a stream that is blocked ends before the part of it
in which something was found. With an asynchronous filter words go out at once, and messages about them come later
(Microsoft docs, content streaming, A); such a stream stops with the message that blocks it.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.call_context import Turn
from modelyard.sandbox.inference.filter_scan import Seen
from modelyard.sandbox.inference.model_output import Said
from modelyard.sandbox.inference.reply import dumps, random_id

BLOCK = (
    40  # characters that the default mode holds back until it has looked at them; Azure doesn't say how many it does
)
WORDS = re.compile(r"\S+\s*|\s+")
EMPTY = {"choices": [], "created": 0, "id": "", "model": "", "object": ""}
AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")
DONE = b"data: [DONE]\n\n"


def events(
    turn: Turn, said: Said, seen: Seen, common: InferenceBody, number: int, spent: Mapping[str, int] | None
) -> Iterator[bytes]:
    """The events of a reply with so many choices; `common` are the members of every chunk, `spent` is its usage."""
    if turn.prologue:
        found = [{"prompt_index": 0, "content_filter_results": turn.seen.annotations}]
        yield _event({**EMPTY, "prompt_filter_results": found})
    hidden = turn.deployment.format == "OpenAI" and _hides(turn.body)
    for choice in (_deferred if turn.filter.deferred else _held_back)(turn, said, seen):
        members = common if "delta" in choice else EMPTY
        for index in range(number):
            chunk = {**members, "choices": [{"index": index, **choice}]}
            yield _event({**chunk, "obfuscation": _letters()} if hidden else chunk)
    if spent is not None:
        yield _event({**common, "choices": [], "usage": spent})
    yield DONE


def _held_back(turn: Turn, said: Said, seen: Seen) -> Iterator[dict[str, Any]]:
    """The default mode: nothing goes out that wasn't looked at."""
    nothing: Mapping[str, Any] = {}
    yield _chunk({"content": None if said.calls else "", "refusal": None, "role": "assistant"}, nothing)
    content, annotations = said.content, seen.annotations
    if seen.blocked:
        content = turn.filter.completion.passes(said.content, BLOCK)
        annotations = turn.filter.completion.look(content).annotations
    elif said.calls:
        for delta in _called(said):
            yield _chunk(delta, nothing)
    for word in WORDS.findall(content):
        yield _chunk({"content": word}, annotations)
    if seen.blocked:
        yield _chunk({}, seen.annotations, "content_filter")
    else:
        yield _chunk({}, nothing, said.finish)


def _deferred(turn: Turn, said: Said, seen: Seen) -> Iterator[dict[str, Any]]:
    """The asynchronous mode: words without annotations, then what they turned out to be.

    Offsets count from the beginning of the prompt. Azure is sure to tell within a thousand characters; replies here are
    shorter, so all of it comes at the end.
    """
    yield {"finish_reason": None, "delta": {"role": "assistant", "content": None if said.calls else ""}}
    for delta in (*_called(said), *({"content": word} for word in WORDS.findall(said.content))):
        yield {"finish_reason": None, "delta": delta}
    start, end = len(turn.prompt), len(turn.prompt) + len(said.text)
    if not seen.blocked:
        yield {"finish_reason": said.finish, "delta": {}}
    yield {
        "finish_reason": "content_filter" if seen.blocked else None,
        "content_filter_results": seen.annotations,
        "content_filter_offsets": {"check_offset": end, "start_offset": start, "end_offset": end},
    }


def _hides(body: Mapping[str, Any]) -> bool:
    """Whether chunks are made to differ in length, as they are unless that is declined (openai 3.54, StreamOptions)."""
    options = body.get("stream_options")
    return not isinstance(options, dict) or options.get("include_obfuscation") is not False


def _letters() -> str:
    """Random letters, of varying length (B)."""
    digits = random_id()
    return digits[: 1 + int(digits[-1], 16)].translate(AS_LETTERS)


def _chunk(delta: Mapping[str, Any], annotations: Mapping[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {"delta": delta, "finish_reason": reason, "content_filter_results": annotations}


def _called(said: Said) -> Iterator[dict[str, Any]]:
    """Calls of functions: name first, then the arguments."""
    for index, call in enumerate(said.calls):
        function = {"name": call.name, "arguments": ""}
        yield {"tool_calls": [{"index": index, "id": call.id, "type": "function", "function": function}]}
        yield {"tool_calls": [{"index": index, "function": {"arguments": call.arguments}}]}


def _event(document: Mapping[str, Any]) -> bytes:
    return b"data: " + dumps(document) + b"\n\n"
