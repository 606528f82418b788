"""The smallest value that a JSON Schema allows: what the sandbox answers where structure was asked for.

It knows the language that structured outputs take (Microsoft docs, structured outputs): types, required properties,
enum, const, anyOf and its kin, references within the schema, bounds, lengths and formats. It does not know `pattern`.

The smallest value never has a schema within itself, so a reference to what is being made leads nowhere, and another
alternative is taken: a tree whose branches may be null has none. A schema of few lines may ask for a value without
bounds all the same; the work at one is bounded.
"""

import json
from collections.abc import Mapping
from math import ceil, floor, isfinite
from typing import Any

from modelyard.sandbox.request_body import TooLarge

DEEPEST = 64
MOST_STEPS = 20_000
"""Schemas that are looked at for one value."""
MOST_CHARACTERS = 2**20
"""Characters of one value."""
FORMATS = {
    "date-time": "1970-01-01T00:00:00Z",
    "date": "1970-01-01",
    "time": "00:00:00Z",
    "duration": "PT0S",
    "email": "nobody@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
}


class Unsatisfiable(ValueError):
    """No value was found for the schema; the text says where it ended."""


def sample(schema: object) -> Any:
    """A value that the schema allows. Unsatisfiable where there is none, or none was found; TooLarge for a long one."""
    return _Sampler(schema).value(schema, 0)


def loose(schema: object) -> str:
    """What a strict schema must not leave open, the first place of it; empty where there is none.

    Every object names all that it may hold and requires it (Microsoft docs, structured outputs; the first sentence
    captured on Azure in dottxt-ai/outlines#844).
    """
    waiting: list[tuple[tuple[str, ...], object]] = [((), schema)]
    for path, one in waiting:
        if not isinstance(one, Mapping):
            continue
        properties = one.get("properties")
        names = properties if isinstance(properties, Mapping) else {}
        if names or "object" in (one.get("type"), *(one["type"] if isinstance(one.get("type"), list) else ())):
            if one.get("additionalProperties") is not False:
                return f"In context={path}, 'additionalProperties' is required to be supplied and to be false."
            required = one.get("required")
            missing = sorted(names.keys() - {str(name) for name in required if name} if required else names)
            if missing:
                return (
                    f"In context={path}, 'required' is required to be supplied and to be an array including every key "
                    f"in properties. Missing '{missing[0]}'."
                )
        for key in ("properties", "$defs", "definitions"):
            inner = one.get(key)
            waiting += (
                [((*path, key, name), each) for name, each in inner.items()] if isinstance(inner, Mapping) else []
            )
        for key in ("anyOf", "oneOf", "allOf"):
            inner = one.get(key)
            waiting += [
                ((*path, key, str(at)), each) for at, each in enumerate(inner if isinstance(inner, list) else ())
            ]
        waiting.append(((*path, "items"), one.get("items")))
    return ""


