"""What the endpoints say about models without calling them: `/models/info`, and the lists of `/openai`."""

from collections.abc import Iterable
from typing import Any

from modelyard.sandbox.inference.accounts import InferenceDeployment

# azure-ai-inference 1.0.0b9, ModelType (A); operations that have no word there are called by their own.
MODEL_TYPES = {"chat": "chat_completion", "embeddings": "embeddings", "image": "image_generation"}


def info(deployment: InferenceDeployment) -> dict[str, str]:
    """The members are those of azure-ai-inference's ModelInfo; the provider is the model's format (recalled)."""
    operation = deployment.serving.operations[0]
    return {
        "model_name": deployment.model,
        "model_type": MODEL_TYPES.get(operation, operation),
        "model_provider_name": deployment.format,
    }


def listed(deployments: Iterable[InferenceDeployment], now: int) -> dict[str, Any]:
    """The account's deployments; that Azure lists these and not its models was not found out (grade R)."""
    return {"object": "list", "data": [entry(deployment, now) for deployment in deployments]}


def entry(deployment: InferenceDeployment, now: int) -> dict[str, Any]:
    """One of them, in the shape of openai 3.54's Model."""
    return {"id": deployment.name, "object": "model", "created": now, "owned_by": deployment.format}
