"""The models that may be deployed in a region, with their SKUs, and what is used of the quotas they draw on.

The shape is that of captured listings (B). What a model can do and how much of it one deployment may have are the
sandbox's to say where no table does (R).
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog.answer import Certainty
from modelyard.catalog.lifecycle import printed
from modelyard.catalog.model import ModelVersion
from modelyard.catalog.serving import serving
from modelyard.catalog.sku import SKUS, Billing
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import account, deployment, deployment_model, lookup, odata
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.deployment import largest
from modelyard.sandbox.arm.quota import BY_REGION, UNLIMITED, SubscriptionQuota, in_region, quota, used
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.arm.subscription import normal
from modelyard.sandbox.local_azure import LocalAzure

KINDS = ("AIServices", "OpenAI")


def models(azure: LocalAzure, location: str) -> Iterator[tuple[ModelVersion, list[ArmDocument]]]:
    """Each model with the SKUs that a region offers, without those that have retired by Microsoft's word.

    A SKU that the model has counts where nobody knows whether the region offers it, for a deployment of it is taken
    (R); of a model without any, GlobalStandard does.
    """
    for model in azure.market:
        answers = {name: azure.market.offers(model, name, location).known for name in SKUS}
        offered = [
            name
            for name, known in answers.items()
            if known is Certainty.YES or (known is Certainty.UNKNOWN and name in model.skus)
        ]
        if not offered and not model.skus and not azure.market.covers(model):
            offered = ["GlobalStandard"]
        if offered and model.lifecycle != "Retired":
            yield model, [_sku(azure, model, name, location) for name in offered]


def _sku(azure: LocalAzure, model: ModelVersion, name: str, location: str) -> dict[str, Any]:
    sold = azure.market.provisioned(model, name)
    unit = azure.market.unit(model, name)
    operation = serving(model.name, model.format, name).operations[0]
    drawn, most = quota(azure, model.format, model.name, name, location, model.version), largest(model.name, name)
    sku: dict[str, Any] = {
        "name": name,
        "usageName": drawn.name,
        "capacity": {"minimum": sold.minimum, "step": sold.step, "maximum": most}
        if sold
        else {"maximum": most, "default": 120 if operation == "embeddings" else 10},
    }
    if day := printed(model, name)[0]:
        sku["deprecationDate"] = f"{day}T00:00:00Z"
    if unit is not None and SKUS[name].billing is Billing.STANDARD:
        sku["rateLimits"] = deployment.rate_limits(unit, 1)
    return sku


def _entry(call: ArmCall, location: str, model: ModelVersion, skus: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    azure, name = call.azure, f"{model.format}.{model.name}.{model.version}"
    status = azure.market.lifecycle(model, "", azure.market_day, played=True).effective
    operation = serving(model.name, model.format, skus[0]["name"]).operations[0]
    default = deployment_model.default(azure, model.format, model.name)
    shown: dict[str, Any] = {
        "format": model.format,
        "name": model.name,
        "version": model.version,
        "publisher": model.publisher,
        "isDefaultVersion": default == model,
        "skus": skus,
        "maxCapacity": 3,  # of every model, whatever its SKUs (recordings of azure-dev, 2026-04-23, B)
        "capabilities": deployment_model.CAPABILITIES.get(operation, {}),
        "lifecycleStatus": status.value if status else "",
    }
    if model.retirement:
        shown["deprecation"] = {"inference": f"{model.retirement}T00:00:00Z"}
    if _of_2026(call):
        shown |= _successor(model)
    return {
        "id": f"{call.subscription}/providers/Microsoft.CognitiveServices/locations/{location}/models/{name}",
        "name": name,
        "type": "Microsoft.CognitiveServices/locations/models",
        "location": location,
        "kind": kind,
        "skuName": "S0",
        "model": shown,
    }


def _of_2026(call: ArmCall) -> bool:
    """Whether the caller's version has listings that say what replaces a model, and in which pool a quota counts."""
    return call.query.get("api-version", "")[:10] >= SINCE


