"""Resource Graph over the sandbox's subscriptions: what the caller may read, asked in the language of `graph_query`.

The sandbox has no copy that lags: it answers from what is there. Rows have the columns of Azure's (Microsoft docs,
resource-graph/concepts/query-language, A); the frame of the reply and `resultTruncated` as a string are captured (B).
"""

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from modelyard.sandbox import graph_query, graph_values, management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import subscription
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall, ArmReply
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.authorization import allows
from modelyard.sandbox.graph_tokens import Unsupported
from modelyard.sandbox.management_groups import GROUPS
from modelyard.sandbox.store import Document

TYPE = "Microsoft.ResourceGraph/resources"
MOST = 1000
COLUMNS = (
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
)
CONTAINERS = ("microsoft.resources/subscriptions", "microsoft.resources/subscriptions/resourcegroups")


def _resources(call: ArmCall) -> ArmReply:
    body = call.object()
    text, options = body.get("query"), body.get("options") or {}
    if not isinstance(text, str) or not text.strip():
        raise refuse("bad-graph-query", problem="query is missing", advice="a query that begins with resources")
    if not isinstance(options, dict):
        raise refuse("bad-graph-query", problem="options is no object", advice="$top, $skip, $skipToken, resultFormat")
    try:
        rows = graph_query.run(text, TABLES[graph_query.table(text, TABLES)](call, _subscriptions(call, body)))
    except Unsupported as unknown:
        raise refuse("graph-query-not-in-sandbox", found=str(unknown)) from None
    return _page(rows, options)


def _page(rows: list[dict[str, Any]], options: dict[str, Any]) -> ArmReply:
    """One page. The token says where the next one begins, and means nothing to anybody else."""
    most, start = _number(options, "$top", MOST, most=MOST), _number(options, "$skip", 0)
    if token := options.get("$skipToken"):
        try:
            start = int(json.loads(base64.b64decode(str(token)))["skip"])
        except (ValueError, KeyError, TypeError):
            raise refuse("bad-graph-query", problem="$skipToken is none of ours", advice="the one of a reply") from None
    page = rows[start : start + most]
    reply: dict[str, Any] = {
        "totalRecords": len(rows),
        "count": len(page),
        "data": page,
        "facets": [],
        "resultTruncated": "false",
    }
    if str(options.get("resultFormat", "objectArray")).lower() == "table":
        columns = list(graph_values.columns(page))
        reply["data"] = {
            "columns": [{"name": name, "type": kind} for name, kind in columns],
            "rows": [[row.get(name) for name, _ in columns] for row in page],
        }
    if start + most < len(rows):
        reply["$skipToken"] = base64.b64encode(json.dumps({"skip": start + most}).encode()).decode()
    return ArmReply(200, reply, {"x-ms-user-quota-remaining": "14", "x-ms-user-quota-resets-after": "00:00:05"})


def _number(options: dict[str, Any], name: str, default: int, *, most: int | None = None) -> int:
    value = options.get(name, default)
    if (
        isinstance(value, bool)
        or not isinstance(value, int)
        or value < 0
        or (most is not None and not 0 < value <= most)
    ):
        allowed = f"a whole number from 1 to {most}" if most else "a whole number from 0 on"
        raise refuse("bad-graph-query", problem=f"{name} is {value!r}", advice=allowed)
    return value


def _subscriptions(call: ArmCall, body: dict[str, Any]) -> list[str]:
    """The subscriptions asked for of which the caller may read something, folded; all, where none is named."""
    there = subscription.all_keys(call.azure)
    named = body.get("subscriptions") or []
    groups = body.get("managementGroups") or []
    if not isinstance(named, list) or not isinstance(groups, list):
        raise refuse("bad-graph-query", problem="subscriptions or managementGroups is no list", advice="lists of names")
    wanted = {f"/subscriptions/{each}".lower() for each in named}
    for group in groups:
        wanted |= {each for each in there if f"{GROUPS}{group}".lower() in management_groups.chain(call.azure, each)}
    asked = [each for each in there if each in wanted] if named or groups else list(there)
    seen = [each for each in asked if any(True for _ in _readable(call, each))]
    if not seen and (named or groups):
        given = ",".join(map(str, (*named, *groups)))
        detail = refuse("graph-no-subscription", given=given)
        raise refuse("graph-bad-request", details=[detail.body()["error"]])
    return seen


def _readable(call: ArmCall, key: str) -> Iterator[Document]:
    """What the caller may read of a subscription: the subscription's own document, groups and resources."""
    azure, caller = call.azure, call.caller
    principals = caller.principals if caller else ()
    own = subscription.shown(azure, key)
    if allows(azure, principals, subscription.READ, key):
        yield own
    for at, document in azure.store.scan("resources", f"{key}/resourcegroups/"):
        kind = str(document.get("type", ""))
        if kind and allows(azure, principals, f"{kind}/read", at):
            yield document


def _rows(call: ArmCall, keys: Iterable[str], *, containers: bool) -> Iterator[dict[str, Any]]:
    for key in keys:
        for document in _readable(call, key):
            kind = str(document.get("type") or "Microsoft.Resources/subscriptions").lower()
            if "/providers/" not in str(document["id"]):
                kind = CONTAINERS[str(document["id"]).count("/") > 2]
            if (kind in CONTAINERS) is not containers:
                continue
            if not containers and not _tracked(kind, document):
                continue
            yield _row(call, key, kind, document)


def _tracked(kind: str, document: Document) -> bool:
    """What the table `resources` has: resources with a location, and model deployments, which many programs ask for."""
    return "location" in document or kind == "microsoft.cognitiveservices/accounts/deployments"


def _row(call: ArmCall, key: str, kind: str, document: Document) -> dict[str, Any]:
    parts = str(document["id"]).split("/")
    group = parts[4] if len(parts) > 4 and parts[3].lower() == "resourcegroups" else ""
    known = {
        **document,
        "type": kind,
        "name": document.get("name") or document.get("displayName") or "",
        "tenantId": call.azure.tenant_id,
        "subscriptionId": key.rpartition("/")[2],
        "resourceGroup": group.lower(),
    }
    if kind == CONTAINERS[0]:
        known["properties"] = {
            name: document[name] for name in ("state", "subscriptionPolicies", "managedByTenants") if name in document
        }
        above = management_groups.chain(call.azure, key)
        known["properties"]["managementGroupAncestorsChain"] = [{"name": each.rpartition("/")[2]} for each in above]
    return {name: known.get(name, "" if name in {"kind", "location", "managedBy"} else None) for name in COLUMNS}


TABLES = {
    "resources": lambda call, keys: _rows(call, keys, containers=False),
    "resourcecontainers": lambda call, keys: _rows(call, keys, containers=True),
}

ROUTES = (
    ArmRoute(
        verb="POST",
        path="/providers/Microsoft.ResourceGraph/resources",
        answer=_resources,
        action=None,
        type=TYPE,
        grade=Grade.A,
        source="Microsoft docs, REST reference of Resource Graph; the reply's frame captured by Cloud Custodian (B)",
    ),
)
