"""The SKUs that accounts and deployments may have, and the questions whether a SKU or a subdomain is to be had."""

from dataclasses import replace
from typing import Any

from modelyard.catalog.answer import Certainty
from modelyard.catalog.sku import SKUS
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import account, body_schema, deployment, lookup
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.arm.subscription import note, possible, regions

TIERS = {"S0": "Standard"}


def _of_subscription(_call: ArmCall) -> ArmReply:
    return listing(
        [
            {
                "resourceType": "accounts",
                "name": name,
                "tier": TIERS[name],
                "kind": kind,
                "locations": [location.upper()],
                "locationInfo": [{"location": location.upper(), "zones": [], "zoneDetails": []}],
                "restrictions": [],
            }
            for kind, names in account.SKUS.items()
            for name in names
            for location in regions()
        ]
    )


def _of_account(call: ArmCall) -> ArmReply:
    document = lookup.found(account.KIND, call)
    names = account.SKUS[document["kind"]]
    return listing(
        [{"resourceType": account.KIND.row.type, "sku": {"name": name, "tier": TIERS[name]}} for name in names]
    )


def _of_deployment(call: ArmCall) -> ArmReply:
    document = lookup.found(deployment.KIND, call)
    azure, wanted = call.azure, document["properties"]["model"]
    model = azure.market.entry(wanted["name"], wanted["version"])
    names = [name for name in SKUS if model is None or azure.market.offers(model, name).known is not Certainty.NO]
    return listing([{"resourceType": deployment.KIND.row.type, "sku": {"name": name}} for name in names])


def _check_sku(call: ArmCall) -> ArmReply:
    body = call.object()
    body_schema.check({"kind": str, "type": str, "skus": [str]}, body)
    kind, names = str(body.get("kind")), body.get("skus") or []
    location = call.parameters["location"]
    values: list[dict[str, Any]] = []
    for name in names:
        available = possible(location) and str(name).upper() in account.SKUS.get(kind, ())
        row = {"kind": kind, "type": body.get("type"), "skuName": name, "skuAvailable": available}
        values.append(row if available else {**row, "reason": "NotAvailableForSubscription", "message": ""})
    unsure = note(location) if possible(location) else None
    return replace(listing(values), headers={"x-modelyard-note": unsure} if unsure else {})


def _check_subdomain(call: ArmCall) -> ArmReply:
    body = call.object()
    body_schema.check({"kind": str, "type": str, "subdomainName": str}, body)
    name = str(body.get("subdomainName") or "")
    free = call.azure.store.get("subdomains", name.lower()) is None
    reply = {"isSubdomainAvailable": free, "subdomainName": name, "type": body.get("type"), "kind": body.get("kind")}
    return ArmReply(200, reply if free else {**reply, "reason": "AlreadyExists"})


PROVIDER = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices"

ROUTES = tuple(
    ArmRoute(
        verb=verb,
        path=path,
        answer=answer,
        action=f"Microsoft.CognitiveServices/{action}",
        type="Microsoft.CognitiveServices/accounts",
        grade=Grade.A,
        source=f"{SPEC}; reasons recalled",
    )
    for verb, path, answer, action in (
        ("GET", f"{PROVIDER}/skus", _of_subscription, "skus/read"),
        ("GET", f"{account.KIND.row.path}/skus", _of_account, "accounts/skus/read"),
        ("GET", f"{deployment.KIND.row.path}/skus", _of_deployment, "accounts/deployments/skus/read"),
        (
            "POST",
            f"{PROVIDER}/locations/{{location}}/checkSkuAvailability",
            _check_sku,
            "locations/checkSkuAvailability/action",
        ),
        ("POST", f"{PROVIDER}/checkDomainAvailability", _check_subdomain, "checkDomainAvailability/action"),
    )
)
