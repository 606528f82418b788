"""From Pulumi's inputs to ARM's id and body, and from ARM's reply to Pulumi's outputs and inputs. Pure."""

from collections.abc import Mapping
from typing import Any, TypeAlias

from modelyard.arm.json_path import PROPERTIES, ArmDocument, ArmObject, flattened, member, surface, with_value, without
from modelyard.arm.resource_types import ResourceType

PulumiInputs: TypeAlias = dict[str, Any]
"""Inputs of a resource in Pulumi's camelCase names, members of `properties` beside the envelope's."""

PropertyMap: TypeAlias = Mapping[str, Any]
"""Inputs or outputs read only, which Pulumi calls a property map: those of a resource, or the outputs of a stack."""

# What every ARM resource says of itself; no input.
IDENTITY = frozenset({"id", "name", "type"})
API_VERSION = "azureApiVersion"

# Inputs that begin so are the plugin's own notes in the state, as with the official one, and reach nobody else.
NOTE = "__"


def arm_id(row: ResourceType, inputs: PropertyMap, subscription_id: str) -> str:
    """The ARM id that these inputs name; KeyError names a URL parameter that is missing."""
    return row.id({"subscriptionId": subscription_id, **{name: str(inputs[name]) for name in row.parameters}})


def request_body(row: ResourceType, inputs: PropertyMap) -> ArmDocument:
    """ARM's body for plain inputs (no secrets, nothing unknown). What only the server writes stays out."""
    body: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for name, value in inputs.items():
        if name.startswith(NOTE) or name in row.parameters:
            continue
        if row.nested or name in row.envelope or name in row.read_only:
            body[name] = value
        else:
            properties[member(row, name)] = value
    if properties:
        body[PROPERTIES] = properties
    body = without(body, row.read_only)
    for place in row.string_sets:
        body = with_value(body, place, as_map)
    return body


def outputs(row: ResourceType, reply: ArmObject) -> PulumiInputs:
    """Pulumi's outputs for ARM's reply."""
    result = {name: value for name, value in reply.items() if value is not None}
    if not row.nested:
        for name, value in (result.pop(PROPERTIES, None) or {}).items():
            if value is not None:
                result.setdefault(flattened(row, name), value)
    result[API_VERSION] = row.api_version
    return result


def document(row: ResourceType, outputs: PropertyMap) -> ArmDocument:
    """ARM's reply that these outputs came from, what only the server writes among it: the way back of `outputs`."""
    reply: dict[str, Any] = {}
    properties: dict[str, Any] = {}
    for name, value in outputs.items():
        if name == API_VERSION or name.startswith(NOTE) or value is None:
            continue
        if row.nested or name in row.envelope or name in IDENTITY or name in row.read_only:
            reply[name] = value
        else:
            properties[member(row, name)] = value
    return {**reply, PROPERTIES: properties} if properties else reply


def projection(row: ResourceType, outputs: PropertyMap) -> PulumiInputs:
    """The part of the outputs that a program could state as inputs, without the URL parameters."""
    hidden = IDENTITY | {API_VERSION} | surface(row, row.read_only) | set(row.parameters)
    result = without({name: value for name, value in outputs.items() if not name.startswith(NOTE)}, hidden)
    for place in surface(row, row.string_sets):
        result = with_value(result, place, _as_list)
    return result


def inputs(row: ResourceType, parameters: Mapping[str, str], outputs: PropertyMap) -> PulumiInputs:
    """The full inputs of something that exists, for an import: its URL parameters and all that could be stated."""
    return {**{name: parameters[name] for name in row.parameters}, **projection(row, outputs)}


def as_map(value: Any) -> Any:
    """A list of ids as ARM has it, and outputs too: a map with the ids as keys."""
    return {item: {} for item in value} if isinstance(value, list) else value


def _as_list(value: Any) -> Any:
    return list(value) if isinstance(value, dict) else value
