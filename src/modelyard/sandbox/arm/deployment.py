"""Model deployments: what the market and the subscription allow, and what the service fills in.

Where a provisioned deployment may send what it can't take is documented (Microsoft docs, spillover-traffic-management,
A): to a standard deployment of the same account, of the same model and version, with the same data processing. How a
breach is refused is not.
"""

import re
from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import DEPLOYMENT
from modelyard.catalog.serving import serving
from modelyard.catalog.sku import SKUS, Billing, CapacityUnit, Sku
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, quota
from modelyard.sandbox.arm.account_parts import DEFAULT, account_of, part, system_filter
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import Form
from modelyard.sandbox.arm.deployment_model import CAPABILITIES, Wanted, check_offer, note, resolve
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_.-]{0,63}")
PROPERTIES: Mapping[str, Form] = {
    "capacitySettings": {"designatedCapacity": int, "priority": int},
    "currentCapacity": int,
    "model": {"publisher": str, "format": str, "name": str, "version": str, "source": str, "sourceAccount": str},
    "parentDeploymentName": str,
    "raiPolicyName": str,
    "scaleSettings": {"scaleType": str, "capacity": int},
    "spilloverDeploymentName": str,
    "versionUpgradeOption": str,
}
DEFAULT_SKU = {"name": "Standard", "capacity": 1}  # what comes of a `sku` that was left out (Azure/bicep#16642)
UPGRADES = ("OnceNewDefaultVersionAvailable", "OnceCurrentVersionExpired", "NoAutoUpgrade")
STANDARD_DEPLOYMENTS = 32  # of one account (Microsoft docs, quotas-limits)


def sku_of(change: ResourceChange) -> dict[str, Any]:
    """Name and capacity that are wanted, in full."""
    wanted = change.wanted.get("sku")
    if wanted is None:
        return dict(DEFAULT_SKU)
    if wanted.get("name") is None:
        raise refuse("bad-content", reason="sku.name is required")
    capacity = wanted.get("capacity")
    return {**wanted, "capacity": 1 if capacity is None else capacity}


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


def _location(change: ResourceChange) -> str:
    account = change.call.azure.store.get("resources", account_of(change.key))
    return str(account["location"]) if account else ""


def _check_capacity(change: ResourceChange, model: Wanted, sku: dict[str, Any]) -> None:
    sold = change.call.azure.market.provisioned(model.name, sku["name"])
    if sku["capacity"] < 1:
        raise refuse("bad-capacity", capacity=sku["capacity"], rule="it must be at least 1")
    if sold and not sold.fits(sku["capacity"]):
        rule = f"the minimum is {sold.minimum}, and more is sold in steps of {sold.step}"
        raise refuse("bad-capacity", capacity=sku["capacity"], rule=rule)


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
        for document in crud.collect(change.call.azure, prefix, DEPLOYMENT.type)
        if document["sku"]["name"] not in SKUS or SKUS[document["sku"]["name"]].billing is Billing.STANDARD
    ]
    if len(standard) >= STANDARD_DEPLOYMENTS:
        raise refuse("too-many-deployments", limit=STANDARD_DEPLOYMENTS)


def _check_quota(change: ResourceChange, model: Wanted, sku: dict[str, Any], location: str) -> None:
    azure = change.call.azure
    wanted = quota.quota(azure, model.format, model.name, sku["name"])
    used = quota.used(azure, change.call.subscription, location).get(wanted.name, 0)
    had = quota.drawn(change.existing)
    more = sku["capacity"] - (had[1] if had[0] == wanted.name else 0)
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
        "raiPolicyName": asked.get("raiPolicyName") or DEFAULT,
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


def rate_limits(unit: CapacityUnit, capacity: int) -> list[dict[str, Any]]:
    """`rateLimits` of so many units: requests in their window, tokens in a minute."""
    limits: list[dict[str, Any]] = []
    requests = unit.requests_per_window(capacity)
    if requests is not None:
        limits.append({"key": "request", "renewalPeriod": unit.window_seconds, "count": max(1, int(requests))})
    if unit.tokens_per_minute is not None:
        limits.append({"key": "token", "renewalPeriod": 60, "count": unit.tokens_per_minute * capacity})
    return limits


def _note(change: ResourceChange) -> str | None:
    model, sku = resolve(change), sku_of(change)["name"]
    drawn = quota.quota(change.call.azure, model.format, model.name, sku)
    notes = (note(change, model, sku, _location(change)), None if drawn.published else quota.UNPUBLISHED)
    return "; ".join(filter(None, notes)) or None


KIND = SandboxKind(
    row=DEPLOYMENT,
    properties=PROPERTIES,
    patchable=frozenset({"sku", "tags"}),
    grade=Grade.A,
    source="azure-mgmt-cognitiveservices 14.1; Azure/azure-rest-api-specs PutDeployment.json",
    check=_check,
    fill=_fill,
    note=_note,
    lock=account_of,
    long_running=frozenset({"PUT", "PATCH", "DELETE"}),
    states=("Accepted", "Accepted"),
)

ROUTES = crud.routes(KIND)
