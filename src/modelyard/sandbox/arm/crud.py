"""Creating, changing, reading, listing and deleting a resource of any kind; what differs is in `kinds`."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from modelyard.arm.json_path import ArmDocument, ArmObject, without
from modelyard.arm.schema import IDENTITY
from modelyard.sandbox.arm import body_schema, lookup, operations, policy_enforcement
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, etag
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind, kind_of
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import request_admission
from modelyard.sandbox.store import Document

SUCCEED, REMOVE = "succeed", "remove"

Handler = Callable[[SandboxKind, ArmCall], ArmReply]


def routes(
    kind: SandboxKind,
    *,
    patch: bool = True,
    lists: Iterable[str] = (),
    one: Handler | None = None,
    collection: Handler | None = None,
    gone: Handler | None = None,
    options: Collection[str] = (),
) -> tuple[ArmRoute, ...]:
    """The routes of a kind: its own path, the collection it is in, and further `lists` (path templates).

    `one`, `collection` and `gone` answer GET of a resource, GET of the collection and DELETE where the kind has its
    own way; `options` are the query options that `collection` honours.
    """
    path = kind.row.path
    own: list[tuple[str, Handler, str]] = [("GET", one or lookup.get, "read"), ("PUT", put, "write")]
    own += [("PATCH", change, "write")] if patch else []
    own += [("DELETE", gone or delete, "delete")]
    found = [(verb, path, answer, right) for verb, answer, right in own]
    found += [("GET", where, collection or lookup.list_all, "read") for where in (path.rpartition("/")[0], *lists)]
    return tuple(
        ArmRoute(
            verb=verb,
            path=where,
            answer=partial(answer, kind),
            action=f"{kind.action}/{right}",
            type=kind.type,
            grade=kind.grade,
            source=kind.source,
            options=frozenset() if where == path else frozenset(options),
        )
        for verb, where, answer, right in found
    )


# --- writing ---------------------------------------------------------------------------------------------------------


def put(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Create the resource, or replace it."""
    existing = call.azure.store.get("resources", kind.row.id(call.parameters).lower())
    return _write(_change(kind, call, existing, _taken(kind, call, _read(kind, call))))


