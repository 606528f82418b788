"""Content filters of an account (RAI policies): what one may hold, and which of them no one may touch.

Every filter needs `blocking` and `source` (InvalidRequestContent without them, pulumi/pulumi-azure-native#3022); names
and points are those of `catalog.content_filters`. What Azure checks beyond that nobody has written down.

`raiContentFilters` of a location lists what there is for them to hold. Each filter is there once, `name` is without the
spaces of `properties.name`, and `source` is said of a filter that is for prompts alone or for completions alone, as in
the examples of azure-rest-api-specs (2025-06-01, A); the points of agents, younger than these, don't show (R).
"""

from collections.abc import Callable
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.kinds import CONTENT_FILTER
from modelyard.catalog.content_filters import SYSTEM_POLICIES, CatalogFilter, by_source, filters
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, lookup
from modelyard.sandbox.arm.account_parts import DEFAULT, NAMES, account_of, part, system_filter
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import SPEC, ArmRoute
from modelyard.sandbox.arm.subscription import normal, require
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

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
    points = {source.lower(): found for source, found in by_source().items()}
    if row["source"].lower() not in points:
        allowed = ", ".join(by_source())
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
        "basePolicyName": wanted.get("basePolicyName") or DEFAULT,
    }
    return {"tags": change.wanted.get("tags"), "properties": properties}


def _going(call: ArmCall, existing: Document) -> None:
    """A filter can't go while a deployment names it (the portal says so of it; status and code are recalled, R)."""
    prefix = f"{account_of(str(existing['id']))}/deployments/"
    users = [
        str(one["name"])
        for one in lookup.collect(call.azure, prefix, kinds.DEPLOYMENT.type)
        if str(one["properties"].get("raiPolicyName")).lower() == str(existing["name"]).lower()
    ]
    if users:
        raise refuse("filter-in-use", filter=existing["name"], users=", ".join(users))


KIND = SandboxKind(
    row=CONTENT_FILTER,
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
    lookup.require_parent(kind, call, "read")
    shown = system_filter(account_of(kind.row.id(call.parameters)), call.parameters["raiPolicyName"])
    return ArmReply(200, shown) if shown else lookup.get(kind, call)


def _list(kind: SandboxKind, call: ArmCall) -> ArmReply:
    account = account_of(kind.row.id({**call.parameters, "raiPolicyName": ""}))
    own = lookup.list_all(kind, call).body["value"]
    return listing([*(system_filter(account, name) for name in SYSTEM_POLICIES), *own])


def _delete(kind: SandboxKind, call: ArmCall) -> ArmReply:
    name = call.parameters["raiPolicyName"].lower()
    if name in NAMES:
        raise refuse("filter-of-the-system", filter=NAMES[name])
    return crud.delete(kind, call)


# --- raiContentFilters ----------------------------------------------------------------------------------------------

LISTED = "Microsoft.CognitiveServices/locations/raiContentFilters"
LISTED_PATH = (
    "/subscriptions/{subscriptionId}/providers/Microsoft.CognitiveServices/locations/{location}/raiContentFilters"
)


def _known_name(one: CatalogFilter) -> str:
    return one.arm_name.replace(" ", "")


def _each() -> list[CatalogFilter]:
    """Every filter once."""
    return list({one.key: one for one in reversed(filters())}.values())[::-1]


def _source(one: CatalogFilter) -> dict[str, str]:
    sources = [source for source in ("Prompt", "Completion") if one.key in by_source()[source]]
    return {"source": sources[0]} if len(sources) == 1 else {}


def _known(call: ArmCall, one: CatalogFilter) -> dict[str, Any]:
    location = normal(call.parameters["location"])
    where = f"{call.subscription}/providers/Microsoft.CognitiveServices/locations/{location}/raiContentFilters"
    return {
        "id": f"{where}/{_known_name(one)}",
        "name": _known_name(one),
        "type": LISTED,
        "properties": {"name": one.arm_name, "isMultiLevelFilter": one.has_severity, **_source(one)},
    }


def _require_location(call: ArmCall) -> None:
    require(call.parameters["location"], LISTED)


def _list_known(call: ArmCall) -> ArmReply:
    _require_location(call)
    return listing([_known(call, one) for one in _each()])


def _get_known(call: ArmCall) -> ArmReply:
    _require_location(call)
    wanted = call.parameters["filterName"].replace(" ", "").lower()
    found = next((one for one in _each() if _known_name(one).lower() == wanted), None)
    if found is None:
        raise refuse("resource-not-found", resource=f"{LISTED}/{call.parameters['filterName']}", group="")
    return ArmReply(200, _known(call, found))


def _route(path: str, answer: Callable[[ArmCall], ArmReply]) -> ArmRoute:
    return ArmRoute(
        verb="GET", path=path, answer=answer, action=f"{LISTED}/read", type=LISTED, grade=Grade.A, source=SPEC
    )


ROUTES = (
    *crud.routes(KIND, patch=False, one=_get, collection=_list, gone=_delete),
    _route(LISTED_PATH, _list_known),
    _route(f"{LISTED_PATH}/{{filterName}}", _get_known),
)
