"""Where a stack file says what ARM shows: the key of a resource, and of a member of its document. Pure.

Members of ARM's documents have the same names in a stack file but for those of the tables here. What no key says alone
(an entry of a list, a role's actions) is said by the key around it, or by none.
"""

import re
from collections.abc import Mapping
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import PROPERTIES, ArmDocument, find
from modelyard.arm.resource_types import ResourceType
from modelyard.catalog.content_filters import by_source
from modelyard.config.key_path import KeyPath
from modelyard.drift.comparison import Difference
from modelyard.resources.resource import Resource

KEYS: Mapping[str, Mapping[str, KeyPath]] = {
    kinds.ACCOUNT.token: {
        "sku.name": ("sku",),
        "properties.networkAcls": ("network", "networkAcls"),
        "properties.publicNetworkAccess": ("network", "publicNetworkAccess"),
    },
    kinds.DEPLOYMENT.token: {
        "sku.name": ("sku",),
        "sku.capacity": ("capacity",),
        "properties.model": ("model",),
        "properties.raiPolicyName": ("contentFilter",),
    },
}
POINTS: Mapping[str, str] = {
    "Prompt": "prompt",
    "Completion": "completion",
    "PreToolCall": "preToolCall",
    "PostToolCall": "postToolCall",
    "PreRun": "preRun",
    "PostRun": "postRun",
}
FILTER = re.compile(r"properties\.contentFilters\[([^,\]]+), (\w+)\](?:\.(\w+))?")
BLOCKLISTS = "properties.customBlocklists"
TAG = re.compile(r'tags(?:\.|\[")([^"]+?)(?:"\])?')
NAMED = frozenset({"name", "source"})
"""Members of a filter that its key says."""
NOT_SAID = frozenset({kinds.RESOURCE_GROUP.token, kinds.ROLE_DEFINITION.token})
"""Kinds whose members no key says one by one."""


def resource_key(row: ResourceType, name: str) -> KeyPath:
    """The key path of a resource of this logical name; empty for what no key states."""
    if not row.section or row is kinds.RESOURCE_GROUP:
        return ()
    above, last = "", name
    if row.parent is not None and not row.parent.single:
        above, _, last = name.rpartition("/")
    around = resource_key(row.parent, above) if row.parent is not None else ()
    return (*around, row.section, *(() if row.single else (last,)))


def member_key(resource: Resource, difference: Difference) -> KeyPath:
    """The key path of the member that differs; that of the resource where no key says the member alone."""
    at = resource_key(resource.row, resource.name)
    place = difference.place
    if not at or resource.row.token in NOT_SAID:
        return at
    if found := TAG.fullmatch(place):
        return (*at, "tags", found[1])
    if found := FILTER.fullmatch(place):
        keys = {each.arm_name: key for key, each in by_source().get(found[2], {}).items()}
        member = (found[3],) if found[3] else ()
        return (*at, POINTS[found[2]], keys[found[1]], *member) if found[1] in keys else at
    head = place.partition("[")[0]
    for known, key in KEYS.get(resource.row.token, {}).items():
        if head == known or head.startswith(f"{known}."):
            rest = tuple(head[len(known) + 1 :].split(".")) if len(head) > len(known) else ()
            return (*at, *key) if key == ("model",) else (*at, *key, *rest)
    if resource.row.token == kinds.CONTENT_FILTER.token and head == BLOCKLISTS:
        return (*at, "blocklists")
    return (*at, *head.removeprefix(f"{PROPERTIES}.").split("."))


def accepted(resource: Resource, difference: Difference, shown: ArmDocument) -> Any:
    """The value that the member's key takes to say what ARM shows; None takes away what is said."""
    head = difference.place.partition("[")[0]
    if TAG.fullmatch(difference.place):
        return difference.shown
    if FILTER.fullmatch(difference.place):
        told = difference.shown
        return {name: each for name, each in told.items() if name not in NAMED} if isinstance(told, dict) else told
    if head == BLOCKLISTS:
        return _uses(find(shown, BLOCKLISTS) or [])
    if resource.row.token == kinds.DEPLOYMENT.token and head.startswith("properties.model"):
        return find(shown, "properties.model") or {}
    value = find(shown, head)
    if head in resource.row.string_sets:
        return sorted(value or ())
    return _writable(value) if "[" in difference.place or isinstance(value, dict) else difference.shown


def _uses(shown: list[dict[str, Any]]) -> dict[str, Any]:
    """How a content filter uses blocklists: without a source where prompt and completion are alike."""
    uses: dict[str, dict[str, Any]] = {}
    for each in shown:
        name, use = str(each.get("blocklistName")), {"blocking": each.get("blocking") is True}
        both = uses.get(name, {}).get("blocking") is use["blocking"]
        uses[name] = use if both else {**use, "source": each.get("source")}
    return uses


def _writable(value: Any) -> Any:
    """A value without members that say nothing."""
    if isinstance(value, dict):
        return {name: _writable(each) for name, each in value.items() if each is not None}
    return [_writable(each) for each in value] if isinstance(value, list) else value
