"""Scopes that role and policy resources are written at: whether one is there, what stands above it, and their routes.

What stands above and below them in management groups is in `management_groups`.
"""

from collections.abc import Collection
from functools import partial

from modelyard.sandbox import management_groups
from modelyard.sandbox.arm import crud, lookup, odata
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.management_groups import above
from modelyard.sandbox.policy.documents import COLLECTION


def scope_of(call: ArmCall) -> str:
    """The scope in the path of a call, as it was written."""
    return "/" + call.parameters["scope"].strip("/")


def check(call: ArmCall, scope: str) -> None:
    """Refuses a management group, resource group or resource that isn't there."""
    store, at = call.azure.store, scope.lower().rstrip("/")
    parts = scope.split("/")
    if at.startswith("/providers/") and not management_groups.exists(call.azure, at):
        there = ", ".join(management_groups.names(call.azure))
        raise refuse("scope-not-found", scope=scope, advice=f"the sandbox has {there}")
    if len(parts) > 4 and parts[3].lower() == "resourcegroups":
        if store.get("resources", "/".join(parts[:5]).lower()) is None:
            raise refuse("group-not-found", group=parts[4])
        if len(parts) > 5 and store.get("resources", at) is None:
            raise refuse("resource-not-found", resource=scope.partition("/providers/")[2], group=parts[4])


# --- routes of what is written at a scope ---------------------------------------------------------------------------


def scoped_routes(
    kind: SandboxKind, missing: str, *, change: crud.Handler, members: Collection[str]
) -> tuple[ArmRoute, ...]:
    """The routes; `missing` names the refusal of a name that isn't there, `change` answers PATCH, and a filter may name
    these `members` of `properties`.
    """
    many = partial(_list, members)
    made = crud.routes(
        kind, patch=False, one=partial(_get, missing), collection=many, gone=_delete, options={odata.FILTER}
    )
    patch = ArmRoute(
        verb="PATCH",
        path=kind.row.path,
        answer=partial(_patch, missing, change, kind),
        action=f"{kind.type}/write",
        type=kind.type,
        grade=kind.grade,
        source=kind.source,
    )
    return (*made, patch)


def _require(missing: str, kind: SandboxKind, call: ArmCall) -> None:
    if call.azure.store.get("resources", kind.row.id(call.parameters).lower()) is None:
        raise refuse(missing, name=call.parameters[kind.row.name_parameter])


def _get(missing: str, kind: SandboxKind, call: ArmCall) -> ArmReply:
    _require(missing, kind, call)
    return lookup.get(kind, call)


def _patch(missing: str, change: crud.Handler, kind: SandboxKind, call: ArmCall) -> ArmReply:
    _require(missing, kind, call)
    return change(kind, call)


def _delete(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """The document as it was; 204 where there was none."""
    there = call.azure.store.get("resources", kind.row.id(call.parameters).lower())
    if there is None:
        return ArmReply(204)
    crud.delete(kind, call)
    return ArmReply(200, there)


def _list(members: Collection[str], kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Those at the scope, above it and below it; `atExactScope()` and `atScope()` leave some out."""
    azure, wanted = call.azure, odata.wanted(call, members, ("atExactScope", "atScope"))
    scope = scope_of(call)
    found = []
    for key, document in azure.store.scan(COLLECTION):
        at, middle, _ = key.partition(f"/providers/{kind.type}/".lower())
        if not middle:
            continue
        exact = at.rstrip("/") == scope.lower().rstrip("/")
        upper, lower = above(azure, at, scope), above(azure, scope, at or "/")
        around = exact if "atexactscope" in wanted.functions else upper
        if not wanted.functions:
            around = upper or lower
        if around and wanted.keeps(document["properties"].get):
            found.append(document)
    return listing(found)
