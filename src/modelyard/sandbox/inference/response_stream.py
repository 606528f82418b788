"""A reply of the Responses API as events, in the order in which they were captured."""

import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from modelyard.sandbox.inference.reply import dumps

WORDS = re.compile(r"\S+\s*|\s+")


def events(begun: Mapping[str, Any], document: Mapping[str, Any]) -> Iterator[bytes]:
    """From `begun` to `document`. The official client tells events by the line `event:`, so there is one (C)."""
    numbers = count()

    def event(name: str, **members: Any) -> bytes:
        body = {"type": f"response.{name}", "sequence_number": next(numbers), **members}
        return f"event: {body['type']}\n".encode() + b"data: " + dumps(body) + b"\n\n"

    yield event("created", response=begun)
    yield event("in_progress", response=begun)
    for index, item in enumerate(document["output"]):
        for name, members in _item(item):
            yield event(name, output_index=index, **members)
    yield event(document["status"], response=document)


def _item(item: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
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
