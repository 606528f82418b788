"""One row for each deployment that runs: what it is, until when, how much room it has, who may reach it.

Joined from documents of ARM, what Azure offers in the region, and the catalog where Azure can't be asked. What nobody
says is None, which every report shows as unknown.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.catalog import regions
from modelyard.catalog.market import Market
from modelyard.files import JsonDocument, JsonObject
from modelyard.inventory.live_accounts import parent
from modelyard.inventory.region_offers import ListedModel, RegionOffers
from modelyard.policy.documents import scopes

Offers = Mapping[tuple[str, str], RegionOffers]
RATE = {"request": "requestsPerMinute", "token": "tokensPerMinute"}
CATALOG = "catalog"
AZURE = "Azure"


def rows(
    accounts: Sequence[ArmDocument],
    deployments: Iterable[ArmDocument],
    offers: Offers,
    market: Market,
    today: date,
    *,
    denied: Mapping[str, Sequence[str]] | None,
    tags: Sequence[str] = (),
) -> list[JsonDocument]:
    """The rows, by account and name. `denied` has the policies that would refuse a resource, by its folded id; None
    where they could not be read.
    """
    by_id = {str(each["id"]).lower(): each for each in accounts}
    return [
        row(by_id[parent(each).lower()], each, offers, market, today, denied=denied, tags=tags) for each in deployments
    ]


def row(
    account: ArmDocument,
    deployment: ArmDocument,
    offers: Offers,
    market: Market,
    today: date,
    *,
    denied: Mapping[str, Sequence[str]] | None,
    tags: Sequence[str] = (),
) -> JsonDocument:
    """One deployment."""
    properties = deployment.get("properties") or {}
    model, sku = properties.get("model") or {}, deployment.get("sku") or {}
    name, version, sku_name = (str(each or "") for each in (model.get("name"), model.get("version"), sku.get("name")))
    publisher, subscription = str(model.get("format") or ""), scopes.subscription(str(account["id"]))
    region = regions.normal(str(account.get("location") or ""))
    offer = offers.get((subscription, region))
    life = lifetime(publisher, name, version, sku_name, offer, market, today)
    usage = offer.usage(publisher, name, version, sku_name) if offer else None
    return {
        "subscription": subscription.rpartition("/")[2],
        "resourceGroup": scopes.resource_group(str(account["id"])).rpartition("/")[2],
        "account": account["name"],
        "kind": account.get("kind"),
        "region": region,
        "deployment": str(deployment["id"]).rpartition("/")[2],
        "model": name or None,
        "version": version or None,
        "format": publisher or None,
        "sku": sku_name or None,
        "capacity": sku.get("capacity"),
        **limits(properties),
        "state": properties.get("deploymentState") or properties.get("provisioningState"),
        "lifecycle": life["lifecycle"],
        "retirement": life["retirement"],
        "retirementPlanned": life["planned"],
        "retirementSource": life["source"],
        "daysLeft": (life["retirement"] - today).days if life["retirement"] else None,
        "replacement": life["replacement"],
        "headroom": usage.left if usage else None,
        "quota": usage.name if usage else None,
        "quotaLimit": usage.limit if usage else None,
        "quotaUsed": usage.used if usage else None,
        "filter": properties.get("raiPolicyName"),
        **openness(account),
        "tags": {tag: (account.get("tags") or {}).get(tag) for tag in tags},
        "denied": None if denied is None else denials(denied, account, deployment),
        "id": deployment["id"],
    }


def lifetime(
    publisher: str, name: str, version: str, sku: str, offer: RegionOffers | None, market: Market, today: date
) -> JsonDocument:
    """Lifecycle, day of retirement by SKU, whether that day is planned, replacement, and who says so.

    Azure's own listing for the region comes first; the catalog, which has a date of its own, fills what it leaves out.
    """
    listed: ListedModel | None = offer.model(publisher, name, version) if offer else None
    entry = market.entry(name, version)
    known = market.lifecycle(entry, sku, today) if entry else None
    in_sku = listed.skus.get(sku.lower()) if listed else None
    retirement = (in_sku.retirement if in_sku else None) or (listed.retirement if listed else None)
    planned = None if listed is None or listed.tentative is None else not listed.tentative
    source = AZURE if retirement else None
    if retirement is None and known is not None and known.retirement is not None:
        retirement, source = known.retirement, f"{CATALOG} of {market.date}"
    if planned is None and entry is not None:
        planned = {"planned": True, "realised": True, "tentative": False}.get(entry.deprecation_status.lower())
    word = (listed.lifecycle if listed else "") or (known.effective.value if known and known.effective else "")
    return {
        "lifecycle": word or None,
        "retirement": retirement,
        "planned": planned,
        "source": source,
        "replacement": (listed.replacement if listed else "") or (known.replacement if known else "") or None,
    }


def limits(properties: ArmObject) -> dict[str, float | None]:
    """Tokens and requests a minute by the deployment's own limits; None where ARM states none."""
    found: dict[str, float | None] = {"tokensPerMinute": None, "requestsPerMinute": None}
    for each in properties.get("rateLimits") or ():
        member, period = RATE.get(str(each.get("key"))), each.get("renewalPeriod")
        if member and period and isinstance(each.get("count"), int | float):
            found[member] = each["count"] * 60 / period
    return found


def openness(account: ArmDocument) -> JsonDocument:
    """Whether keys work, who reaches the account by the public network, and which identity it has.

    ARM leaves out what was never set: keys are on then, and the network is public.
    """
    properties = account.get("properties") or {}
    rules = properties.get("networkAcls") or {}
    public = str(properties.get("publicNetworkAccess") or "Enabled").lower() != "disabled"
    denies = str(rules.get("defaultAction") or "Allow").lower() == "deny"
    return {
        "keys": not properties.get("disableLocalAuth", False),
        "publicNetwork": ("selected" if denies else "all") if public else "off",
        "identity": (account.get("identity") or {}).get("type") or "None",
    }


def is_open(row: JsonObject) -> bool:
    """Whether a key alone opens it from anywhere."""
    return bool(row["keys"]) and row["publicNetwork"] == "all"


def is_full(row: JsonObject) -> bool:
    """Whether its quota has nothing left."""
    return row["headroom"] is not None and row["headroom"] <= 0


def retires_within(row: JsonObject, days: int) -> bool:
    """Whether its day is near, or has passed."""
    return row["daysLeft"] is not None and row["daysLeft"] <= days


def denials(denied: Mapping[str, Sequence[str]], *documents: ArmDocument) -> list[str]:
    """Which policies would refuse one of the documents as it stands."""
    return list(dict.fromkeys(name for each in documents for name in denied.get(str(each["id"]).lower(), ())))
