"""The tenant and its subscriptions; their regions, resources, and resource providers.

Regions are the catalog's public ones; the market's matrices add what they name. Another one may be newer than both: it
is taken with a note unless it is wrong for certain.
"""

from collections.abc import Collection, Mapping
from functools import cache, partial
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import scope_parameter
from modelyard.catalog import regions as catalog
from modelyard.catalog.market import Market
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import odata
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import kind_of, kinds
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.versions import supported
from modelyard.sandbox.authorization import allows
from modelyard.sandbox.entra.tokens import DOMAIN
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

READ = "Microsoft.Resources/subscriptions/read"
ONE = "/subscriptions/{subscriptionId}"
EXPAND = "$expand"
SHOWN = ("id", "name", "type", "location", "kind", "sku", "identity", "tags")
LISTED_BY = (*odata.TAGS, "resourceType", "name", "location", "resourceGroup", "kind", "identity/principalId")
"""Members that a filter of resources may name (Microsoft docs, REST reference of resources, A)."""
EXPANDED: Mapping[str, tuple[str, str]] = {
    "createdTime": ("systemData", "createdAt"),
    "changedTime": ("systemData", "lastModifiedAt"),
    "provisioningState": ("properties", "provisioningState"),
}
"""What `$expand` adds, with the place in the document where that stands."""


# --- regions ---------------------------------------------------------------------------------------------------------


def normal(location: object) -> str:
    """The name as ARM compares it: `Sweden Central` is `swedencentral`."""
    return catalog.normal(str(location))


@cache
def regions() -> tuple[str, ...]:
    """Every region there is, in alphabetical order."""
    return tuple(sorted({*catalog.public(), *Market.load().regions()}))


def possible(location: object) -> bool:
    """Whether Azure may have the region: it is listed, or nothing says that it can't be."""
    return normal(location) in regions() or not catalog.wrong(normal(location))


def require(location: object, arm_type: str) -> None:
    """Refuses a region that there is not, for certain."""
    if not possible(location):
        raise refuse("location-not-available", location=location, type=arm_type, regions=",".join(regions()))


def note(location: object) -> str | None:
    """What a write in a region rests on that no table has."""
    if normal(location) in regions():
        return None
    return f"whether Azure has the region {normal(location)} is not known here; ask: az account list-locations"


# --- subscriptions ---------------------------------------------------------------------------------------------------


def exists(azure: LocalAzure, subscription_id: str) -> bool:
    """Whether there is such a subscription."""
    key = f"/subscriptions/{subscription_id}".lower()
    return subscription_id.lower() == azure.subscription_id.lower() or azure.store.get("resources", key) is not None


def registered(azure: LocalAzure, subscription: str, namespace: str) -> bool:
    """Whether resources of the namespace may be written; a namespace nobody has put in counts as registered."""
    provider = azure.store.get("resources", f"{subscription}/providers/{namespace}".lower())
    return provider is None or provider["registrationState"] == "Registered"


def shown(azure: LocalAzure, key: str) -> ArmDocument:
    """The subscription of a folded id, as GET answers it."""
    kept = azure.store.get("resources", key)
    if kept is not None:
        return dict(kept)
    subscription_id = key.rpartition("/")[2]
    return {
        "id": key,
        "subscriptionId": subscription_id,
        "tenantId": azure.tenant_id,
        "displayName": "Modelyard sandbox",
        "state": "Enabled",
    }


def _tenants(call: ArmCall) -> ArmReply:
    tenant = {
        "id": f"/tenants/{call.azure.tenant_id}",
        "tenantId": call.azure.tenant_id,
        "tenantCategory": "Home",
        "defaultDomain": DOMAIN,
        "displayName": "Modelyard sandbox",
        "tenantType": "AAD",
    }
    return listing([tenant])


def _list(call: ArmCall) -> ArmReply:
    """Those in which the caller may read; for anybody else the list is empty, not refused."""
    azure, principals = call.azure, call.caller.principals if call.caller else ()
    return listing([shown(azure, key) for key in all_keys(azure) if allows(azure, principals, READ, key)])


def _get(call: ArmCall) -> ArmReply:
    return ArmReply(200, shown(call.azure, call.subscription.lower()))


def _locations(call: ArmCall) -> ArmReply:
    return listing(
        [{"id": f"{call.subscription}/locations/{name}", "name": name, "type": "Region"} for name in regions()]
    )


def _resources(call: ArmCall) -> ArmReply:
    """Resources that have a location, of the subscription or of one resource group; what is written at a scope, as
    a policy assignment is, is none of them.
    """
    prefix = f"{call.subscription}/resourcegroups/".lower()
    if "resourceGroupName" in call.parameters:
        prefix += f"{call.parameters['resourceGroupName']}/".lower()
    wanted, expanded = odata.wanted(call, LISTED_BY), _expanded(call)
    return listing(
        [
            {**{name: document[name] for name in SHOWN if name in document}, **_extra(document, expanded)}
            for key, document in call.azure.store.scan("resources", prefix)
            if "location" in document
            and "/providers/" in key
            and ((kind := kind_of(key)) is None or not scope_parameter(kind.row.path))
            and wanted.keeps(partial(_member, document, wanted))
        ]
    )