class _Sampler:
    def __init__(self, root: object) -> None:
        self._root = root
        self._steps = 0
        self._characters = 0
        self._open: set[str] = set()

    def _spend(self, characters: float) -> None:
        self._characters += int(min(characters, MOST_CHARACTERS + 1))
        if self._characters > MOST_CHARACTERS:
            raise TooLarge(f"its schema asks for more than {MOST_CHARACTERS} characters")

    def _stated(self, value: Any) -> Any:
        self._spend(len(json.dumps(value)))
        return value

    def value(self, schema: object, depth: int) -> Any:
        self._steps += 1
        if self._steps > MOST_STEPS:
            raise TooLarge(f"its schema takes more than {MOST_STEPS} steps to find a value for")
        if depth > DEEPEST:
            raise Unsatisfiable("it never comes to an end")
        if schema is True:
            return None
        if not isinstance(schema, Mapping):
            raise Unsatisfiable("a schema must be an object")
        if "const" in schema:
            return self._stated(schema["const"])
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return self._stated(schema["enum"][0])
        if "$ref" in schema:
            return self._of_reference(str(schema["$ref"]), depth)
        alternatives = self._alternatives(schema)
        return self._typed(schema, depth) if alternatives is None else self._first(alternatives, depth)

    def _of_reference(self, reference: str, depth: int) -> Any:
        if reference in self._open:
            raise Unsatisfiable(f"{reference} refers to itself without an end")
        self._open.add(reference)
        try:
            return self.value(self._referred(reference), depth + 1)
        finally:
            self._open.discard(reference)

    def _alternatives(self, schema: Mapping[str, Any]) -> list[Any] | None:
        """What the schema leaves to other ones; None where it stands by itself."""
        if isinstance(schema.get("allOf"), list):
            return [self._merged(schema)]
        stated = schema.get("anyOf", schema.get("oneOf"))
        return stated if isinstance(stated, list) else None

    def _typed(self, schema: Mapping[str, Any], depth: int) -> Any:
        match self._type(schema):
            case "object":
                return self._object(schema, depth)
            case "array":
                least = _figure(schema, "minItems") or 0
                return [self.value(schema.get("items", True), depth + 1) for _ in range(int(least))]
            case "string":
                least = _figure(schema, "minLength") or 0
                self._spend(least)
                return FORMATS.get(str(schema.get("format")), "").ljust(int(least), "x")
            case "integer" | "number" as kind:
                return _number(schema, whole=kind == "integer")
            case "boolean":
                return False
            case "null":
                return None
            case other:
                raise Unsatisfiable(f"{other!r} is no type")

    def _type(self, schema: Mapping[str, Any]) -> str:
        stated = schema.get("type")
        if isinstance(stated, list) and stated:
            stated = stated[0]
        if stated is not None:
            return str(stated)
        return "object" if "properties" in schema else "array" if "items" in schema else "null"

    def _object(self, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
        known = schema.get("properties")
        properties = known if isinstance(known, Mapping) else {}
        required = schema.get("required")
        names = [str(name) for name in required] if isinstance(required, list) else []
        self._spend(sum(map(len, names)))
        return {name: self.value(properties.get(name, True), depth + 1) for name in names}

    def _first(self, alternatives: list[Any], depth: int) -> Any:
        reason: Unsatisfiable | None = None
        for alternative in alternatives:
            try:
                return self.value(alternative, depth + 1)
            except Unsatisfiable as error:
                reason = error
        raise reason or Unsatisfiable("there is nothing to choose from")

    def _merged(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        merged = {name: value for name, value in schema.items() if name != "allOf"}
        for part in schema["allOf"]:
            found = self._referred(part["$ref"]) if isinstance(part, Mapping) and "$ref" in part else part
            if not isinstance(found, Mapping):
                raise Unsatisfiable("a schema must be an object")
            for name, value in found.items():
                there = merged.get(name)
                if isinstance(there, Mapping) and isinstance(value, Mapping):
                    merged[name] = {**there, **value}
                elif isinstance(there, list) and isinstance(value, list) and name == "required":
                    merged[name] = [*there, *value]
                else:
                    merged[name] = value
        return merged

    def _referred(self, reference: object) -> Any:
        found: Any = self._root
        steps = str(reference).removeprefix("#").removeprefix("/").split("/")
        for step in steps if steps != [""] else []:
            name = step.replace("~1", "/").replace("~0", "~")
            if not isinstance(found, Mapping) or name not in found:
                raise Unsatisfiable(f"{reference} leads nowhere")
            found = found[name]
        return found


def _figure(schema: Mapping[str, Any], name: str) -> float | None:
    found = schema.get(name)
    return found if isinstance(found, (int, float)) and not isinstance(found, bool) else None


def _number(schema: Mapping[str, Any], *, whole: bool) -> float | int:
    """0 where it is allowed, else what is nearest to it."""
    step = _figure(schema, "multipleOf") or (1 if whole else None)
    low, high = _figure(schema, "minimum"), _figure(schema, "maximum")
    above, below = _figure(schema, "exclusiveMinimum"), _figure(schema, "exclusiveMaximum")
    value: float = 0
    if low is not None and value < low:
        value = low
    if above is not None and value <= above:
        value = above + (step or 1)
    if high is not None and value > high:
        value = high
    if below is not None and value >= below:
        value = below - (step or 1)
    try:
        if step:
            value = (ceil if value > 0 else floor)(value / step) * step
        return int(value) if float(value).is_integer() or not isfinite(value) else value
    except OverflowError:  # of a division, or of an infinity that is to be a whole number
        raise Unsatisfiable("its bounds leave no number that a double holds") from None
