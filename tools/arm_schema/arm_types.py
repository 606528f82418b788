"""ARM's types (`types.json` of Azure/bicep-types-az) as JSON Schema.

Flags of a property: 1 required, 2 read-only, 4 write-only, 8 fixed with the deployment, 16 identifier.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Schema = dict[str, Any]
REQUIRED, READ_ONLY, WRITE_ONLY = 1, 2, 4
HEAD = frozenset({"id", "name", "type", "apiVersion"})
SCOPES = {1: "tenant", 2: "managementGroup", 4: "subscription", 8: "resourceGroup", 16: "extension"}
LIMITS = {"minLength": "minLength", "maxLength": "maxLength", "pattern": "pattern"}
BOUNDS = {"minValue": "minimum", "maxValue": "maximum"}


@dataclass(frozen=True)
class ArmType:
    """One resource type at one api-version. `body` is what is sent and answered, without id, name and type."""

    body: Schema
    name: Schema
    scopes: list[str]


class ArmTypes:
    """The types in a folder of such files."""

    def __init__(self, folder: Path) -> None:
        self._found: dict[str, tuple[list[Any], Mapping[str, Any]]] = {}
        for path in sorted(folder.glob("*.json")):
            entries = json.loads(path.read_text(encoding="utf-8"))
            for each in entries:
                if each["$type"] == "ResourceType":
                    self._found[each["name"].lower()] = entries, each

    def find(self, arm_type: str, api_version: str) -> ArmType | None:
        """The type at this version; None where the folder lacks it."""
        found = self._found.get(f"{arm_type}@{api_version}".lower())
        if found is None:
            return None
        reader, entry = _Reader(found[0]), found[1]
        body = reader.schema(entry["body"])
        name = body["properties"].get("name", {})
        body["properties"] = {key: each for key, each in body["properties"].items() if key not in HEAD}
        body["required"] = [each for each in body.get("required", ()) if each not in HEAD]
        rule = {key: value for key, value in name.items() if key not in {"description", "readOnly"}}
        return ArmType(body, rule, [word for bit, word in SCOPES.items() if entry["writableScopes"] & bit])


class _Reader:
    def __init__(self, entries: list[Any]) -> None:
        self._entries = entries
        self._inside: list[str] = []

    def schema(self, reference: Mapping[str, str]) -> Schema:
        where = reference["$ref"]
        entry = self._entries[int(where.removeprefix("#/"))]
        if where in self._inside:  # a type that holds itself
            return {"type": "object"}
        self._inside.append(where)
        try:
            found: Schema = getattr(self, f"_{entry['$type']}")(entry)
        finally:
            self._inside.pop()
        return {**found, "x-secret": True} if entry.get("sensitive") else found

    def _StringType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {"type": "string", **{LIMITS[key]: entry[key] for key in LIMITS if key in entry}}

    def _IntegerType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {"type": "integer", **{BOUNDS[key]: entry[key] for key in BOUNDS if key in entry}}

    def _BooleanType(self, _entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {"type": "boolean"}

    def _AnyType(self, _entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {}

    def _NullType(self, _entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {"type": "null"}

    def _StringLiteralType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        return {"const": entry["value"]}

    def _ArrayType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        limits = {"minLength": "minItems", "maxLength": "maxItems"}
        return {
            "type": "array",
            **{limits[key]: entry[key] for key in limits if key in entry},
            "items": self.schema(entry["itemType"]),
        }

    def _UnionType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        forms = [self.schema(each) for each in entry["elements"]]
        values = [each["const"] for each in forms if "const" in each]
        others = [each for each in forms if "const" not in each]
        if not values:
            return {"anyOf": others}
        return {"anyOf": [{"enum": values}, *others]} if others else {"type": "string", "enum": values}

    def _ObjectType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        found: Schema = {"type": "object"}
        if entry.get("properties"):
            found["properties"] = dict(self._members(entry["properties"]))
        if required := _required(entry.get("properties", {})):
            found["required"] = required
        if "additionalProperties" in entry:
            found["additionalProperties"] = self.schema(entry["additionalProperties"])
        return found

    def _DiscriminatedObjectType(self, entry: Mapping[str, Any]) -> Schema:  # noqa: N802 - the type's own name
        """Which further members there are depends on the value of one."""
        base, chooses = entry["baseProperties"], entry["discriminator"]
        return {
            "type": "object",
            "discriminator": {"propertyName": chooses},
            "properties": dict(self._members(base)),
            "required": sorted({*_required(base), chooses}),
            "oneOf": [{"title": value, **self.schema(one)} for value, one in sorted(entry["elements"].items())],
        }

    def _members(self, properties: Mapping[str, Any]) -> Iterator[tuple[str, Schema]]:
        for name, each in properties.items():
            form, flags = self.schema(each["type"]), each["flags"]
            if flags & READ_ONLY and name == "properties":
                form = {**form, "properties": {key: _silent(one) for key, one in form.get("properties", {}).items()}}
            elif flags & READ_ONLY:
                form = {**{key: form[key] for key in ("type",) if key in form}, "readOnly": True}
            if flags & WRITE_ONLY:
                form = {**form, "writeOnly": True}
            if text := each.get("description"):
                form = {**form, "description": " ".join(text.split())}
            yield name, form


def _silent(form: Schema) -> Schema:
    """A member that comes out only: its form inside is nobody's input."""
    return {**{key: form[key] for key in ("type", "description") if key in form}, "readOnly": True}


def _required(properties: Mapping[str, Any]) -> list[str]:
    return sorted(name for name, each in properties.items() if each["flags"] & REQUIRED)
