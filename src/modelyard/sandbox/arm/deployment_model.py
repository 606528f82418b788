"""The model of a deployment: which one is meant, and whether it may be deployed here on the market's day.

What the catalog knows to be wrong is refused as Azure does. What it doesn't know is taken, and `note` says so.
"""

from dataclasses import dataclass

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import DEPLOYMENT
from modelyard.catalog.answer import Certainty
from modelyard.catalog.market import ask_azure
from modelyard.catalog.model import ArmLifecycle, Create, ModelVersion
from modelyard.sandbox.arm import lookup
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """The model that a deployment asks for; `entry` is what the catalog says of it, None where it doesn't know it."""

    format: str
    name: str
    version: str
    entry: ModelVersion | None

    def __str__(self) -> str:
        return f"{self.name}@{self.version}" if self.version else self.name


def default(azure: LocalAzure, format: str, name: str) -> ModelVersion | None:  # noqa: A002 - ARM's word
    """The version that a deployment without one gets: the newest that is open, generally available ones first (R)."""
    today = azure.market_day
    versions = azure.market.find(name, format=format)

    def rank(model: ModelVersion) -> tuple[bool, bool, str]:
        status = azure.market.lifecycle(model, "", today, played=True).effective
        closed = status in (ArmLifecycle.DEPRECATING, ArmLifecycle.DEPRECATED)
        return not closed, status is ArmLifecycle.GENERALLY_AVAILABLE, model.version

    return max(versions, key=rank, default=None)


def resolve(change: ResourceChange) -> Wanted:
    """The model that is wanted; DeploymentModelNotSupported where there is none, for certain."""
    wanted = change.properties.get("model")
    if wanted is None or wanted.get("name") is None:
        raise refuse("bad-content", reason="properties.model.name is required")
    azure, before = change.call.azure, change.was("properties", "model") or {}
    format_, name = str(wanted.get("format") or before.get("format") or "OpenAI"), wanted["name"]
    version = wanted.get("version")
    if not version and (before.get("name"), before.get("format")) == (name, format_):
        version = before.get("version")
    market = azure.market
    if market.has(name, str(version or "")) is Certainty.NO:
        raise refuse("model-unknown", model=spelt(wanted))
    if version:
        return Wanted(format_, name, str(version), market.entry(name, str(version)))
    found = default(azure, format_, name)
    return Wanted(format_, name, found.version if found else "", found)


def spelt(model: ArmDocument) -> str:
    """A model as the service's messages spell it; captured without and with its publisher."""
    parts = [f"Publisher:{model['publisher']}"] if model.get("publisher") else []
    parts += [
        f"Format:{model.get('format') or 'OpenAI'}",
        f"Name:{model['name']}",
        f"Version:{model.get('version') or ''}",
    ]
    return ",".join(parts)


def check_offer(change: ResourceChange, model: Wanted, sku: str, location: str) -> None:
    """Refuses what the market says no to: the model's lifecycle on the market's day, its SKU, the region."""
    market, entry = change.call.azure.market, model.entry
    if entry is None:
        return
    before = change.was("properties", "model") or {}
    if (before.get("name"), before.get("version")) != (model.name, model.version):
        _check_lifecycle(change, model, entry, sku)
    if market.offers(entry, sku).known is Certainty.NO:
        raise refuse("sku-not-for-model", sku=sku, model=model.name, version=model.version)
    if market.offers(entry, sku, location).known is Certainty.NO:
        raise refuse("sku-not-in-region", sku=sku, model=model.name, version=model.version, region=location)


def note(change: ResourceChange, model: Wanted, sku: str, location: str) -> str | None:
    """What the sandbox took without knowing whether Azure would."""
    market, entry = change.call.azure.market, model.entry
    if entry is None:
        return f"the catalog of {market.date} doesn't know {model}; ask: {ask_azure(location)}"
    notes = []
    if model.format not in (entry.format, *entry.other_formats):
        notes.append(f"the catalog has {entry} under the format {entry.format}, not {model.format}")
    answer = market.offers(entry, sku, location)
    if sku not in market.skus():
        notes.append(f"{sku} is not a SKU of deployments that the catalog of {market.date} knows")
    elif answer.known is Certainty.UNKNOWN:
        what = f"whether {model} is offered with {sku} in {location}"
        notes.append(f"{what} is not published; ask: {answer.how_to_find_out}")
    return "; ".join(notes) or None


def _check_lifecycle(change: ResourceChange, model: Wanted, entry: ModelVersion, sku: str) -> None:
    azure = change.call.azure
    lifecycle = azure.market.lifecycle(entry, sku, azure.market_day, played=True)
    name = spelt({**change.properties["model"], "format": model.format, "version": model.version})
    if lifecycle.refused:
        since = f"{lifecycle.retirement:%m/%d/%Y} 00:00:00" if lifecycle.retirement else "an unknown date"
        raise refuse("model-deprecated", model=name, date=since, advice=_advice(azure, entry))
    if lifecycle.create is Create.EXISTING and not _has_deployment(azure, change.call.subscription, model):
        raise refuse("model-deprecating", model=name, advice=_advice(azure, entry))


def _has_deployment(azure: LocalAzure, subscription: str, model: Wanted) -> bool:
    """Whether the subscription has a deployment of the model, as customers need for more of a deprecating one."""
    return any(
        (document["properties"]["model"]["name"], document["properties"]["model"]["version"])
        == (model.name, model.version)
        for document in lookup.collect(azure, f"{subscription}/", DEPLOYMENT.type)
    )


def _advice(azure: LocalAzure, model: ModelVersion) -> str:
    successors = azure.market.successors(model, azure.market_day)
    return f"models to move to: {', '.join(map(str, successors))}" if successors else ""
