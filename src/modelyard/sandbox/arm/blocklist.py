"""Blocklists of an account, and adding or deleting many of their entries at once."""

import re
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.kinds import BLOCKLIST
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import blocklist_item, crud, lookup
from modelyard.sandbox.arm.account_parts import account_of
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.store import Document

NAME = re.compile(r"[0-9A-Za-z._~-]{1,64}")  # the characters: Microsoft docs, use-blocklists (A); the length: R


def _check(change: ResourceChange) -> None:
    if not NAME.fullmatch(change.name):
        rule = "up to 64 letters, digits, hyphens, periods, underscores and tildes"
        raise refuse("bad-name", name=change.name, type=BLOCKLIST.type, rule=rule)


def _going(call: ArmCall, existing: Document) -> None:
    """A list can't go while a content filter names it; the sandbox's own rule, lest a filter points nowhere."""
    prefix, name = f"{account_of(str(existing['id']))}/raiPolicies/", str(existing["name"]).lower()
    users = [
        str(one["name"])
        for one in lookup.collect(call.azure, prefix, kinds.CONTENT_FILTER.type)
        if name in {str(row.get("blocklistName")).lower() for row in one["properties"].get("customBlocklists") or ()}
    ]
    if users:
        raise refuse("blocklist-in-use", blocklist=existing["name"], users=", ".join(users))


KIND = SandboxKind(
    row=BLOCKLIST,
    grade=Grade.A,
    source=SPEC,
    check=_check,
    going=_going,
    lock=account_of,
    long_running=frozenset({"DELETE"}),
    removed_at_once=204,
)


def _rows(call: ArmCall) -> list[Any]:
    if not isinstance(call.body, list):
        raise refuse("bad-content", reason="a JSON array is expected")
    return call.body


def _add(call: ArmCall) -> ArmReply:
    """All of them or none, each as a PUT of its own would have it."""
    blocklist = lookup.found(KIND, call)
    crud.refuse_if_busy(call.azure, KIND, str(blocklist["id"]))
    with call.azure.store.transaction():
        for at, row in enumerate(_rows(call)):
            if not isinstance(row, dict) or not isinstance(row.get("name"), str):
                raise refuse("bad-content", reason=f"[{at}].name is required")
            blocklist_item.write(call, row["name"], {"properties": row.get("properties")})
    return ArmReply(200, blocklist)


def _delete(call: ArmCall) -> ArmReply:
    """Those of the names that are there; other names are passed over."""
    blocklist = lookup.found(KIND, call)
    crud.refuse_if_busy(call.azure, KIND, str(blocklist["id"]))
    with call.azure.store.transaction():
        for at, name in enumerate(_rows(call)):
            if not isinstance(name, str):
                raise refuse("bad-content", reason=f"[{at}] must be the name of an entry")
            crud.remove(call.azure, f"{blocklist['id']}/raiBlocklistItems/{name}".lower(), call.now)
    return ArmReply(204)


def _batch(name: str, answer: Any) -> ArmRoute:
    return ArmRoute(
        verb="POST",
        path=f"{BLOCKLIST.path}/{name}",
        answer=answer,
        action=f"{BLOCKLIST.type}/{name}/action",  # the action's name is recalled (R)
        type=BLOCKLIST.type,
        grade=Grade.A,
        source=SPEC,
    )


ROUTES = (
    *crud.routes(KIND, patch=False),
    _batch("addRaiBlocklistItems", _add),
    _batch("deleteRaiBlocklistItems", _delete),
)
