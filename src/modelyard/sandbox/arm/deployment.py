"""Model deployments: what the market and the subscription allow, and what the service fills in.

Where a provisioned deployment may send what it can't take is documented (Microsoft docs, spillover-traffic-management,
A): to a standard deployment of the same account, of the same model and version, with the same data processing. How a
breach is refused is not.
"""

import re
from collections.abc import Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.arm.kinds import DEPLOYMENT
from modelyard.catalog.serving import serving
from modelyard.catalog.sku import SKUS, Billing, CapacityUnit, Sku, spelled
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, lookup, quota
from modelyard.sandbox.arm.account_parts import DEFAULT, account_of, part, system_filter
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.deployment_model import CAPABILITIES, Wanted, check_offer, note, resolve
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.subscription import normal
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}")
DEFAULT_SKU = {"name": "Standard", "capacity": 1}  # what comes of a `sku` that was left out (Azure/bicep#16642)
UPGRADES = ("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade")
LARGEST: Mapping[str, int] = {"gpt-5.4-nano": 10_000_000}
"""Capacity of a deployment, where it may be more than of others (recordings of azure-dev, 2026-04-23, B)."""
STANDARD_DEPLOYMENTS = 32  # of one account (Microsoft docs, quotas-limits)


def largest(model: str, sku: str) -> int:
    """The largest capacity: 100,000 provisioned units (Microsoft docs, quotas-limits, A), a million of others (B)."""
    provisioned = sku in SKUS and SKUS[sku].billing is Billing.PROVISIONED
    return 100_000 if provisioned else LARGEST.get(model, 1_000_000)


def in_request(_verb: str, document: ArmObject) -> bool:
    """Whether a write is done when it is answered: of a standard one (recordings of azure-cli, 2025-10-28, and
    cloud-custodian, B; that PATCH is alike, R). That provisioned ones take longer is inferred (R).
    """
    name = str((document.get("sku") or DEFAULT_SKU)["name"])
    return name not in SKUS or SKUS[name].billing is not Billing.PROVISIONED


def sku_of(change: ResourceChange) -> ArmDocument:
    """Name and capacity that are wanted, in full; names of SKUs compare without regard to case."""
    wanted = change.wanted.get("sku")
    if wanted is None:
        return dict(DEFAULT_SKU)
    if wanted.get("name") is None:
        raise refuse("bad-content", reason="sku.name is required")
    capacity = wanted.get("capacity")
    return {**wanted, "name": spelled(wanted["name"]), "capacity": 1 if capacity is None else capacity}


def _check(change: ResourceChange) -> None:
    if not NAME.fullmatch(change.name):
        rule = "1 to 64 letters, digits, hyphens, periods and underscores, the first a letter or a digit"
        raise refuse("bad-name", name=change.name, type=DEPLOYMENT.type, rule=rule)
    if change.properties.get("scaleSettings") is not None:
        raise refuse("scale-settings")
    sku = sku_of(change)
    model = resolve(change)
    location = _location(change)
    check_offer(change, model, sku["name"], location)
    _check_capacity(change, model, sku)
    _check_properties(change, model, sku["name"])
    _check_number(change, sku["name"])
    _check_quota(change, model, sku, location)


def _account(change: ResourceChange) -> Document:
    return change.call.azure.store.get("resources", account_of(change.key)) or {}


def _location(change: ResourceChange) -> str:
    return normal(_account(change).get("location", ""))


def _check_capacity(change: ResourceChange, model: Wanted, sku: dict[str, Any]) -> None:
    sold = change.call.azure.market.provisioned(model.name, sku["name"])
    capacity, least, most = sku["capacity"], sold.minimum if sold else 1, largest(model.name, sku["name"])
    if not least <= capacity <= most:
        raise refuse("bad-capacity", capacity=capacity, least=least, most=most)
    if sold and not sold.fits(capacity):
        raise refuse("bad-capacity-step", capacity=capacity, least=least, step=sold.step)


def _check_properties(change: ResourceChange, model: Wanted, sku: str) -> None:
    azure, properties = change.call.azure, change.properties
    upgrade = properties.get("versionUpgradeOption")
    if upgrade is not None and upgrade not in UPGRADES:
        raise refuse("bad-property", name="versionUpgradeOption", value=upgrade, allowed=", ".join(UPGRADES))
    wanted = properties.get("raiPolicyName")
    if wanted and not system_filter("", str(wanted)) and part(azure, change.id, "raiPolicies", str(wanted)) is None:
        raise refuse("filter-not-found", filter=wanted)
    if properties.get("spilloverDeploymentName"):
        _check_spillover(change, model, sku)


def _check_spillover(change: ResourceChange, model: Wanted, sku: str) -> None:
    """Refuses a `spilloverDeploymentName` that can't work."""
    name = str(change.properties["spilloverDeploymentName"])
    target = part(change.call.azure, change.id, "deployments", name)
    rule = ""
    if sku not in SKUS or SKUS[sku].billing is not Billing.PROVISIONED:
        rule = "only provisioned deployments spill over"
    elif target is None or name.lower() == change.name.lower():
        rule = "it must be another deployment of the same account"
    else:
        rule = _misfit(model, SKUS[sku], target)
    if rule:
        raise refuse("bad-spillover", spillover=name, rule=rule)


