"""Joins what azure-native and ARM say of a type to one entry of the file. Refuses what it can't place.

An entry is

    type         ARM's name of the type
    path         URL template; its last parameter is the resource's own name
    apiVersion, apiVersions   what azure-native sends, and all it knows, newest first
    nested       whether `properties` is an object in Pulumi too; otherwise its members stand at the top there
    source       where `body` is from: `ARM` or `azure-native`
    scopes       where one may be written, where ARM's types are known
    name         JSON Schema of the resource's name, where ARM's types are known
    body         JSON Schema of the document, without id, name and type

In `body`, `readOnly` and `writeOnly` are OpenAPI's, `x-secret` marks what must not be shown, an enumeration that is
open is `anyOf` of its values and a text, `x-string-set` marks a map with ids as keys of which Pulumi takes a list, and
`discriminator` names the member on whose value the members of `oneOf` depend.
"""

from collections.abc import Collection, Mapping
from typing import Any

from tools.arm_schema.arm_types import ArmType, ArmTypes
from tools.arm_schema.azure_native import Native

Schema = dict[str, Any]
GROUPS = "Microsoft.Resources/resourceGroups"
WHOLE_IDS = ("scope", "resourceUri")
"""Parameters that take a whole ARM id."""
MANAGEMENT_GROUP = "managementGroupId"
BESIDE = frozenset({"extendedLocation", "identity", "kind", "location", "managedBy", "plan", "sku", "tags", "zones"})
"""Members that ARM keeps beside `properties` in every type (ARM's resource provider contract); others are in it."""
SERVERS = frozenset({"etag", "systemData"})
MARKS = ("writeOnly", "x-string-set")
"""What only azure-native says of a member: it is taken and never comes back; it is a list of ids."""


class Unplaceable(Exception):
    """A type whose facts don't fit together; the message says which."""


def entry(token: str, arm_type: str, types: ArmTypes, renamed: Mapping[str, str], kept: Schema | None) -> Schema:
    """The entry of a type.

    `renamed` gives ARM's names of members of `properties` that Pulumi calls otherwise; `kept` is the entry as the file
    has it, whose body stands in where ARM's types aren't at hand.

    Raises Unplaceable.
    """
    native = Native(token)
    found = types.find(arm_type, native.api_version)
    parameters = url_parameters(native, arm_type, body_names(found, kept))
    own = _own_body(native, parameters, renamed, _beside(found, kept))
    head: Schema = {
        "type": arm_type,
        "path": path(arm_type, parameters),
        "apiVersion": native.api_version,
        "apiVersions": native.api_versions,
        "nested": native.nested,
    }
    arms: Schema | None = None
    if found is not None:
        arms = {"source": "ARM", "scopes": found.scopes, "name": found.name, "body": found.body}
    elif kept is not None and kept["source"] == "ARM":
        arms = {key: kept[key] for key in ("source", "scopes", "name", "body")}
    if arms is None:
        return {**head, "source": "azure-native", "body": own}
    try:
        return {**head, **arms, "body": _joined(arms["body"], own, "")}
    except Unplaceable as wrong:
        raise Unplaceable(f"{token}: {wrong}") from None


def body_names(found: ArmType | None, kept: Schema | None) -> frozenset[str]:
    """Members of ARM's body and of its `properties` that a caller may write."""
    body = found.body if found is not None else kept["body"] if kept is not None else {}
    beside = body.get("properties", {})
    inside = beside.get("properties", {}).get("properties", {})
    return frozenset(name for name, each in (*beside.items(), *inside.items()) if "readOnly" not in each)


def _beside(found: ArmType | None, kept: Schema | None) -> frozenset[str]:
    """Members that stand beside `properties`: ARM's, or those that every type has there."""
    known = found.body if found is not None else kept["body"] if kept is not None and kept["source"] == "ARM" else None
    return BESIDE | SERVERS if known is None else frozenset(known["properties"]) | SERVERS


# --- paths -----------------------------------------------------------------------------------------------------------


