"""The package schema that the engine and its tools may ask for: the table's types, without the types of their members.

The language SDKs are the official ones and hold the full schema; nothing here generates code.
"""

import json
from typing import Any

from modelyard.arm import resource_types
from modelyard.arm.json_path import PROPERTIES, members
from modelyard.arm.translation import API_VERSION
from modelyard.provider import VERSION
from modelyard.provider.configuration import VARIABLES
from modelyard.provider.invokes import CLIENT_CONFIG, CLIENT_TOKEN, lookups

TEXT = {"type": "string"}
ANYTHING = {"$ref": "pulumi.json#/Any"}


def package_schema() -> str:
    """A Pulumi package schema, as JSON."""
    resources = {token: _resource(row) for token, row in resource_types.by_token().items()}
    functions: dict[str, Any] = {CLIENT_CONFIG: {}, CLIENT_TOKEN: {}}
    functions |= {token: _function(row.parameters) for token, row in lookups().items()}
    functions |= {
        token: _function(resource_types.PARAMETER.findall(call.path))
        for token, call in resource_types.invokes().items()
    }
    return json.dumps(
        {
            "name": "azure-native",
            "version": VERSION,
            "description": "The azure-native resource types that Modelyard declares.",
            "config": {"variables": dict.fromkeys(VARIABLES, TEXT)},
            "provider": {"inputProperties": dict.fromkeys(VARIABLES, TEXT)},
            "resources": resources,
            "functions": functions,
        }
    )


def _resource(row: resource_types.ResourceType) -> dict[str, Any]:
    inputs: dict[str, Any] = dict.fromkeys(row.parameters, TEXT)
    inputs |= dict.fromkeys(sorted(members(row)), ANYTHING)
    outputs = dict.fromkeys(sorted({*members(row), PROPERTIES} if row.nested else members(row)), ANYTHING)
    return {
        "inputProperties": inputs,
        "requiredInputs": [name for name in row.parameters if name != row.name_parameter],
        "properties": {**outputs, "name": TEXT, "type": TEXT, API_VERSION: TEXT},
        "required": ["name", "type", API_VERSION],
    }


def _function(names: tuple[str, ...] | list[str]) -> dict[str, Any]:
    given = [name for name in names if name != "subscriptionId"]
    return {"inputs": {"properties": dict.fromkeys(given, TEXT), "required": given}, "outputs": {"type": "object"}}
