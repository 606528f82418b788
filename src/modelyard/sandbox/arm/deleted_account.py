"""Soft-deleted accounts: kept for 48 hours with what was in them, then gone; restored by a PUT that says so.

While one is kept it holds its name, its subdomain and its quota (Azure-Samples/chat-with-your-data-solution-
accelerator#1910 for the quota). The 48 hours are captured (recordings of azure-cli, B); that deployments, content
filters, blocklists and keys come back with the account is inferred from the quota they hold.

    deleted-accounts  account's ARM id   {"account", "deployments": {key: document}, "others": {key: document},
                                          "deletionDate", "scheduledPurgeDate"}
"""

from datetime import datetime, timedelta
from typing import Any

from modelyard.arm.kinds import ACCOUNT
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import operations
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing, timestamp
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.arm.subscription import normal
from modelyard.sandbox.entra import directory
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

COLLECTION = "deleted-accounts"
KEPT_FOR = timedelta(hours=48)
TYPE = "Microsoft.CognitiveServices/locations/resourceGroups/deletedAccounts"
PURGE = "purge"


def find(azure: LocalAzure, key: str) -> Document | None:
    """The soft-deleted account of this ARM id."""
    return azure.store.get(COLLECTION, key)


def keep(azure: LocalAzure, key: str, account: Document, at: datetime) -> None:
    """Keep an account that is being deleted, and what is in it; role assignments and policies at it go for good (R)."""
    inside = {
        below: document
        for below, document in azure.store.scan("resources", f"{key}/")
        if "/providers/" not in below[len(key) :]
    }
    deployments = f"{key}/deployments/"
    document = {
        "account": account,
        "deployments": {below: one for below, one in inside.items() if below.startswith(deployments)},
        "others": {below: one for below, one in inside.items() if not below.startswith(deployments)},
        "deletionDate": at.isoformat(),
        "scheduledPurgeDate": (at + KEPT_FOR).isoformat(),
    }
    azure.store.put(COLLECTION, key, document)


def take_back(azure: LocalAzure, key: str) -> Document | None:
    """What was kept, to be restored; its deployments and its other parts are in the store again."""
    kept = azure.store.get(COLLECTION, key)
    if kept is None:
        return None
    azure.store.delete(COLLECTION, key)
    for below, document in {**kept.get("others", {}), **kept["deployments"]}.items():
        azure.store.put("resources", below, document)
    return kept


def next_purge(azure: LocalAzure) -> datetime | None:
    """When the next account is purged by itself."""
    return azure.derived("next purge", (COLLECTION,), lambda: _next(azure))


def _next(azure: LocalAzure) -> datetime | None:
    times = (datetime.fromisoformat(kept["scheduledPurgeDate"]) for _, kept in azure.store.scan(COLLECTION))
    return min(times, default=None)


def purge_expired(azure: LocalAzure) -> None:
    """Purge what has been kept long enough."""
    now = azure.clock.now()
    for key, kept in list(azure.store.scan(COLLECTION)):
        if datetime.fromisoformat(kept["scheduledPurgeDate"]) <= now:
            purge(azure, key)


def purge(azure: LocalAzure, key: str) -> None:
    """Forget a soft-deleted account with its keys and its identity; its name and subdomain are free again."""
    kept = azure.store.get(COLLECTION, key)
    if kept is None:
        return
    account = kept["account"]
    with azure.store.transaction():
        subdomain = account["properties"].get("customSubDomainName")
        if subdomain:
            azure.store.delete("subdomains", subdomain.lower())
        azure.store.delete("account-keys", key)
        if principal := (account.get("identity") or {}).get("principalId"):
            directory.remove(azure, principal)
        azure.store.delete(COLLECTION, key)


# --- routes ----------------------------------------------------------------------------------------------------------


def _shown(kept: Document) -> dict[str, Any]:
    """A soft-deleted account as ARM shows it, under an id that begins with its location."""
    account = kept["account"]
    parameters = ACCOUNT.match(account["id"]) or {}
    where = f"/subscriptions/{parameters['subscriptionId']}/providers/Microsoft.CognitiveServices"
    where += f"/locations/{normal(account['location'])}/resourceGroups/{parameters['resourceGroupName']}"
    dates = {name: timestamp(datetime.fromisoformat(kept[name])) for name in ("deletionDate", "scheduledPurgeDate")}
    return {
        **{name: account[name] for name in ("kind", "location", "sku", "tags", "etag") if name in account},
        "id": f"{where}/deletedAccounts/{account['name']}",
        "name": account["name"],
        "type": "Microsoft.CognitiveServices/deletedAccounts",
        "properties": {**account["properties"], **dates, "provisioningState": "Succeeded"},
    }


def _key(call: ArmCall) -> str:
    return ACCOUNT.id(call.parameters).lower()


def _found(call: ArmCall) -> Document:
    kept = find(call.azure, _key(call))
    if kept is None or normal(kept["account"]["location"]) != normal(call.parameters["location"]):
        raise refuse("no-deleted-account", account=call.parameters["accountName"], location=call.parameters["location"])
    return kept


def _get(call: ArmCall) -> ArmReply:
    return ArmReply(200, _shown(_found(call)))


def _list(call: ArmCall) -> ArmReply:
    prefix = f"{call.subscription}/".lower()
    return listing([_shown(kept) for _, kept in call.azure.store.scan(COLLECTION, prefix)])


def _purge(call: ArmCall) -> ArmReply:
    kept = find(call.azure, _key(call))
    if kept is None:
        return ArmReply(204)
    key = _key(call)
    location = _found(call)["account"]["location"]
    if operations.locked(call.azure, key):
        raise refuse("account-busy", account=kept["account"]["id"])
    if not operations.delay(call.azure, ACCOUNT.type):
        purge(call.azure, key)
        return ArmReply(200)
    operation = operations.begin(call, arm_type=ACCOUNT.type, resource=key, location=location, effect=PURGE, lock=key)
    return ArmReply(202, None, operations.headers(call, operation))


PROVIDER = "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices"
ONE = f"{PROVIDER}/locations/{{location}}/resourceGroups/{{resourceGroupName}}/deletedAccounts/{{accountName}}"

ROUTES = (
    ArmRoute(verb="GET", path=ONE, answer=_get, action=f"{TYPE}/read", type=TYPE, grade=Grade.A, source=SPEC),
    ArmRoute(
        verb="DELETE",
        path=ONE,
        answer=_purge,
        action=f"{TYPE}/delete",
        type=TYPE,
        grade=Grade.A,
        source=SPEC,
        at="/subscriptions/{subscriptionId}",  # captured in MicrosoftDocs/azure-docs#76885 (B)
    ),
    ArmRoute(
        verb="GET",
        path=f"{PROVIDER}/deletedAccounts",
        answer=_list,
        action="Microsoft.CognitiveServices/deletedAccounts/read",
        type="Microsoft.CognitiveServices/deletedAccounts",
        grade=Grade.A,
        source=SPEC,
    ),
)
