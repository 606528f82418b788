"""Parameters that `/models` doesn't know, and the header `extra-parameters` that says what becomes of them.

The values error (the default), drop and pass-through, and the known parameters, are those of azure-ai-inference
1.0.0b9 (A). OpenAI's endpoints are not checked here: their list of parameters grows, and refusing a new one would be
wrong.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.sandbox.inference.refusal import Refusal
from modelyard.sandbox.inference.routes import Route

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


def admitted(route: Route, headers: Mapping[bytes, bytes], body: Mapping[str, Any]) -> Mapping[str, Any]:
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
    raise Refusal("extra-parameters", names=", ".join(f"'{name}'" for name in sorted(extra)))
