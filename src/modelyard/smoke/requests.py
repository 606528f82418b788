"""How a question is put on each endpoint: the smallest request that proves that a model is behind it.

A chat of OpenAI's models is limited by `max_completion_tokens`, for newer ones refuse `max_tokens` (captured in
MindMacApp/MindMac#11), and no lower than 16 (captured in dotnet/extensions#6945); `/models` hands the parameter on only
when asked to (`extra-parameters`, azure-ai-inference 1.0.0b9). Models of other publishers know `max_tokens`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from modelyard.files import JsonObject
from modelyard.smoke.outputs import Deployed

Operation = Literal["chat", "embeddings", "responses"]
Credential = str
"""Whose name a call is made in: "token", "key", "wrong key", "nothing", or "principal <name>"."""

MODELS_VERSION = "2024-05-01-preview"
"""What azure-ai-inference 1.0.0b9 sends."""
OPENAI_VERSION = "2025-04-01-preview"
"""New enough for the o-series, which want 2024-12-01-preview or later (captured in langchain4j/langchain4j#2636)."""

PATHS: Mapping[Operation, str] = {"chat": "chat/completions", "embeddings": "embeddings", "responses": "responses"}
SHOWN = {"models": "/models", "openai": "/openai/deployments", "openai-v1": "/openai/v1"}
MOST_TOKENS = 64
PROMPT = "Reply with the word ready."


@dataclass(frozen=True, slots=True)
class Question:
    """One request, without its credential."""

    endpoint: str
    operation: Operation
    url: str
    body: JsonObject
    headers: Mapping[str, str]

    @property
    def shown(self) -> str:
        """As a reader sees it: `chat on /models`."""
        return f"{self.operation} on {SHOWN[self.endpoint]}"


def question(
    endpoint: str,
    base: str,
    operation: Operation,
    name: str,
    *,
    format: str = "OpenAI",  # noqa: A002 - ARM's word
    prompt: str = PROMPT,
) -> Question:
    """The request for the deployment called `name`; `base` is the endpoint's URL."""
    body: dict[str, Any] = {"model": name}
    headers: dict[str, str] = {}
    if operation == "embeddings":
        body["input"] = [prompt]
    elif operation == "responses":
        body |= {"input": prompt, "max_output_tokens": MOST_TOKENS, "store": False}
    else:
        body["messages"] = [{"role": "user", "content": prompt}]
        openai = format == "OpenAI"
        body["max_completion_tokens" if openai else "max_tokens"] = MOST_TOKENS
        if openai and endpoint == "models":
            headers["extra-parameters"] = "pass-through"
    path = PATHS[operation]
    if endpoint == "models":
        url = f"{base}/{path}?api-version={MODELS_VERSION}"
    elif endpoint == "openai":
        del body["model"]
        url = f"{base}/{name}/{path}?api-version={OPENAI_VERSION}"
    else:
        url = f"{base}/{path}"
    return Question(endpoint, operation, url, body, headers)


def of(deployment: Deployed, endpoint: str, base: str, operation: Operation, prompt: str = PROMPT) -> Question:
    """The request for a deployment of the stack."""
    return question(endpoint, base, operation, deployment.name, format=deployment.format, prompt=prompt)


def operation_of(deployment: Deployed) -> Operation | None:
    """The operation that proves the deployment; None where only another kind of request could."""
    known: tuple[Operation, ...] = ("chat", "embeddings", "responses")
    return next((operation for operation in known if operation in deployment.serving.operations), None)