def change(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Change what the body names; members that are null go (RFC 7396), tags are replaced as a whole."""
    existing = lookup.found(kind, call)
    body = _read(kind, call)
    if kind.patchable is not None:
        if left := sorted(body.keys() - kind.patchable - IDENTITY):
            call.note(f"left out, for PATCH takes {', '.join(sorted(kind.patchable))} alone: {', '.join(left)}")
        body = {name: value for name, value in body.items() if name in kind.patchable}
    body = _taken(kind, call, body)
    before = cleaned(kind, existing, unknown=True)
    wanted = merged(before, body)
    if "tags" in body:
        wanted["tags"] = body["tags"]
    return _write(_change(kind, call, existing, wanted))


def _read(kind: SandboxKind, call: ArmCall) -> dict[str, Any]:
    """The body, in the form of the kind, with numbers that were sent as texts."""
    body, texts = body_schema.numbers(kind.form, call.object())
    if texts:
        call.note(f"taken as a number though it is a text, as the Azure CLI sends some: {', '.join(texts)}")
    body_schema.check(kind.form, body)
    return dict(body)


def _taken(kind: SandboxKind, call: ArmCall, body: Mapping[str, Any]) -> dict[str, Any]:
    """What of a body is taken; what isn't, or is though nobody knows it, is noted.

    A member that ARM's types don't have is kept where the caller speaks a version that is newer than these types. In
    others it is left out, as the service does with a misplaced `sku` (Azure/bicep#16642, B).
    """
    keep = _newer(kind, call)
    given = body.get("properties") or {}
    names = [f"properties.{name}" for name in given if name not in kind.members and name not in kind.row.envelope]
    names += [name for name in body if name not in {*kind.row.envelope, *IDENTITY, "properties"}]
    unknown = sorted(name for name in names if name not in kind.row.read_only)
    misplaced = sorted(f"properties.{name}" for name in given if name in kind.row.envelope - kind.members.keys())
    if unknown and keep:
        call.note(f"kept, though the sandbox's types of {kind.type} don't have it: {', '.join(unknown)}")
    if left := [*misplaced, *([] if keep else unknown)]:
        call.note(f"left out, for {kind.type} of {call.api_version} doesn't have it: {', '.join(left)}")
    return cleaned(kind, body, unknown=keep)


def _newer(kind: SandboxKind, call: ArmCall) -> bool:
    """Whether the caller speaks a version that is newer than the types of the kind."""
    return call.newer or call.api_version > kind.row.api_version


def at(kind: SandboxKind, call: ArmCall, id: str) -> ArmCall:  # noqa: A002 - ARM calls it id
    """The same call on the resource of this id."""
    return replace(call, parameters=kind.row.match(id) or call.parameters)


def _change(kind: SandboxKind, call: ArmCall, existing: Document | None, wanted: dict[str, Any]) -> ResourceChange:
    identifier = str(existing["id"]) if existing else kind.row.id(call.parameters)
    return ResourceChange(call=call, kind=kind, id=identifier, existing=existing, wanted=wanted)


def _write(wanted: ResourceChange) -> ArmReply:
    """The one way in which a resource comes to be written.

    Every PUT and PATCH of every kind passes here with the whole resource as it was asked for, before anything has been
    written. Policies come first, as in ARM; then what the resource provider says.
    """
    kind, call, store = wanted.kind, wanted.call, wanted.call.azure.store
    lookup.require_parent(kind, call, "write")
    body, remarks = policy_enforcement.admit(wanted)
    wanted = replace(wanted, wanted=cleaned(kind, body, unknown=True))
    refuse_if_busy(call.azure, kind, wanted.id)
    kind.check(wanted)
    with store.transaction():
        document = _document(wanted, kind.fill(wanted))
        operation = _begin(wanted, str(document.get("location") or ""), SUCCEED) if _takes_time(kind, call) else None
        if kind.states[0]:
            unfinished = kind.states[1] if wanted.existing else kind.states[0]
            document["properties"]["provisioningState"] = unfinished if operation else "Succeeded"
        store.put("resources", wanted.key, document)
        kind.wrote(wanted, document)
    note = kind.note(wanted)
    if note:
        call.note(note)
    headers: dict[str, str] = {}
    if remarks:
        headers["x-modelyard-policy"] = request_admission.told(remarks)
    done = 200 if call.method == "PATCH" else kind.replaced if wanted.existing else kind.created
    if operation is None:
        return ArmReply(done, document, headers)
    if kind.in_request(call.method, document):
        return ArmReply(done, document, headers, waits=operation["id"])
    status = 202 if call.method == "PATCH" else 200 if wanted.existing else 201
    return ArmReply(status, document, {**headers, **operations.headers(call, operation)})


def _document(wanted: ResourceChange, filled: dict[str, Any]) -> dict[str, Any]:
    now = wanted.call.now
    head = {"id": wanted.id, "name": wanted.was("name") or wanted.name, "type": wanted.kind.type}
    known = {*wanted.kind.row.envelope, "properties"}
    filled = {**{name: value for name, value in wanted.wanted.items() if name not in known}, **filled}
    shown = without(filled, wanted.kind.row.write_only)  # what ARM never returns is nobody's to read
    document = {**head, **{name: value for name, value in shown.items() if value is not None}}
    document.setdefault("properties", {})
    if "systemData" in wanted.kind.row.read_only:
        document["systemData"] = wanted.call.system_data(wanted.was("systemData"))
    if "etag" in wanted.kind.row.read_only:
        document["etag"] = etag(now, inside=wanted.kind.row.parent_type is not None)
    return document


def _takes_time(kind: SandboxKind, call: ArmCall) -> bool:
    return call.method in kind.long_running and bool(operations.delay(call.azure, kind.type))


def _begin(wanted: ResourceChange, location: str, effect: str) -> Document:
    kind = wanted.kind
    state = "Deleting" if effect == REMOVE else kind.states[1] if wanted.existing else kind.states[0]
    return operations.begin(
        wanted.call,
        arm_type=kind.type,
        resource=wanted.key,
        location=location or _location(wanted.call.azure, wanted.id),
        effect=effect,
        lock=kind.lock(wanted.id),
        state=state,
    )


def _location(azure: LocalAzure, id: str) -> str:  # noqa: A002 - ARM calls it id
    """The location of a resource, or of the nearest thing above it that has one."""
    at = id.lower()
    while at:
        if location := (azure.store.get("resources", at) or {}).get("location"):
            return str(location)
        at = at.rpartition("/")[0]
    return "global"


def cleaned(kind: SandboxKind, body: ArmObject, *, unknown: bool = False) -> ArmDocument:
    """What of a body the type takes: without read-only members, and without `unknown` ones if they aren't wanted."""
    given, envelope = body.get("properties") or {}, kind.row.envelope
    properties = {
        name: value for name, value in given.items() if name in kind.members or (unknown and name not in envelope)
    }
    top = {
        name: value
        for name, value in sorted(body.items())
        if name in envelope or (unknown and name not in {*IDENTITY, "properties"})
    }
    return _without({**top, "properties": properties}, kind.row.read_only)


def _without(value: Mapping[str, Any], places: frozenset[str], at: str = "") -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for name, member in value.items():
        place = f"{at}{name}"
        if place not in places:
            kept[name] = _without(member, places, f"{place}.") if isinstance(member, Mapping) else member
    return kept


def merged(before: ArmObject, patch: ArmObject) -> ArmDocument:
    """JSON merge patch (RFC 7396)."""
    after = dict(before)
    for name, value in patch.items():
        if value is None:
            after.pop(name, None)
        elif isinstance(value, Mapping):
            there = after.get(name)
            after[name] = merged(there if isinstance(there, Mapping) else {}, value)
        else:
            after[name] = value
    return after


# --- deleting --------------------------------------------------------------------------------------------------------


def delete(kind: SandboxKind, call: ArmCall) -> ArmReply:
    """Delete the resource and everything below it; 204 where there is nothing."""
    lookup.require_parent(kind, call, "delete")
    key = kind.row.id(call.parameters).lower()
    existing = call.azure.store.get("resources", key)
    if existing is None:
        if kind.is_group:
            raise lookup.not_found(kind, call)
        return ArmReply(204)
    policy_enforcement.refuse_delete(kind, call, existing)
    refuse_if_busy(call.azure, kind, str(existing["id"]))
    if (removal := operations.under_way(call.azure, key, REMOVE)) is not None:
        # One of its own would go on after the first, and remove what was made in between.
        return ArmReply(202, None, operations.headers(call, removal))
    _refuse_if_nested(call.azure, key)
    kind.going(call, existing)
    wanted = ResourceChange(call=call, kind=kind, id=str(existing["id"]), existing=existing, wanted={})
    if not _takes_time(kind, call):
        with call.azure.store.transaction():
            remove(call.azure, key, call.now)
        return ArmReply(kind.removed_at_once)
    with call.azure.store.transaction():
        operation = _begin(wanted, str(existing.get("location") or ""), REMOVE)
        if kind.states[0]:
            properties = {**existing.get("properties", {}), "provisioningState": "Deleting"}
            call.azure.store.put("resources", key, {**existing, "properties": properties})
    if kind.in_request("DELETE", existing):
        return ArmReply(kind.removed_at_once, waits=operation["id"])
    return ArmReply(202, None, operations.headers(call, operation))


def remove(azure: LocalAzure, key: str, when: datetime) -> None:
    """Take a resource out of the store with everything below it; `when` is when it was deleted, which may be past."""
    document = azure.store.get("resources", key)
    if document is None:
        return
    kind = kind_of(key)
    if kind is not None:
        kind.archive(azure, key, document, when)
    for below in [below for below, _ in azure.store.scan("resources", f"{key}/")]:
        remove(azure, below, when)
    azure.store.delete("resources", key)
    if kind is not None:
        kind.removed(azure, key, document)


def _refuse_if_nested(azure: LocalAzure, key: str) -> None:
    """Tracked resources below a resource keep it from being deleted; a resource group deletes them with itself."""
    if "/providers/" not in key:
        return
    nested = [
        str(document["id"]).partition("/providers/")[2]
        for below, document in azure.store.scan("resources", f"{key}/")
        if (kind := kind_of(below)) is not None and kind.tracked
    ]
    if nested:
        raise refuse("nested-resources", nested=", ".join(nested))


def refuse_if_busy(azure: LocalAzure, kind: SandboxKind, id: str) -> None:  # noqa: A002 - ARM calls it id
    """RequestConflict while another operation holds the lock that writing this resource takes."""
    lock = kind.lock(id)
    if lock is not None and operations.locked(azure, lock):
        raise refuse("account-busy", account=lock)
