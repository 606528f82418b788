"""Management groups as ARM shows and writes them: the groups, the subscriptions in them, and all that is below one.

Who is signed in may create a group and owns it (Microsoft docs, management groups, A). A group and a subscription are
written within the request, while Azure answers 202 for some minutes; the reply is that of its end.
"""

from collections.abc import Iterator
from typing import Any

from modelyard.arm.kinds import MANAGEMENT_GROUP
from modelyard.sandbox import management_groups, seed_data
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import subscription
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.authorization import allows

TYPE = "Microsoft.Management/managementGroups"
ALL = f"/providers/{TYPE}"
IN_GROUP = f"{MANAGEMENT_GROUP}/subscriptions/{{subscriptionId}}"


def _id(call: ArmCall) -> str:
    return f"{ALL}/{call.parameters['managementGroupId']}"


def _shown(call: ArmCall, key: str) -> dict[str, Any]:
    """A group as GET answers it."""
    azure = call.azure
    kept = azure.store.get(management_groups.COLLECTION, key) or {}
    name = str(kept.get("name") or key.rpartition("/")[2])
    above = management_groups.parent(azure, key)
    return {
        "id": f"{ALL}/{name}",
        "type": TYPE,
        "name": name,
        "properties": {
            "tenantId": azure.tenant_id,
            "displayName": kept.get("displayName") or ("Tenant Root Group" if not above else name),
            "details": {"version": 1, **({"parent": _parent(call, above)} if above else {})},
        },
    }


def _parent(call: ArmCall, key: str) -> dict[str, Any]:
    kept = call.azure.store.get(management_groups.COLLECTION, key) or {}
    name = str(kept.get("name") or key.rpartition("/")[2])
    return {"id": f"{ALL}/{name}", "name": name, "displayName": kept.get("displayName") or name}


def _list(call: ArmCall) -> ArmReply:
    """Those that the caller may read."""
    principals = call.caller.principals if call.caller else ()
    keys = [key for key in management_groups.names(call.azure) if allows(call.azure, principals, f"{TYPE}/read", key)]
    return listing([_brief(_shown(call, key)) for key in keys])


def _brief(group: dict[str, Any]) -> dict[str, Any]:
    properties = {name: value for name, value in group["properties"].items() if name != "details"}
    return {**group, "properties": properties}


def _require(call: ArmCall) -> str:
    key = _id(call).lower()
    if not management_groups.exists(call.azure, key):
        raise refuse("scope-not-found", scope=_id(call), advice=_advice(call))
    return key


def _advice(call: ArmCall) -> str:
    return f"the sandbox has {', '.join(management_groups.names(call.azure))}"


def _get(call: ArmCall) -> ArmReply:
    return ArmReply(200, _shown(call, _require(call)))


def _put(call: ArmCall) -> ArmReply:
    azure, key = call.azure, _id(call).lower()
    there = management_groups.exists(azure, key)
    if there:
        call.require(f"{TYPE}/write", key)
    if key == management_groups.root(azure):
        raise refuse("not-emulated", what="a change of the tenant's root group")
    properties = call.object().get("properties") or {}
    wanted = ((properties.get("details") or {}).get("parent") or {}).get("id")
    above = str(wanted or management_groups.parent(azure, key) or management_groups.root(azure)).lower()
    if not management_groups.exists(azure, above):
        raise refuse("scope-not-found", scope=above, advice=_advice(call))
    if (
        management_groups.above(azure, key, above)
        or len(management_groups.chain(azure, above)) >= management_groups.DEEPEST
    ):
        raise refuse("not-emulated", what=f"a management group at this place ({above})")
    kept = azure.store.get(management_groups.COLLECTION, key) or {}
    name = str(kept.get("name") or call.parameters["managementGroupId"])
    management_groups.place(azure, key, above, name=name, displayName=str(properties.get("displayName") or name))
    if not there and call.caller:
        seed_data.assign(azure, key, call.caller.object_id, seed_data.OWNER, call.caller.kind.principal_type)
    return ArmReply(200, _shown(call, key))


def _delete(call: ArmCall) -> ArmReply:
    key = _id(call).lower()
    if not management_groups.exists(call.azure, key):
        return ArmReply(204)
    if any(management_groups.parent(call.azure, each) == key for each in _everything(call)):
        raise refuse("not-emulated", what="the deletion of a management group that something stands in")
    call.azure.store.delete(management_groups.COLLECTION, key)
    return ArmReply(200)