SINCE = "2026-05-15"
"""Of the members in Microsoft's models.tsp (A); recorded listings of 2025-06-01 have none of them (B)."""
PLANS = {"planned": "Planned", "realised": "Planned", "tentative": "Tentative"}


def _successor(model: ModelVersion) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if model.retirement and (plan := PLANS.get(model.deprecation_status.lower())):
        found["deprecation"] = {"inference": f"{model.retirement}T00:00:00Z", "deprecationStatus": plan}
    if model.replacement:
        target = {"targetModelName": model.replacement, "targetModelVersion": model.replacement_version}
        found["replacementConfig"] = {name: value for name, value in target.items() if value}
    return found


def _of_region(call: ArmCall) -> ArmReply:
    azure, location = call.azure, normal(call.parameters["location"])
    return listing(
        [
            _entry(call, location, model, skus, kind)
            for kind in KINDS
            for model, skus in models(azure, location)
            if kind == "AIServices" or model.format == "OpenAI"
        ]
    )


def _of_account(call: ArmCall) -> ArmReply:
    document = lookup.found(account.KIND, call)
    azure, kind, location = call.azure, document["kind"], normal(document["location"])
    return listing(
        [
            _entry(call, location, model, skus, kind)["model"]
            for model, skus in models(azure, location)
            if kind == "AIServices" or model.format == "OpenAI"
        ]
    )


def _capacities(call: ArmCall) -> ArmReply:
    """What is left for a model in each region, or in the one that the path names."""
    azure, query = call.azure, call.query
    asked = normal(call.parameters["location"]) if "location" in call.parameters else None
    model = azure.market.model(query.get("modelFormat", ""), query.get("modelName", ""), query.get("modelVersion", ""))
    values = []
    for location in (asked,) if asked else sorted(azure.market.regions()):
        for sku in SKUS if model else ():
            if model is None or azure.market.offers(model, sku, location).known is not Certainty.YES:
                continue
            drawn = quota(azure, model.format, model.name, sku, location, model.version)
            where = f"{call.subscription}/providers/Microsoft.CognitiveServices/locations/{location}/models"
            left = max(0, drawn.limit - used(azure, call.subscription, drawn))
            values.append(
                {
                    "id": f"{where}/{model.format}.{model.name}.{model.version}/skus/{sku}",
                    "name": sku,
                    "type": "Microsoft.CognitiveServices/locations/models/skus",
                    "location": location,
                    "properties": {
                        "model": {"format": model.format, "name": model.name, "version": model.version},
                        "skuName": sku,
                        "availableCapacity": left,
                        **_pool(call, drawn, location),
                    },
                }
            )
    return listing(values)


# --- usages ----------------------------------------------------------------------------------------------------------

ACCOUNTS: Mapping[str, tuple[str, int, tuple[str, ...]]] = {
    "AccountCount": ("Maximum Resources per Region", 200, tuple(account.SKUS)),
    "AIServices.S0.AccountCount": ("AI Services S0 accounts", 100, ("AIServices",)),
    "OpenAI.S0.AccountCount": ("Maximum resources for OpenAI S0 sku.", 30, ("OpenAI",)),
}
"""Title, limit and kinds of the quotas of accounts in a region (recordings of azure-dev, 2026-04-23, B; the title of
the second R). They are shown, and no account is refused by them."""

UNPUBLISHED = f"where no table has a quota the sandbox sets no limit, and shows {UNLIMITED}"


def _pool(call: ArmCall, drawn: SubscriptionQuota | None, location: str) -> dict[str, str]:
    """Where a quota counts, in the words of newer versions; nothing where nobody knows."""
    if not _of_2026(call) or (drawn is not None and not drawn.pool_known):
        return {}
    if drawn is None or drawn.pool == location:
        return {"scopeType": "Regional", "scopeId": location}
    zone = drawn.pool.removesuffix(" data zone")
    return {"scopeType": "DataZone", "scopeId": zone} if zone else {"scopeType": "Global"}


