"""What Microsoft's types say of a type: paths, api-versions, and the members of its document. Reads `schema.json`.

`python -m tools.arm_schema` makes that file. An entry is read when something of it is asked for, so that a command pays
for the types that it deals with. Dotted places (`properties.model.version`) name a place in ARM's JSON document; they
lead through objects, not into lists and maps.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from modelyard.files import JsonObject

PATH = Path(__file__).with_name("schema.json")
READ_ONLY, WRITE_ONLY, SECRET, STRING_SET = "readOnly", "writeOnly", "x-secret", "x-string-set"
IDENTITY = frozenset({"id", "name", "type"})

Schema = Mapping[str, Any]
"""JSON Schema, with the marks that `tools.arm_schema.entry` describes."""


class SchemaMissing(LookupError):
    """A file has no entry for a token; the message says how to make one."""


@dataclass(frozen=True)
class TypeSchema:
    """The entry of one type. Places are those of the document, the topmost ones where one is within another."""

    entry: JsonObject

    @property
    def type(self) -> str:
        """ARM's name of the type."""
        return str(self.entry["type"])

    @property
    def path(self) -> str:
        """URL template in Pulumi's names; its last parameter is the resource's own name."""
        return str(self.entry["path"])

    @property
    def api_version(self) -> str:
        """The version that azure-native sends."""
        return str(self.entry["apiVersion"])

    @property
    def api_versions(self) -> tuple[str, ...]:
        """All versions that azure-native knows, newest first."""
        return tuple(self.entry["apiVersions"])

    @property
    def nested(self) -> bool:
        """Whether `properties` is an object in Pulumi too; otherwise its members stand at the top there."""
        return bool(self.entry["nested"])

    @property
    def name(self) -> Schema:
        """JSON Schema of the resource's name; empty where ARM's types say nothing of it."""
        found: Schema = self.entry.get("name", {})
        return found

    @property
    def body(self) -> Schema:
        """JSON Schema of the document, without id, name and type."""
        found: Schema = self.entry["body"]
        return found

    @property
    def properties(self) -> Schema:
        """JSON Schema of `properties`; empty where the type has none."""
        found: Schema = self.body["properties"].get("properties", {})
        return found

    @cached_property
    def envelope(self) -> frozenset[str]:
        """Members that a caller may write beside `properties`."""
        return frozenset(
            name for name, member in self.body["properties"].items() if name != "properties" and READ_ONLY not in member
        )

    @cached_property
    def required(self) -> frozenset[str]:
        """Places that must be given where the object around them is."""
        return frozenset(place for place, _, needed in self._walked if needed and place != "properties")

    @cached_property
    def read_only(self) -> frozenset[str]:
        """Places that only the server writes."""
        return self._marked(READ_ONLY)

    @cached_property
    def secret(self) -> frozenset[str]:
        """Places that must not be shown; ARM takes them, and no GET returns them."""
        return self._marked(SECRET)

    @cached_property
    def write_only(self) -> frozenset[str]:
        """Places that ARM takes and never returns."""
        return topmost({*self._marked(WRITE_ONLY), *self.secret})

    @cached_property
    def string_sets(self) -> frozenset[str]:
        """Places where Pulumi takes a list of ids and ARM a map with those ids as keys."""
        return self._marked(STRING_SET)

    @cached_property
    def places(self) -> frozenset[str]:
        """Every place of the document."""
        return frozenset(place for place, _, _ in self._walked)

    @cached_property
    def _walked(self) -> tuple[tuple[str, Schema, bool], ...]:
        return tuple(walk(self.body))

    def _marked(self, mark: str) -> frozenset[str]:
        return topmost({place for place, member, _ in self._walked if holds(member, mark)})


@cache
def of(token: str, file: Path = PATH) -> TypeSchema:
    """What is known of a type by its Pulumi token, from this file. Raises SchemaMissing."""
    text, mark = _text(file), f"\n{json.dumps(token)}: "
    at = text.find(mark)
    if at < 0:
        raise SchemaMissing(f"{file.name} has no {token}; run `python -m tools.arm_schema` once a row declares it")
    return TypeSchema(json.JSONDecoder().raw_decode(text, at + len(mark))[0])


@cache
def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def members(form: Schema) -> Iterator[tuple[str, Schema, bool]]:
    """Members of an object with their forms and whether they must be given; those of every variant where it has some.

    A member that several variants have comes once for each.
    """
    needed = frozenset(form.get("required", ()))
    for name, member in form.get("properties", {}).items():
        yield name, member, name in needed
    for variant in form.get("oneOf", ()):
        for name, member, required in members(variant):
            if name not in form.get("properties", {}):
                yield name, member, required and name in needed


def walk(form: Schema, at: str = "") -> Iterator[tuple[str, Schema, bool]]:
    """Every place below an object, with its form and whether it must be given where the object around it is."""
    for name, member, needed in members(form):
        place = f"{at}{name}"
        yield place, member, needed
        yield from walk(member, f"{place}.")


def holds(member: Schema, mark: str) -> bool:
    """Whether a member is marked, or is a list or a map of what is marked or holds something that is."""
    if member.get(mark):
        return True
    if mark == READ_ONLY:  # the rest of a list's item can be written
        return False
    inside = (member.get("items"), member.get("additionalProperties"))
    return any(
        isinstance(each, Mapping) and (holds(each, mark) or any(holds(below, mark) for _, below, _ in walk(each)))
        for each in inside
    )


def topmost(places: set[str]) -> frozenset[str]:
    """The places that aren't within another one."""
    return frozenset(place for place in places if not any(place.startswith(f"{other}.") for other in places))