def _everything(call: ArmCall) -> Iterator[str]:
    yield from management_groups.names(call.azure)[1:]
    yield from subscription.all_keys(call.azure)


def _put_subscription(call: ArmCall) -> ArmReply:
    key, id_ = _require(call), f"/subscriptions/{call.parameters['subscriptionId']}".lower()
    if not subscription.exists(call.azure, call.parameters["subscriptionId"]):
        raise refuse("scope-not-found", scope=id_, advice="a subscription of the sandbox")
    call.require("Microsoft.Authorization/roleAssignments/write", id_)
    management_groups.place(call.azure, id_, key)
    return ArmReply(200, _subscription(call, id_))


def _get_subscription(call: ArmCall) -> ArmReply:
    key, id_ = _require(call), f"/subscriptions/{call.parameters['subscriptionId']}".lower()
    if management_groups.parent(call.azure, id_) != key:
        raise refuse("scope-not-found", scope=id_, advice=_advice(call))
    return ArmReply(200, _subscription(call, id_))


def _delete_subscription(call: ArmCall) -> ArmReply:
    """It stands in the root again."""
    key, id_ = _require(call), f"/subscriptions/{call.parameters['subscriptionId']}".lower()
    if management_groups.parent(call.azure, id_) != key:
        return ArmReply(204)
    management_groups.place(call.azure, id_, management_groups.root(call.azure))
    return ArmReply(200)


def _subscription(call: ArmCall, id_: str) -> dict[str, Any]:
    group, shown = management_groups.parent(call.azure, id_), subscription.shown(call.azure, id_)
    return {
        "id": f"{_parent(call, group)['id']}/subscriptions/{shown['subscriptionId']}",
        "type": f"{TYPE}/subscriptions",
        "name": shown["subscriptionId"],
        "properties": {
            "tenant": call.azure.tenant_id,
            "displayName": shown.get("displayName"),
            "parent": {"id": _parent(call, group)["id"]},
            "state": "Active",
        },
    }


def _descendants(call: ArmCall) -> ArmReply:
    """Groups and subscriptions at any depth; whoever may ask sees all of them."""
    key = _require(call)
    below = [each for each in _everything(call) if each != key and management_groups.above(call.azure, key, each)]
    return listing([_descendant(call, each) for each in below])


def _descendant(call: ArmCall, id_: str) -> dict[str, Any]:
    above = {"id": _parent(call, management_groups.parent(call.azure, id_))["id"]}
    if id_.startswith(management_groups.GROUPS):
        group = _shown(call, id_)
        about = {"displayName": group["properties"]["displayName"], "parent": above}
        return {"id": group["id"], "type": TYPE, "name": group["name"], "properties": about}
    about = {"displayName": subscription.shown(call.azure, id_).get("displayName"), "parent": above}
    return {"id": id_, "type": "/subscriptions", "name": id_.rpartition("/")[2], "properties": about}


def _route(verb: str, path: str, answer: Any, action: str | None, page: str) -> ArmRoute:
    return ArmRoute(
        verb=verb,
        path=path,
        answer=answer,
        action=f"{TYPE}/{action}" if action else None,
        type=TYPE,
        grade=Grade.A,
        source=f"Microsoft docs, REST reference of {page}",
    )


ROUTES = (
    _route("GET", ALL, _list, None, "management-groups/list"),
    _route("GET", MANAGEMENT_GROUP, _get, "read", "management-groups/get"),
    _route("PUT", MANAGEMENT_GROUP, _put, None, "management-groups/create-or-update"),
    _route("DELETE", MANAGEMENT_GROUP, _delete, "delete", "management-groups/delete"),
    _route("GET", f"{MANAGEMENT_GROUP}/descendants", _descendants, "descendants/read", "get-descendants"),
    _route("PUT", IN_GROUP, _put_subscription, "subscriptions/write", "management-group-subscriptions/create"),
    _route("GET", IN_GROUP, _get_subscription, "subscriptions/read", "management-group-subscriptions"),
    _route("DELETE", IN_GROUP, _delete_subscription, "subscriptions/delete", "management-group-subscriptions/delete"),
)