def _misfit(model: Wanted, own: Sku, target: Document) -> str:
    """Why the target can't stand in; empty where it can."""
    sku, its = SKUS.get(str(target["sku"]["name"])), target["properties"]["model"]
    if sku is not None and sku.billing is not Billing.STANDARD:
        return "it must be a standard deployment"
    if sku is not None and sku.processing is not own.processing:
        return f"its data processing must be {own.processing}, and {sku.name} is {sku.processing}"
    if (its["name"], its["version"]) != (model.name, model.version):
        return f"it must have the same model and version, {model.name} {model.version}"
    return ""


def _check_number(change: ResourceChange, sku: str) -> None:
    if change.existing or (sku in SKUS and SKUS[sku].billing is not Billing.STANDARD):
        return
    prefix = f"{account_of(change.key)}/deployments/"
    standard = [
        document
        for document in lookup.collect(change.call.azure, prefix, DEPLOYMENT.type)
        if document["sku"]["name"] not in SKUS or SKUS[document["sku"]["name"]].billing is Billing.STANDARD
    ]
    if len(standard) >= STANDARD_DEPLOYMENTS:
        raise refuse("too-many-deployments", limit=STANDARD_DEPLOYMENTS)


def _check_quota(change: ResourceChange, model: Wanted, sku: dict[str, Any], location: str) -> None:
    azure = change.call.azure
    wanted = quota.quota(azure, model.format, model.name, sku["name"], location, model.version)
    used = quota.used(azure, change.call.subscription, wanted)
    before = quota.drawn(azure, change.existing, location) if change.existing else None
    had = before[1] if before and (before[0].pool, before[0].name) == (wanted.pool, wanted.name) else 0
    more = sku["capacity"] - had
    if more > 0 and wanted.published and used + more > wanted.limit:
        available = max(0, wanted.limit - used)
        facts = {"needed": more, "available": available, "used": used, "limit": wanted.limit}
        raise refuse("insufficient-quota", quota=wanted.title, **facts)


def _fill(change: ResourceChange) -> dict[str, Any]:
    azure, sku, model = change.call.azure, sku_of(change), resolve(change)
    asked = change.properties
    written = {
        name: asked["model"][name] for name in ("publisher", "source", "sourceAccount") if asked["model"].get(name)
    }
    operation = serving(model.name, model.format, sku["name"]).operations[0]
    properties = {
        **{name: value for name, value in asked.items() if value is not None},
        "model": {"format": model.format, "name": model.name, "version": model.version, **written},
        "versionUpgradeOption": asked.get("versionUpgradeOption") or UPGRADES[0],
        **({} if _account(change).get("kind") == "OpenAI" else {"raiPolicyName": DEFAULT}),
        **({"raiPolicyName": asked["raiPolicyName"]} if asked.get("raiPolicyName") else {}),
        "currentCapacity": sku["capacity"],
        "capabilities": CAPABILITIES.get(operation, {}),
    }
    if limits := _rate_limits(azure, model, sku):
        properties["rateLimits"] = limits
    return {"sku": sku, "tags": change.wanted.get("tags"), "properties": properties}


def _rate_limits(azure: LocalAzure, model: Wanted, sku: dict[str, Any]) -> list[dict[str, Any]]:
    """What the capacity buys, in the form of captured replies; empty where nobody says what a unit buys."""
    unit = azure.market.unit(model.name, sku["name"], model.version)
    return rate_limits(unit, sku["capacity"]) if unit else []


def rate_limits(unit: CapacityUnit, capacity: int) -> list[ArmDocument]:
    """`rateLimits` of so many units: requests in their window, tokens in a minute."""
    limits: list[dict[str, Any]] = []
    requests = unit.requests_per_window(capacity)
    if requests is not None:
        limits.append({"key": "request", "renewalPeriod": unit.window_seconds, "count": max(1, int(requests))})
    if unit.tokens_per_minute is not None:
        limits.append({"key": "token", "renewalPeriod": 60, "count": unit.tokens_per_minute * capacity})
    return limits


def _note(change: ResourceChange) -> str | None:
    model, sku, location = resolve(change), sku_of(change)["name"], _location(change)
    written = str((change.wanted.get("sku") or {}).get("name") or sku)
    drawn = quota.quota(change.call.azure, model.format, model.name, sku, location, model.version)
    notes = (
        f"the SKU {written} is taken as {sku}" if written != sku else None,
        note(change, model, sku, location),
        None if drawn.published else quota.UNPUBLISHED,
        None if drawn.pool_known else quota.BY_REGION,
    )
    return "; ".join(filter(None, notes)) or None


KIND = SandboxKind(
    row=DEPLOYMENT,
    patchable=frozenset({"sku", "tags"}),
    grade=Grade.A,
    source="azure-mgmt-cognitiveservices 14.1; Azure/azure-rest-api-specs PutDeployment.json",
    check=_check,
    fill=_fill,
    note=_note,
    lock=account_of,
    long_running=frozenset({"PUT", "PATCH", "DELETE"}),
    in_request=in_request,
    states=("Accepted", "Accepted"),
)

ROUTES = crud.routes(KIND)