def url_parameters(native: Native, arm_type: str, in_body: Collection[str]) -> tuple[str, ...]:
    """The inputs that are URL parameters, in the order of the path."""
    inputs = [name for name in native.inputs if name not in in_body and name != "properties"]
    found = [name for name in (*WHOLE_IDS, MANAGEMENT_GROUP, "resourceGroupName") if name in inputs]
    if arm_type == GROUPS:
        return tuple(found)
    segments = arm_type.split("/")[1:]
    for at, segment in enumerate(segments):
        left = [name for name in inputs if name not in found]
        if at == len(segments) - 1:
            # The name of a resource is the one that azure-native can make: `name` of a diagnostic setting.
            others = [name for name in left if name.lower().endswith("name") and name not in native.required]
        else:
            others = [name for name in left if name in native.required]
        usual = [f"{_singular(segment)}{end}" for end in ("Name", "Id")]
        name = next((each for each in usual if each in left), others[0] if in_body and others else None)
        if name is None:
            raise Unplaceable(f"{native.token}: no input of it names the {segment} of {arm_type}")
        found.append(name)
    return tuple(found)


def _singular(segment: str) -> str:
    if segment.endswith("ies"):
        return f"{segment[:-3]}y"
    return segment.removesuffix("s")


def path(arm_type: str, parameters: tuple[str, ...]) -> str:
    """The URL template of a type with these parameters."""
    if arm_type == GROUPS:
        return "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
    namespace, *segments = arm_type.split("/")
    own = parameters[len(parameters) - len(segments) :]
    first = parameters[0]
    if first in WHOLE_IDS:
        above = f"/{{{first}}}"
    elif first == MANAGEMENT_GROUP:
        above = "/providers/Microsoft.Management/managementGroups/{managementGroupId}"
    elif first == "resourceGroupName":
        above = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
    else:
        above = "/subscriptions/{subscriptionId}"
    steps = "".join(f"/{segment}/{{{name}}}" for segment, name in zip(segments, own, strict=True))
    return f"{above}/providers/{namespace}{steps}"


# --- bodies ----------------------------------------------------------------------------------------------------------


def _own_body(
    native: Native, parameters: tuple[str, ...], renamed: Mapping[str, str], beside: frozenset[str]
) -> Schema:
    """The body as azure-native's classes alone tell it; of a flat type, `beside` names what isn't in `properties`."""
    whole = native.members(parameters)
    if native.nested:
        return {key: value for key, value in whole.items() if value}
    top, inside = {}, {}
    for name, member in whole["properties"].items():
        if name in beside:
            top[name] = member
        else:
            inside[renamed.get(name, name)] = member
    required = [renamed.get(name, name) for name in whole.get("required", ())]
    properties: Schema = {"type": "object", "properties": dict(sorted(inside.items()))}
    if below := [name for name in required if name not in beside]:
        properties["required"] = below
    found: Schema = {"type": "object", "properties": {**top, "properties": properties}}
    if above := [name for name in required if name in beside]:
        found["required"] = above
    return found


def _joined(arms: Schema, own: Schema, place: str) -> Schema:
    """ARM's body with what only azure-native says: marks, and members that only come out or never come back.

    Raises Unplaceable for an input that ARM's type doesn't have.
    """
    members = dict(arms.get("properties", {}))
    if "oneOf" in arms:  # azure-native has a class for each variant, which the table's tests compare
        return arms
    for name, there in own.get("properties", {}).items():
        where = f"{place}.{name}".removeprefix(".")
        if name not in members:
            if not any(there.get(mark) for mark in ("readOnly", "writeOnly")):
                raise Unplaceable(f"{where}: ARM's type has no such member; state in `renamed` what it is called there")
            members[name] = there
        elif "readOnly" not in members[name]:
            marks = {mark: True for mark in MARKS if there.get(mark)}
            members[name] = {**_joined(members[name], there, where), **marks}
    joined = {**arms, "properties": members} if members else dict(arms)
    return {key: value for key, value in joined.items() if key != "required" or value}