def _member(document: Document, wanted: odata.Filter, name: str) -> object:
    """What a filter of resources calls by this name."""
    if name in odata.TAGS:
        return odata.tag(document, wanted, name)
    if name == "resourceGroup":
        return str(document["id"]).split("/")[4]
    found: Any = document
    for part in {"resourceType": "type"}.get(name, name).split("/"):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _expanded(call: ArmCall) -> frozenset[str]:
    """What `$expand` asks for beside the members that are always shown."""
    asked = frozenset(part.strip() for part in odata.option(call, EXPAND).split(",") if part.strip())
    if unknown := sorted(asked - EXPANDED.keys()):
        raise refuse("not-emulated", what=f"$expand={','.join(unknown)} on this list", advice=", ".join(EXPANDED))
    return asked


def _extra(document: Document, asked: Collection[str]) -> dict[str, Any]:
    found = {name: (document.get(EXPANDED[name][0]) or {}).get(EXPANDED[name][1]) for name in asked}
    return {name: value for name, value in found.items() if value is not None}


def all_keys(azure: LocalAzure) -> tuple[str, ...]:
    """The folded ids of every subscription, in their order."""
    kept = {key for key, _ in azure.store.scan("resources", "/subscriptions/") if key.count("/") == 2}
    return tuple(sorted(kept | {f"/subscriptions/{azure.subscription_id}".lower()}))


# --- resource providers ----------------------------------------------------------------------------------------------


def _provider(azure: LocalAzure, subscription: str, namespace: str) -> dict[str, Any]:
    kept = azure.store.get("resources", f"{subscription}/providers/{namespace}".lower())
    if kept is None and not supported(f"{namespace}/any"):
        raise refuse("not-emulated", what=f"the resource provider {namespace}")
    spelt = str((kept or {}).get("namespace") or namespace)
    types = [
        kind.type.partition("/")[2] for kind in kinds().values() if kind.type.lower().startswith(f"{spelt}/".lower())
    ]
    return {
        "id": f"{subscription}/providers/{spelt}",
        "namespace": spelt,
        "registrationPolicy": "RegistrationRequired",
        "registrationState": (kept or {}).get("registrationState", "Registered"),
        "resourceTypes": [
            {"resourceType": name, "locations": list(regions()), "apiVersions": supported(f"{spelt}/{name}")}
            for name in types
        ],
    }


def _get_provider(call: ArmCall) -> ArmReply:
    return ArmReply(200, _provider(call.azure, call.subscription, call.parameters["namespace"]))


def _list_providers(call: ArmCall) -> ArmReply:
    prefix = f"{call.subscription}/providers/".lower()
    kept = [document for key, document in call.azure.store.scan("resources", prefix) if key.count("/") == 4]
    return listing([_provider(call.azure, call.subscription, str(document["namespace"])) for document in kept])


def _register(call: ArmCall) -> ArmReply:
    return _set(call, "Registered")


def _unregister(call: ArmCall) -> ArmReply:
    return _set(call, "Unregistered")


def _set(call: ArmCall, state: str) -> ArmReply:
    namespace = call.parameters["namespace"]
    verb = "register" if state == "Registered" else "unregister"
    call.require(f"{namespace}/{verb}/action", call.subscription)
    document = {**_provider(call.azure, call.subscription, namespace), "registrationState": state}
    call.azure.store.put("resources", document["id"].lower(), {**document, "resourceTypes": []})
    return ArmReply(200, document)


def _route(
    verb: str,
    path: str,
    answer: Any,
    action: str | None,
    *options: str,
) -> ArmRoute:
    return ArmRoute(
        verb=verb,
        path=path,
        answer=answer,
        action=action,
        type="Microsoft.Resources/subscriptions",
        grade=Grade.A,
        source="Microsoft docs, REST reference of resources and subscriptions",
        options=frozenset(options),
    )


RESOURCE_OPTIONS = (odata.FILTER, EXPAND)

ROUTES = (
    _route("GET", "/tenants", _tenants, None),
    _route("GET", "/subscriptions", _list, None),
    _route("GET", ONE, _get, READ),
    _route("GET", f"{ONE}/locations", _locations, "Microsoft.Resources/subscriptions/locations/read"),
    _route(
        "GET", f"{ONE}/resources", _resources, "Microsoft.Resources/subscriptions/resources/read", *RESOURCE_OPTIONS
    ),
    _route(
        "GET",
        f"{ONE}/resourceGroups/{{resourceGroupName}}/resources",
        _resources,
        "Microsoft.Resources/subscriptions/resourceGroups/resources/read",
        *RESOURCE_OPTIONS,
    ),
    _route("GET", f"{ONE}/providers", _list_providers, "Microsoft.Resources/subscriptions/providers/read"),
    _route("GET", f"{ONE}/providers/{{namespace}}", _get_provider, "Microsoft.Resources/subscriptions/providers/read"),
    _route("POST", f"{ONE}/providers/{{namespace}}/register", _register, None),
    _route("POST", f"{ONE}/providers/{{namespace}}/unregister", _unregister, None),
)