def _usage(name: str, title: str, limit: float, current: float, **pool: str) -> dict[str, Any]:
    """One row. The name in two forms and numbers as floats: captured."""
    return {
        **pool,
        "name": {"value": name, "localizedValue": title},
        "limit": float(limit),
        "currentValue": float(current),
        "unit": "Count",
    }


def _usages_of_region(call: ArmCall) -> ArmReply:
    """Quotas of accounts, of models that may be deployed, and of what is deployed and in no list (models that the
    catalog doesn't know).
    """
    azure, location = call.azure, normal(call.parameters["location"])
    offered = {
        drawn.name: drawn
        for model, skus in models(azure, location)
        for sku in skus
        for drawn in (quota(azure, model.format, model.name, sku["name"], location, model.version),)
    }
    quotas = {**in_region(azure, call.subscription, location), **offered}
    there = [
        document["kind"]
        for document in lookup.collect(azure, f"{call.subscription}/", account.KIND.row.type)
        if normal(document["location"]) == location
    ]
    values = [
        _usage(name, title, limit, sum(map(there.count, kinds)), **_pool(call, None, location))
        for name, (title, limit, kinds) in ACCOUNTS.items()
    ]
    values += [
        _usage(name, drawn.title, drawn.limit, used(azure, call.subscription, drawn), **_pool(call, drawn, location))
        for name, drawn in sorted(quotas.items())
    ]
    wanted = odata.wanted(call, ("name.value",))
    values = [one for one in values if wanted.keeps({"name.value": one["name"]["value"]}.get)]
    notes = [UNPUBLISHED, *([BY_REGION] if any(not drawn.pool_known for drawn in quotas.values()) else [])]
    return replace(listing(values), headers={"x-modelyard-note": "; ".join(notes)})


def _usages_of_account(call: ArmCall) -> ArmReply:
    document = lookup.found(account.KIND, call)
    deployments = lookup.collect(call.azure, f"{document['id']}/deployments/", f"{account.KIND.row.type}/deployments")
    return listing(
        [_usage("OpenAI.Deployments", "Deployments", deployment.STANDARD_DEPLOYMENTS, sum(1 for _ in deployments))]
    )


PROVIDER = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices"

MODEL_ROUTES = tuple(
    ArmRoute(
        verb="GET",
        path=path,
        answer=answer,
        action=f"Microsoft.CognitiveServices/{action}/read",
        type=f"Microsoft.CognitiveServices/{action}",
        grade=Grade.A,
        source=SPEC,
    )
    for path, answer, action in (
        (f"{PROVIDER}/locations/{{location}}/models", _of_region, "locations/models"),
        (f"{account.KIND.row.path}/models", _of_account, "accounts/models"),
        (f"{PROVIDER}/modelCapacities", _capacities, "modelCapacities"),
        (f"{PROVIDER}/locations/{{location}}/modelCapacities", _capacities, "locations/modelCapacities"),
    )
)

ROUTES = (
    *MODEL_ROUTES,
    ArmRoute(
        verb="GET",
        path="/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/locations/{location}/usages",
        answer=_usages_of_region,
        action="Microsoft.CognitiveServices/locations/usages/read",
        type="Microsoft.CognitiveServices/locations/usages",
        grade=Grade.A,
        source=SPEC,
        options=frozenset({odata.FILTER}),
    ),
    ArmRoute(
        verb="GET",
        path=f"{account.KIND.row.path}/usages",
        answer=_usages_of_account,
        action=f"{account.KIND.row.type}/usages/read",
        type=account.KIND.row.type,
        grade=Grade.R,
        source=f"{SPEC} for the route; what it lists is the sandbox's own",
    ),
)
