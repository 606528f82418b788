"""Parameters that `/models` doesn't know, and the header `extra-parameters` that says what becomes of them.

The values error (the default), drop and pass-through, and the known parameters, are those of azure-ai-inference
1.0.0b9 (A); status and words of the refusal are of grade R. OpenAI's endpoints are not checked here: their list of
parameters grows, and refusing a new one would be wrong.
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
            "stream_options",
            "temperature",
            "tool_choice",
            "tools",
            "top_p",
        }
    ),
    "embeddings": frozenset({"dimensions", "encoding_format", "input", "input_type", "model"}),
}
KNOWN["image-embeddings"] = KNOWN["embeddings"]


def check_extra(route: Route, headers: Mapping[bytes, bytes], body: Mapping[str, Any]) -> None:
    """Refuse parameters that the endpoint doesn't know, unless the caller asked for something else."""
    if route.endpoint != "models" or headers.get(HEADER, b"error") != b"error":
        return
    extra = sorted(body.keys() - KNOWN[route.work])
    if extra:
        details = [{"loc": ["body", name], "message": "extra parameters are not allowed"} for name in extra]
        note = {"x-modelyard-note": "the header extra-parameters: pass-through hands them to the model"}
        raise Refusal("invalid-input", details=details, headers=note)
