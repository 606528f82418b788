"""What a call is told that comes too early: 429, how long to wait, and which limit it was."""

from dataclasses import dataclass
from math import ceil

from modelyard.sandbox.inference.accounts import Deployment
from modelyard.sandbox.inference.limits import Limits
from modelyard.sandbox.inference.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Request:
    """The facts that the message repeats; `now` is in seconds on the sandbox's clock."""

    deployment: Deployment
    operation: str
    version: str
    now: float


def count(limits: Limits, tokens: int, request: Request) -> None:
    """Debit the call, or refuse it.

    `retry-after-ms` is the header that the docs name (A, quota), `retry-after` was captured beside the message in
    icereed/paperless-gpt#814, and `policy-id` for tokens in openai/openai-python#937; its twin for calls is inferred.
    """
    refused_by = limits.debit(tokens, request.now)
    if refused_by is None:
        return
    wait = limits.retry_after(refused_by, request.now)
    seconds = max(1, ceil(wait))
    refusal = Refusal(
        "rate-limit-reached",
        headers={
            "retry-after": str(seconds),
            "retry-after-ms": str(ceil(wait * 1000)),
            "policy-id": "DeploymentRatelimit-Token" if refused_by == "token" else "DeploymentRatelimit-Call",
        },
        deployment=request.deployment.name,
        model=request.deployment.model,
        region=request.deployment.region,
        limit="token" if refused_by == "token" else "call",
        operation=request.operation,
        version=request.version,
        seconds=seconds,
    )
    refusal.headers += limits.headers(request.now)
    raise refusal
