"""The JSON Schema of a stack file and a layer, for editors: completion, descriptions and red underlines while typing.

It says what the models say. What needs the market or other keys (SKUs on offer, rates that fit) is left to `check`.
"""

import json
from typing import Any

from modelyard.config.document import NAMESPACE
from modelyard.config.naming_rules import PATTERNS, RULES
from modelyard.config.plain_sections import keys as stack_keys
from modelyard.config.provider_settings import LOCATION, PULUMIS, SUBSCRIPTION
from modelyard.files import JsonDocument

FILE_NAME = "modelyard.schema.json"
WHOLE = frozenset(
    {
        "IpRule", "VirtualNetworkRule", "NetworkAcls", "Model", "WrittenMember", "ResourceSelector", "Override",
        "SelectorOfResources", "SelectorOfOverride",
    }
)  # fmt: skip
"""Models of which a layer holds all or nothing."""


def json_schema() -> JsonDocument:
    """The schema as JSON Schema 2020-12. Nothing is required at the top: a layer and a stack share the rest."""
    schema = stack_keys().model_json_schema(by_alias=True, mode="validation")
    keys = {f"{NAMESPACE}{key}": written for key, written in schema["properties"].items()}
    region = {
        "type": "string",
        "pattern": PATTERNS["region"],
        "description": f"Where the account is: {RULES['region']}.",
    }
    subscription = {
        "anyOf": [{"type": "string", "pattern": PATTERNS["subscription id"]}, {"$ref": "#/$defs/Secure"}],
        "description": "The subscription; that of whoever is signed in when not given.",
    }
    definitions = {name: _without_titles(part) for name, part in schema["$defs"].items()}
    # What a layer holds is completed by the stack, so neither alone has every key that a stack needs. Lists are never
    # merged, so what stands in one is whole.
    for name in definitions.keys() - WHOLE:
        definitions[name].pop("required", None)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A Modelyard stack file or layer",
        "type": "object",
        "properties": {
            **{key: {"description": "Pulumi's own."} for key in PULUMIS},
            "config": {
                "type": "object",
                "properties": {LOCATION: region, SUBSCRIPTION: subscription, **_without_titles(keys)},
                "patternProperties": {f"^(?!{NAMESPACE})[^:]+:.+$": {}},
                "additionalProperties": False,
            },
        },
        "additionalProperties": False,
        "$defs": {
            **definitions,
            "Secure": {
                "type": "object",
                "properties": {"secure": {"type": "string"}},
                "required": ["secure"],
                "additionalProperties": False,
                "description": "A value that Pulumi has encrypted.",
            },
        },
    }


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


def _without_titles(part: Any) -> Any:
    """Pydantic titles every field with its own name, which tells an editor's user nothing. Null is left out too:
    a layer's value is removed with it, but editors would offer it everywhere.
    """
    if isinstance(part, list):
        return [_without_titles(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    cleaned = {
        key: _without_titles(value)
        for key, value in part.items()
        if not (key == "title" and isinstance(value, str)) and not (key == "default" and value is None)
    }
    only = cleaned.get("anyOf")
    if isinstance(only, list) and len(only) == 1:
        cleaned.pop("anyOf")
        return {**only[0], **cleaned}
    return cleaned
