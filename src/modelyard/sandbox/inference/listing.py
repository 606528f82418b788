"""What the endpoints say about models without calling them: `/models/info`, and the lists of `/openai`.

The lists hold models that the account's region offers, not its deployments. On dated routes a model has capabilities
and lifecycle (Microsoft's REST reference, Models - List, A); on `/openai/v1` it is what openai's client takes it for
(Microsoft's v1 reference, A). Nobody publishes when a model was made: it is the day that its version names.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from modelyard.catalog.model import ArmLifecycle, ModelVersion
from modelyard.catalog.serving import serves
from modelyard.sandbox.arm.models import models
from modelyard.sandbox.inference.accounts import InferenceAccount, InferenceDeployment
from modelyard.sandbox.inference.answers import InferenceReply
from modelyard.sandbox.inference.routes import Endpoint
from modelyard.sandbox.local_azure import LocalAzure

# azure-ai-inference 1.0.0b9, ModelType (A); operations that have no word there are called by their own.
MODEL_TYPES = {"chat": "chat_completion", "embeddings": "embeddings", "image": "image_generation"}
EPOCH = date(1970, 1, 1)


def info(deployment: InferenceDeployment) -> dict[str, str]:
    """The members are those of azure-ai-inference's ModelInfo; the provider is the model's format (recalled)."""
    operation = deployment.serving.operations[0]
    return {
        "model_name": deployment.model,
        "model_type": MODEL_TYPES.get(operation, operation),
        "model_provider_name": deployment.format,
    }


def listed(azure: LocalAzure, account: InferenceAccount, endpoint: Endpoint) -> InferenceReply:
    """OpenAI's models in the account's region, in the order of their names."""
    return {"object": "list", "data": sorted(_entries(azure, account, endpoint), key=lambda one: str(one["id"]))}


def looked_up(azure: LocalAzure, account: InferenceAccount, endpoint: Endpoint, name: str) -> InferenceReply | None:
    """One of them by its id; None where the region has none of this name."""
    return next((one for one in _entries(azure, account, endpoint) if one["id"] == name), None)


def _entries(azure: LocalAzure, account: InferenceAccount, endpoint: Endpoint) -> Iterator[dict[str, Any]]:
    for model, skus in models(azure, account.location):
        if model.format == "OpenAI" and model.version:
            yield _entry(azure, model, skus[0]["name"]) if endpoint == "openai" else _plain(model)


def _entry(azure: LocalAzure, model: ModelVersion, sku: str) -> dict[str, Any]:
    operations = serves(model, sku).operations
    lifecycle = azure.market.lifecycle(model, "", azure.market_day, played=True).effective
    days = {"fine_tune": model.finetune_training_end, "inference": model.retirement}
    return {
        "status": "succeeded",
        "capabilities": {
            "fine_tune": bool(model.finetune_training_end and model.finetune_training_end > azure.market_day),
            "inference": True,
            "completion": "completions" in operations,
            "chat_completion": "chat" in operations,
            "embeddings": "embeddings" in operations,
        },
        "lifecycle_status": "preview" if lifecycle is ArmLifecycle.PREVIEW else "generally-available",
        "deprecation": {name: _seconds(day) for name, day in days.items() if day},
        "id": _id(model),
        "created_at": _made(model),
        "updated_at": _made(model),
        "object": "model",
    }


def _plain(model: ModelVersion) -> dict[str, Any]:
    return {"id": _id(model), "object": "model", "created": _made(model), "owned_by": model.publisher.lower()}


def _id(model: ModelVersion) -> str:
    """`<name>-<version>`, as replies name their model."""
    return f"{model.name}-{model.version}"


def _made(model: ModelVersion) -> int:
    try:
        return _seconds(date.fromisoformat(model.version))
    except ValueError:
        return _seconds(EPOCH)


def _seconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
