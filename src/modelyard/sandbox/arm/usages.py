"""What is used of each quota in a region, and of an account's limits."""

from dataclasses import replace
from typing import Any

from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import account, crud, quota
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.deployment import STANDARD_DEPLOYMENTS
from modelyard.sandbox.arm.locations import normal
from modelyard.sandbox.arm.models import models
from modelyard.sandbox.arm.routing import SPEC, ArmRoute

ACCOUNTS = 30  # of kind OpenAI or AIServices, for each region of a subscription (Microsoft docs, quotas-limits)

UNPUBLISHED = f"where no table has a quota the sandbox sets no limit, and shows {quota.UNLIMITED}"


def _usage(name: str, title: str, limit: float, current: float) -> dict[str, Any]:
    """One row. The name in two forms and numbers as floats: captured."""
    return {
        "name": {"value": name, "localizedValue": title},
        "limit": float(limit),
        "currentValue": float(current),
        "unit": "Count",
    }


def _of_region(call: ArmCall) -> ArmReply:
    azure, location = call.azure, normal(call.parameters["location"])
    taken = quota.used(azure, call.subscription, location)
    quotas = {
        drawn.name: drawn
        for model, skus in models(azure, location)
        for sku in skus
        for drawn in (quota.quota(azure, model.format, model.name, sku["name"]),)
    }
    accounts = sum(
        document["location"] == location and document["kind"] == "AIServices"
        for document in crud.collect(azure, f"{call.subscription}/", account.KIND.row.type)
    )
    values = [_usage("AIServices.S0.AccountCount", "AI Services S0 accounts", ACCOUNTS, accounts)]
    values += [_usage(name, drawn.title, drawn.limit, taken.get(name, 0)) for name, drawn in sorted(quotas.items())]
    # What is deployed and in no list: models that the catalog doesn't know.
    values += [_usage(name, name, quota.UNLIMITED, taken[name]) for name in sorted(taken.keys() - quotas.keys())]
    return replace(listing(values), headers={"x-modelyard-note": UNPUBLISHED})


def _of_account(call: ArmCall) -> ArmReply:
    document = crud.found(account.KIND, call)
    deployments = crud.collect(call.azure, f"{document['id']}/deployments/", f"{account.KIND.row.type}/deployments")
    return listing([_usage("OpenAI.Deployments", "Deployments", STANDARD_DEPLOYMENTS, sum(1 for _ in deployments))])


ROUTES = (
    ArmRoute(
        verb="GET",
        path="/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/locations/{location}/usages",
        answer=_of_region,
        action="Microsoft.CognitiveServices/locations/usages/read",
        type="Microsoft.CognitiveServices/locations/usages",
        grade=Grade.A,
        source=SPEC,
    ),
    ArmRoute(
        verb="GET",
        path=f"{account.KIND.row.path}/usages",
        answer=_of_account,
        action=f"{account.KIND.row.type}/usages/read",
        type=account.KIND.row.type,
        grade=Grade.R,
        source=f"{SPEC} for the route; what it lists is the sandbox's own",
    ),
)
