"""Content filters of an account (RAI policies): what one may hold, and which of them no one may touch.

Every filter needs `blocking` and `source` (InvalidRequestContent without them, pulumi/pulumi-azure-native#3022); names
and points are those of `catalog.content_filters`. What Azure checks beyond that nobody has written down.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.kinds import CONTENT_FILTER
from modelyard.catalog import content_filters
from modelyard.catalog.content_filters import SYSTEM_POLICIES
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud
from modelyard.sandbox.arm.account_child import account_of, part
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import OBJECT, Form
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import SPEC
from modelyard.sandbox.arm.system_filters import DEFAULT, NAMES, system_filter
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

PROPERTIES: Mapping[str, Form] = {
    "basePolicyName": str,
    "contentFilters": [
        {"name": str, "enabled": bool, "severityThreshold": str, "blocking": bool, "source": str, "action": str}
    ],
    "customBlocklists": [{"blocklistName": str, "blocking": bool, "source": str}],
    "customTopics": [{"topicName": str, "blocking": bool, "source": str}],
    "mode": str,
    "safetyProviders": [OBJECT],
}
MODES = ("Default", "Deferred", "Blocking", "Asynchronous_filter")
SEVERITIES = ("Low", "Medium", "High")
POINTS = ("Prompt", "Completion")  # of blocklists (azure-mgmt-cognitiveservices 14.1, RaiPolicyContentSource, A)


def find(azure: LocalAzure, account: str, name: str) -> Document | None:
    """The content filter that a deployment of the account may name, a system policy or one of its own."""
    return system_filter(account, name) or azure.store.get("resources", f"{account}/raiPolicies/{name}".lower())


# --- writing ---------------------------------------------------------------------------------------------------------


def _check(change: ResourceChange) -> None:
    if change.name.lower() in NAMES:
        raise refuse("filter-of-the-system", filter=NAMES[change.name.lower()])
    account, wanted = account_of(change.id), change.properties
    base, mode = wanted.get("basePolicyName"), wanted.get("mode")
    if base is not None and (
        str(base).lower() == change.name.lower() or find(change.call.azure, account, str(base)) is None
    ):
        raise refuse("base-filter-not-found", filter=base, advice=f"every account has {', '.join(SYSTEM_POLICIES)}")
    if mode is not None and str(mode).lower() not in {one.lower() for one in MODES}:
        raise refuse("bad-property", name="mode", value=mode, allowed=", ".join(MODES))
    seen: set[tuple[str, str]] = set()
    for at, row in enumerate(_rows(wanted, "contentFilters")):
        found = _check_filter(row, at)
        if found in seen:
            raise refuse("bad-content-filter", reason=f"'{row['name']}' is there twice for {row['source']}")
        seen.add(found)
    for at, row in enumerate(_rows(wanted, "customBlocklists")):
        _check_blocklist(change, row, at)


def _rows(properties: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = properties.get(name) or []
    return rows


def _check_filter(row: dict[str, Any], at: int) -> tuple[str, str]:
    """One row of `contentFilters`; its name and point, folded."""
    place = f"properties.contentFilters[{at}]"
    for name in ("name", "source", "blocking"):
        if row.get(name) is None:
            raise refuse("bad-content", reason=f"{place}.{name} is required")
    points = {source.lower(): found for source, found in content_filters.by_source().items()}
    if row["source"].lower() not in points:
        allowed = ", ".join(content_filters.by_source())
        raise refuse("bad-property", name=f"{place}.source", value=row["source"], allowed=allowed)
    names = {one.arm_name.lower(): one for one in points[row["source"].lower()].values()}
    found = names.get(row["name"].lower())
    if found is None:
        known = ", ".join(one.arm_name for one in names.values())
        raise refuse("bad-content-filter", reason=f"'{row['name']}' is no filter for {row['source']}", advice=known)
    severity = row.get("severityThreshold")
    if found.has_severity and severity is not None and str(severity).lower() not in {one.lower() for one in SEVERITIES}:
        raise refuse("bad-property", name=f"{place}.severityThreshold", value=severity, allowed=", ".join(SEVERITIES))
    return found.arm_name.lower(), row["source"].lower()


def _check_blocklist(change: ResourceChange, row: dict[str, Any], at: int) -> None:
    place, name = f"properties.customBlocklists[{at}]", row.get("blocklistName")
    if name is None or row.get("blocking") is None:
        raise refuse("bad-content", reason=f"{place}.blocklistName and {place}.blocking are required")
    if str(row.get("source")).lower() not in {one.lower() for one in POINTS}:
        raise refuse("bad-property", name=f"{place}.source", value=row.get("source"), allowed=", ".join(POINTS))
    if part(change.call.azure, change.id, "raiBlocklists", name) is None:
        raise refuse("blocklist-not-found", blocklist=name)


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted = {
        name: value
        for name, value in change.properties.items()
        if f"properties.{name}" not in CONTENT_FILTER.write_only
    }
    properties = {
        **wanted,
        "type": "UserManaged",
        "mode": wanted.get("mode") or "Default",
        "basePolicyName": wanted.get("basePolicyName") or DEFAULT,
    }
    return {"tags": change.wanted.get("tags"), "properties": properties}


def _going(call: ArmCall, existing: Document) -> None:
    """A filter can't go while a deployment names it (the portal says so of it; status and code are recalled, R)."""
    prefix = f"{account_of(str(existing['id']))}/deployments/"
    users = [
        str(one["name"])
        for one in crud.collect(call.azure, prefix, kinds.DEPLOYMENT.type)
        if str(one["properties"].get("raiPolicyName")).lower() == str(existing["name"]).lower()
    ]
    if users:
        raise refuse("filter-in-use", filter=existing["name"], users=", ".join(users))


KIND = SandboxKind(
    row=CONTENT_FILTER,
    properties=PROPERTIES,
    grade=Grade.A,
    source=SPEC,
    check=_check,
    fill=_fill,
    going=_going,
    lock=account_of,
    long_running=frozenset({"DELETE"}),
    removed_at_once=204,
)


# --- reading ---------------------------------------------------------------------------------------------------------


def _get(kind: SandboxKind, call: ArmCall) -> ArmReply:
    crud.require_parent(kind, call, "read")
    shown = system_filter(account_of(kind.row.id(call.parameters)), call.parameters["raiPolicyName"])
    return ArmReply(200, shown) if shown else crud.get(kind, call)


def _list(kind: SandboxKind, call: ArmCall) -> ArmReply:
    account = account_of(kind.row.id({**call.parameters, "raiPolicyName": ""}))
    own = crud.list_all(kind, call).body["value"]
    return listing([*(system_filter(account, name) for name in SYSTEM_POLICIES), *own])


def _delete(kind: SandboxKind, call: ArmCall) -> ArmReply:
    name = call.parameters["raiPolicyName"].lower()
    if name in NAMES:
        raise refuse("filter-of-the-system", filter=NAMES[name])
    return crud.delete(kind, call)


ROUTES = crud.routes(KIND, patch=False, one=_get, collection=_list, gone=_delete)
