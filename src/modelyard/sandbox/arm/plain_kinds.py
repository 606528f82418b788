"""Kinds without logic: what ARM's types say of them, and nothing else. Replies say so in `x-modelyard-note`.

They are written, read, listed and deleted as any other; parents, policies, rights and the forms of members are checked.
What the service would do with one (a lock that keeps something from being deleted, a setting that sends logs) isn't
done.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import Any

from modelyard.arm.plain_kinds import rows
from modelyard.arm.resource_types import ResourceType, scope_parameter
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema, crud, lookup, scope
from modelyard.sandbox.arm.account_parts import account_of
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.entra.directory import identity

NOTE = "only the shape of this type is known"
SOURCE = "ARM's types of {version}; what the service does is not known"
STATE = "properties.provisioningState"
EVERY_WRITE = frozenset({"PUT", "PATCH", "DELETE"})


def kind(row: ResourceType) -> SandboxKind:
    """The kind of a row."""
    return SandboxKind(
        row=row,
        grade=Grade.R,
        source=SOURCE.format(version=row.api_version),
        check=_check,
        fill=_fill,
        lock=account_of if row.lock else _no_lock,
        long_running=EVERY_WRITE if row.delay is not None else frozenset(),
        states=("Creating", "Updating") if STATE in row.read_only else ("", ""),
        created=row.created,
        tracked=row.tracked,
    )


def _no_lock(_id: str) -> None:
    return None


def _check(change: ResourceChange) -> None:
    """Refuses a name that ARM's pattern excludes, a member that is missing, and a scope that isn't there."""
    row = change.kind.row
    if not body_schema.fits(row.schema.name, change.name):
        raise refuse("bad-name", name=change.name, type=row.type, rule=body_schema.rule(row.schema.name))
    if scope_parameter(row.path):
        scope.check(change.call, scope.scope_of(change.call))
    if missing := body_schema.missing(row.schema.body, {"properties": None, **change.wanted}):
        raise refuse("bad-content", reason="; ".join(f"{place} is required" for place in missing))


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted = dict(change.wanted)
    if "identity" in change.kind.row.envelope:
        name = "/".join(change.call.parameters[each] for each in change.kind.row.parameters[1:])
        wanted["identity"] = identity(change.call.azure, wanted.get("identity"), change.was("identity"), name)
    return wanted


# --- routes ----------------------------------------------------------------------------------------------------------


def routes(one: SandboxKind) -> Iterable[ArmRoute]:
    """Its routes; each reply says that only the shape is known."""
    row = one.row
    if scope_parameter(row.path):
        made = crud.routes(one, patch=row.patch, one=_get, collection=_list)
    else:
        whole = f"/subscriptions/{{subscriptionId}}/providers/{row.type}"
        made = crud.routes(one, patch=row.patch, lists=() if row.parent_type else (whole,))
    return (replace(route, answer=partial(_noted, route)) for route in made)


def _noted(route: ArmRoute, call: ArmCall) -> ArmReply:
    reply = route.answer(call)
    call.note(NOTE)
    return reply


def _get(one: SandboxKind, call: ArmCall) -> ArmReply:
    scope.check(call, scope.scope_of(call))
    return lookup.get(one, call)


def _list(one: SandboxKind, call: ArmCall) -> ArmReply:
    """Those at the scope and below it."""
    at = scope.scope_of(call)
    scope.check(call, at)
    return listing(list(lookup.collect(call.azure, f"{at.rstrip('/')}/", one.type)))


KINDS = tuple(kind(row) for row in rows())
ROUTES = tuple(route for one in KINDS for route in routes(one))
