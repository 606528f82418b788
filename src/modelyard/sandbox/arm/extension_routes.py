"""Routes of kinds that are written at a scope: read, written and deleted there, listed for the scope and around it."""

from functools import partial

from modelyard.sandbox.arm import crud
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope_lookup import above, scope_of
from modelyard.sandbox.authorization import root_group
from modelyard.sandbox.policy.documents import COLLECTION


def scoped_routes(kind: SandboxKind, missing: str, *, change: crud.Handler) -> tuple[ArmRoute, ...]:
    """The routes; `missing` names the refusal of a name that isn't there, `change` answers PATCH."""
    made = crud.routes(kind, patch=False, one=partial(_get, missing), collection=_list, gone=_delete)
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
    return crud.get(kind, call)


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


def _list(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Those at the scope, above it and below it; `atExactScope()` and `atScope()` leave some out."""
    azure, wanted = call.azure, call.query.get("$filter", "").lower()
    scope, root = scope_of(call), root_group(call.azure)
    found = []
    for key, document in azure.store.scan(COLLECTION):
        at, middle, _ = key.partition(f"/providers/{kind.type}/".lower())
        if not middle:
            continue
        exact = at.rstrip("/") == scope.lower().rstrip("/")
        upper, lower = above(at or "/", scope, root), above(scope, at or "/", root)
        if exact if "atexactscope()" in wanted else upper if "atscope()" in wanted else (upper or lower):
            found.append(document)
    return listing(found)
