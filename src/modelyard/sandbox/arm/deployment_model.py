"""The model of a deployment: which one is meant, and whether it may be deployed here on the market's day."""

from typing import Any

from modelyard.arm.deployment import ROW
from modelyard.catalog.answer import Certainty
from modelyard.catalog.model import ArmLifecycle, Create, ModelVersion
from modelyard.sandbox.arm import crud
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.kinds import ResourceChange
from modelyard.sandbox.local_azure import LocalAzure

CAPABILITIES: dict[str, dict[str, str]] = {
    # By what the model serves. The names are those of captured models; which go together is recalled (R).
    "chat": {"chatCompletion": "true"},
    "responses": {"chatCompletion": "false", "responses": "true"},
    "completions": {"completion": "true"},
    "embeddings": {"embeddings": "true"},
    "realtime": {"assistants": "false", "chatCompletion": "false", "completion": "false", "realtime": "true"},
    "audio-chat": {"chatCompletion": "true", "audio": "true"},
    "image": {"imageGenerations": "true"},
}


def default(azure: LocalAzure, format: str, name: str) -> ModelVersion | None:  # noqa: A002 - ARM's word
    """The version that a deployment without one gets: the newest that is open, generally available ones first (R)."""
    today = azure.market_day
    versions = azure.market.find(name, format=format)

    def rank(model: ModelVersion) -> tuple[bool, bool, str]:
        status = azure.market.lifecycle(model, "", today, played=True).effective
        closed = status in (ArmLifecycle.DEPRECATING, ArmLifecycle.DEPRECATED)
        return not closed, status is ArmLifecycle.GENERALLY_AVAILABLE, model.version

    return max(versions, key=rank, default=None)


def resolve(change: ResourceChange) -> ModelVersion:
    """The market's model that is wanted; DeploymentModelNotSupported where there is none."""
    wanted = change.properties.get("model")
    if wanted is None or wanted.get("name") is None:
        raise refuse("bad-content", reason="properties.model.name is required")
    azure, before = change.call.azure, change.was("properties", "model") or {}
    format_, name = str(wanted.get("format") or before.get("format") or "OpenAI"), wanted["name"]
    version = wanted.get("version")
    if not version and (before.get("name"), before.get("format")) == (name, format_):
        version = before.get("version")
    found = azure.market.model(format_, name, str(version)) if version else default(azure, format_, name)
    if found is None:
        raise refuse("model-unknown", model=spelt(wanted))
    return found


def spelt(model: dict[str, Any]) -> str:
    """A model as the service's messages spell it; captured without and with its publisher."""
    parts = [f"Publisher:{model['publisher']}"] if model.get("publisher") else []
    parts += [
        f"Format:{model.get('format') or 'OpenAI'}",
        f"Name:{model['name']}",
        f"Version:{model.get('version') or ''}",
    ]
    return ",".join(parts)


def check_offer(change: ResourceChange, model: ModelVersion, sku: str, location: str) -> None:
    """Refuses what the market says no to: the model's lifecycle on the market's day, its SKU, the region."""
    azure = change.call.azure
    market = azure.market
    before = change.was("properties", "model") or {}
    if (before.get("name"), before.get("version")) != (model.name, model.version):
        _check_lifecycle(change, model, sku)
    if sku not in market.skus():
        raise refuse("sku-unknown", sku=sku, advice=f"the sandbox knows {', '.join(market.skus())}")
    if market.offers(model, sku).known is Certainty.NO:
        raise refuse("sku-not-for-model", sku=sku, model=model.name, version=model.version)
    if market.offers(model, sku, location).known is Certainty.NO:
        raise refuse("sku-not-in-region", sku=sku, model=model.name, version=model.version, region=location)


def note(change: ResourceChange, model: ModelVersion, sku: str, location: str) -> str | None:
    """What the sandbox took without knowing whether Azure would."""
    answer = change.call.azure.market.offers(model, sku, location)
    if answer.known is not Certainty.UNKNOWN:
        return None
    return f"whether {model} is offered with {sku} in {location} is not published; ask: {answer.how_to_find_out}"


def _check_lifecycle(change: ResourceChange, model: ModelVersion, sku: str) -> None:
    azure = change.call.azure
    lifecycle = azure.market.lifecycle(model, sku, azure.market_day, played=True)
    name = spelt({**change.properties["model"], "format": model.format, "version": model.version})
    if lifecycle.refused:
        since = f"{lifecycle.retirement:%m/%d/%Y} 00:00:00" if lifecycle.retirement else "an unknown date"
        raise refuse("model-deprecated", model=name, date=since, advice=_advice(azure, model))
    if lifecycle.create is Create.EXISTING and not _has_deployment(azure, change.call.subscription, model):
        raise refuse("model-deprecating", model=name, advice=_advice(azure, model))


def _has_deployment(azure: LocalAzure, subscription: str, model: ModelVersion) -> bool:
    """Whether the subscription has a deployment of the model, as customers need for more of a deprecating one."""
    return any(
        (document["properties"]["model"]["name"], document["properties"]["model"]["version"])
        == (model.name, model.version)
        for document in crud.collect(azure, f"{subscription}/", ROW.type)
    )


def _advice(azure: LocalAzure, model: ModelVersion) -> str:
    successors = azure.market.successors(model, azure.market_day)
    return f"models to move to: {', '.join(map(str, successors))}" if successors else ""
