"""What a call is told that comes too early: 429, how long to wait, and which limit it was."""

from dataclasses import dataclass

from modelyard.sandbox.inference import token_count
from modelyard.sandbox.inference.accounts import InferenceDeployment
from modelyard.sandbox.inference.limits import Limits, seconds
from modelyard.sandbox.inference.refusal import InferenceRefusal

RESERVED = b"units are counted by the input tokens that Microsoft publishes for them; Azure measures how busy they are"


@dataclass(frozen=True, slots=True)
class Request:
    """The facts that the message repeats; `now` is in milliseconds on the sandbox's clock."""

    deployment: InferenceDeployment
    operation: str
    version: str
    now: int


def weighed(deployment: InferenceDeployment, tokens: int, prompt: str) -> int:
    """The debit with its output as heavy as provisioned units take it (Microsoft docs, determine PTU requirements)."""
    if deployment.output_weight == 1:
        return tokens
    return tokens + (deployment.output_weight - 1) * max(0, tokens - token_count.tokens(len(prompt)))


def count(limits: Limits, tokens: int, request: Request) -> None:
    """Debit the call, or refuse it.

    `retry-after-ms` is the header that the docs name (A, quota), `retry-after` was captured beside the message in
    icereed/paperless-gpt#814, and `policy-id` for tokens in openai/openai-python#937; its twin for calls is inferred.
    """
    refused_by = limits.debit(tokens, request.now)
    if refused_by is None:
        return
    wait = limits.retry_after(refused_by, tokens, request.now)
    refusal = InferenceRefusal(
        "rate-limit-reached",
        headers={
            "retry-after": str(seconds(wait)),
            "retry-after-ms": str(wait),
            "policy-id": "DeploymentRatelimit-Token" if refused_by == "token" else "DeploymentRatelimit-Call",
        },
        deployment=request.deployment.name,
        model=request.deployment.model,
        region=request.deployment.region,
        limit="token" if refused_by == "token" else "call",
        operation=request.operation,
        version=request.version,
        seconds=seconds(wait),
    )
    refusal.headers += limits.headers(request.now)
    if limits.silent:
        refusal.headers.append((b"x-modelyard-note", RESERVED))
    if limits.tokens is not None and tokens > limits.tokens.count:
        note = f"this call counts as {tokens} tokens and the limit is {limits.tokens.count}: it will never fit"
        refusal.headers.append((b"x-modelyard-note", note.encode()))
    raise refusal
