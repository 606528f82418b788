"""Which account a host name belongs to, and what its deployments are, as the inference endpoints need to know it.

What is derived from documents is kept until a document changes: a call costs look-ups in dictionaries, and a written
document costs only the accounts and deployments that are called again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from modelyard.arm.json_path import ArmObject
from modelyard.catalog.model import ModelVersion
from modelyard.catalog.regions import normal
from modelyard.catalog.serving import Serving, serving
from modelyard.catalog.sku import SKUS, Billing
from modelyard.sandbox.inference.limits import Limits
from modelyard.sandbox.inference.regions import display_name
from modelyard.sandbox.local_azure import LocalAzure

SERVICES = "services.ai.azure.com"
OPENAI = "openai.azure.com"
COGNITIVE_SERVICES = "cognitiveservices.azure.com"
SUFFIXES = (SERVICES, OPENAI, COGNITIVE_SERVICES)

ROUTER = "model-router"
ROUTED = {
    "cost": ("gpt-5-nano", "gpt-5.4-nano", "gpt-5.6-luna"),
    "balanced": ("gpt-5-mini", "gpt-5.4-mini", "gpt-5.6-terra"),
    "quality": ("gpt-5.5", "gpt-5.6-sol", "gpt-6-astra"),
}
"""Models behind the router, by its mode (the modes: ARM's types; the models: Microsoft docs, model router, 2026-11-11;
which of them is chosen when is the sandbox's own)."""

COLLECTIONS = ("resources", "subdomains", "account-keys")


@dataclass(frozen=True)
class InferenceDeployment:
    """A deployment as it answers. `name` is spelt as it was created; calls may spell it in any case (grade R)."""

    name: str
    properties: ArmObject
    sku: str
    region: str
    retired_from: date | None  # a day of the market's; None for a model that nobody says retires
    throughput: int = 0  # input tokens a minute that provisioned units take; 0 where they are not sold or nobody says
    output_weight: int = 1  # input tokens that a token of output counts as
    listed: bool = True  # whether the catalog has a model of this name
    routed: ModelVersion | None = None  # what the model router chooses; None where the model is no router

    @cached_property
    def model(self) -> str:
        return str(self.properties["model"]["name"])

    @cached_property
    def version(self) -> str:
        return str(self.properties["model"].get("version") or "")

    @cached_property
    def format(self) -> str:
        return str(self.properties["model"].get("format") or "OpenAI")

    @cached_property
    def serving(self) -> Serving:
        """What it answers, and on which endpoints."""
        return serving(self.model, self.format, self.sku)

    @cached_property
    def note(self) -> str:
        """What its answers rest on where nobody says what the model serves; empty where somebody does."""
        if self.listed or not self.serving.assumed:
            return ""
        return f"the catalog does not know {self.model}; the sandbox takes it for a chat model, on every endpoint"

    @cached_property
    def provisioned(self) -> bool:
        """Whether its capacity is reserved, so that it may spill over."""
        return self.sku in SKUS and SKUS[self.sku].billing is Billing.PROVISIONED

    @cached_property
    def reported_model(self) -> str:
        """`model` of a chat reply: `<name>-<version>` for OpenAI's (captured), the name for others (grade R); a router
        names the model that it chose (Microsoft docs, model router).
        """
        if self.routed is not None:
            return f"{self.routed.name}-{self.routed.version}"
        return f"{self.model}-{self.version}" if self.format == "OpenAI" and self.version else self.model


@dataclass(frozen=True)
class InferenceAccount:
    """An account as its endpoints see it; `keys` are what a caller may present."""

    id: str
    location: str
    region: str
    local_auth: bool
    public: bool
    acls: ArmObject
    keys: tuple[str, ...]
    headers: tuple[tuple[bytes, bytes], ...]
    deployments: dict[str, InferenceDeployment | None] = field(default_factory=dict)


class Accounts:
    """The accounts of one local Azure by custom subdomain, and the limits of their deployments."""

    def __init__(self, azure: LocalAzure) -> None:
        self._azure = azure
        self._limits: dict[str, tuple[object, int, Limits]] = {}

    def find(self, subdomain: str) -> InferenceAccount | None:
        """The account whose custom subdomain this is."""
        known: dict[str, InferenceAccount | None] = self._azure.derived("inference accounts", COLLECTIONS, dict)
        if subdomain not in known:
            known[subdomain] = self._read(subdomain)
        return known[subdomain]

    def _read(self, subdomain: str) -> InferenceAccount | None:
        store = self._azure.store
        entry = store.get("subdomains", subdomain)
        account_id = str(entry["account"]).lower() if entry else ""
        document = store.get("resources", account_id)
        if document is None:
            return None
        properties = document.get("properties", {})
        keys = store.get("account-keys", account_id) or {}
        region = display_name(str(document.get("location", "")))
        return InferenceAccount(
            id=account_id,
            location=normal(str(document.get("location", ""))),
            region=region,
            local_auth=not properties.get("disableLocalAuth", False),
            public=str(properties.get("publicNetworkAccess", "Enabled")).lower() != "disabled",
            acls=properties.get("networkAcls") or {},
            keys=tuple(str(key) for key in keys.values() if key),
            headers=(
                (b"x-ms-region", region.encode()),
                (b"strict-transport-security", b"max-age=31536000; includeSubDomains; preload"),
                (b"x-content-type-options", b"nosniff"),
            ),
        )

    def deployment(self, account: InferenceAccount, name: str) -> InferenceDeployment | None:
        """The account's deployment of this name, once its creation has succeeded."""
        key = name.lower()
        if key not in account.deployments:
            account.deployments[key] = self._read_deployment(account, key)
        return account.deployments[key]

    def _read_deployment(self, account: InferenceAccount, key: str) -> InferenceDeployment | None:
        document = self._azure.store.get("resources", f"{account.id}/deployments/{key}")
        if document is None or not _answers(document):
            return None
        properties, sku = document["properties"], document.get("sku") or {}
        name = str(sku.get("name") or "")
        sold = self._azure.market.provisioned(str(properties["model"]["name"]), name)
        return InferenceDeployment(
            name=str(document.get("name") or key),
            properties=properties,
            sku=name,
            region=account.region,
            retired_from=self._retired_from(properties["model"], name),
            throughput=sold.input_tokens_per_minute * int(sku.get("capacity") or 0) if sold else 0,
            output_weight=(sold.output_weight or 1) if sold else 1,
            listed=bool(self._azure.market.find(str(properties["model"]["name"]))),
            routed=self._routed(properties) if properties["model"]["name"] == ROUTER else None,
        )

    def _routed(self, properties: Mapping[str, Any]) -> ModelVersion | None:
        """The sandbox's router always chooses the same: the first of its own models, or of its mode's, that is left."""
        stated = properties.get("routing") or {}
        own = [str(one.get("name")) for one in stated.get("models") or () if isinstance(one, dict)]
        market = self._azure.market
        for name in own or ROUTED.get(str(stated.get("mode") or "balanced").lower(), ROUTED["balanced"]):
            for model in reversed(market.find(name)):
                gone = market.gone_from(model, "")
                if model.version and (gone is None or self._azure.market_day < gone):
                    return model
        return None

    def _retired_from(self, model: Mapping[str, Any], sku: str) -> date | None:
        market = self._azure.market
        listed = market.entry(str(model["name"]), str(model.get("version") or ""))
        return market.gone_from(listed, sku) if listed else None

    def has_retired(self, deployment: InferenceDeployment) -> bool:
        """Whether calls get 410: on the market's day the model has retired."""
        return deployment.retired_from is not None and self._azure.market_day >= deployment.retired_from

    def limits(self, account: InferenceAccount, deployment: InferenceDeployment, percent: int = 100) -> Limits:
        """What is counted for the deployment; a change of its limits starts new windows, one of `percent` doesn't."""
        key = f"{account.id}/{deployment.name.lower()}"
        stated: Any = deployment.properties.get("rateLimits") or deployment.throughput
        kept = self._limits.get(key)
        same = kept is not None and (kept[0] is stated or kept[0] == stated)
        if kept is not None and same and kept[1] == percent:
            return kept[2]
        limits = Limits.reserved(stated, percent) if isinstance(stated, int) else Limits.of(stated, percent)
        if kept is not None and same:
            limits.continuing(kept[2])
        self._limits[key] = stated, percent, limits
        return limits


def _answers(document: Mapping[str, Any]) -> bool:
    """Whether the deployment exists for its callers: not before it was created, and also while it is changed (R)."""
    properties = document.get("properties", {})
    state = properties.get("provisioningState", "Succeeded")
    if "model" not in properties or state not in ("Succeeded", "Accepted"):
        return False
    written = document.get("systemData") or {}
    return state == "Succeeded" or written.get("createdAt") != written.get("lastModifiedAt")
