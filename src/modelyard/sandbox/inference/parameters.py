"""Parameters that nobody knows: `/models` asks the header `extra-parameters` what becomes of them, and OpenAI's models
refuse them.

The values error (the default), drop and pass-through, and what `/models` knows, are those of azure-ai-inference 1.0.0b9
(A). What OpenAI's models know stands in `parameters.csv`: what openai 3.54 sends (A), what Azure added to it (Microsoft
docs, REST reference), and best_of, which belongs to older completions and to the estimate of tokens (docs, quota).
Models of others are not held to a list: each has parameters of its own, which nobody has gathered.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.sandbox.inference.refusal import InferenceRefusal
from modelyard.sandbox.inference.routes import InferenceRoute

HEADER = b"extra-parameters"
KNOWN = {
    "chat": frozenset(
        {
            "frequency_penalty",
            "max_tokens",
            "messages",
            "modalities",
            "model",
            "presence_penalty",
            "response_format",
            "seed",
            "stop",
            "stream",
            "temperature",
            "tool_choice",
            "tools",
            "top_p",
        }
    ),
    "embeddings": frozenset({"dimensions", "encoding_format", "input", "input_type", "model"}),
}
KNOWN["image-embeddings"] = KNOWN["embeddings"]

MOVED = {
    "messages": "input",
    "max_tokens": "max_output_tokens",
    "max_completion_tokens": "max_output_tokens",
    "response_format": "text.format",
    "reasoning_effort": "reasoning.effort",
}
"""What a chat calls otherwise than the Responses API does."""


@cache
def openai(work: str) -> frozenset[str]:
    """What OpenAI's models know for this kind of work."""
    asked = "embeddings" if work == "image-embeddings" else work
    return frozenset(row["parameter"] for row in _rows() if asked in row["works"].split())


@cache
def _without_effect() -> frozenset[str]:
    """What is taken and of no consequence in the sandbox, though a caller would expect one."""
    return frozenset(row["parameter"] for row in _rows() if row["effect"] == "none")


@cache
def _rows() -> tuple[dict[str, str], ...]:
    with (Path(__file__).parent / "parameters.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def admitted(route: InferenceRoute, headers: Mapping[bytes, bytes], body: Mapping[str, Any]) -> Mapping[str, Any]:
    """The body as it reaches the model: as it came, without what is to be dropped, or not at all."""
    if route.endpoint != "models":
        return body
    if body.keys() <= KNOWN[route.work]:
        return body
    wish = headers.get(HEADER, b"error")
    if wish == b"pass-through":
        return body
    extra = body.keys() - KNOWN[route.work]
    if wish == b"drop":
        return {name: value for name, value in body.items() if name not in extra}
    raise InferenceRefusal("extra-parameters", names=", ".join(f"'{name}'" for name in sorted(extra)))


def check(work: str, body: Mapping[str, Any]) -> None:
    """Refuse what OpenAI's models don't know, the first in the order of the alphabet."""
    known = openai(work)
    if body.keys() <= known:
        return
    name = min(body.keys() - known)
    if work == "responses" and name in MOVED:
        raise InferenceRefusal("moved-parameter", moved=name, instead=MOVED[name])
    raise InferenceRefusal("unknown-parameter", param=name)


def ignored(body: Mapping[str, Any]) -> str:
    """What is to be said of parameters that do nothing here; empty where there is nothing to say."""
    names = sorted(name for name in _without_effect() & body.keys() if body[name] is not None)
    offered = body.get("tools")
    tools = [tool for tool in offered if isinstance(tool, dict)] if isinstance(offered, list) else []
    kinds = {str(tool.get("type") or "function") for tool in tools}
    names += [f"tools of type {one}" for one in sorted(kinds - {"function"})]
    return f"without effect in the sandbox: {', '.join(names)}" if names else ""
