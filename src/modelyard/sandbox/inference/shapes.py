"""What the bodies of calls may hold, at every depth, and what is wrong with one.

`shapes.json` has a schema for each kind of work, made from openai's own types by `python -m tools.inference_shapes`: so
a member that nobody knows is one wherever it stands. Of the JSON Schema's language it knows what these have: kinds,
members, items, alternatives, constants, and bounds. A null stands for a member that isn't there.

OpenAI's models tell the first mistake in words of their own, the others tell all of them in a list; both are read off
the same `ParameterMistake`s. Models of others are not held to the members: each has parameters of its own.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from modelyard.failures import Facts
from modelyard.sandbox.inference.answers import InferenceBody
from modelyard.sandbox.inference.refusal import InferenceRefusal

Place = tuple[str | int, ...]
Check = Callable[[Any, Place], Iterator["ParameterMistake"]]
KINDS: Mapping[str, tuple[frozenset[type], str]] = {
    "string": (frozenset({str}), "a string"),
    "boolean": (frozenset({bool}), "a boolean"),
    "integer": (frozenset({int}), "an integer"),
    "number": (frozenset({int, float}), "a decimal"),
    "object": (frozenset({dict}), "an object"),
    "array": (frozenset({list}), "an array"),
}
TAGS = ("type", "role")
"""Members whose constant tells alternatives apart."""


@dataclass(frozen=True, slots=True)
class ParameterMistake:
    """One thing wrong with a body: where, which row of OpenAI's answers tells it, and how the others tell it."""

    path: Place
    answer: str
    plain: str
    facts: Facts = field(default_factory=dict)

    @property
    def param(self) -> str:
        """As OpenAI writes a path: messages[0].role."""
        written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return written.removeprefix(".")

    def refusal(self) -> InferenceRefusal:
        """As OpenAI's models tell it."""
        refusal = InferenceRefusal(self.answer, param=self.param)
        refusal.facts |= self.facts
        return refusal


@dataclass(frozen=True, slots=True)
class Tag:
    """The constants of a member that tells an object from its alternatives."""

    constants: frozenset[str]
    required: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """One schema: the kinds of JSON that it takes, how they are called, and the check of a value of such a kind."""

    kinds: frozenset[type]
    expected: str
    check: Check
    tags: Mapping[str, Tag] = field(default_factory=dict)

    def mistakes(self, value: Any, path: Place) -> Iterator[ParameterMistake]:
        """What is wrong with the value."""
        if self.kinds and type(value) not in self.kinds:
            yield wrong_kind(path, self.expected, value)
        else:
            yield from self.check(value, path)


def mistakes(work: str, body: InferenceBody, *, strict: bool) -> Iterator[ParameterMistake]:
    """All that is wrong with a body, the members that nobody knows first; those are taken where it isn't `strict`."""
    return _shape(work, strict).mistakes(body, ())


@cache
def known(work: str) -> frozenset[str]:
    """What OpenAI's models know for this kind of work."""
    return frozenset(_written()[work]["shape"]["properties"])


def wrong_kind(path: Place, expected: str, found: object) -> ParameterMistake:
    """A value of another kind than is expected."""
    facts = {"expected": expected, "found": kind(found)}
    return ParameterMistake(path, "invalid-type", f"{expected} is required", facts)


def kind(value: object) -> str:
    """What a value of JSON is, for people."""
    kinds = {dict: "an object", list: "an array", str: "a string", bool: "a boolean", int: "an integer"}
    return kinds.get(type(value), "null" if value is None else "a decimal")


@cache
def _written() -> Mapping[str, Any]:
    written: dict[str, Any] = json.loads((Path(__file__).parent / "shapes.json").read_text(encoding="utf-8"))
    return written


@cache
def _shape(work: str, strict: bool) -> Shape:
    written = _written()[work]
    return _Reader(written["$defs"], strict=strict).read(written["shape"])


class _Reader:
    """Schemas as checks; each definition once, as some hold themselves."""

    def __init__(self, definitions: Mapping[str, Any], *, strict: bool) -> None:
        self._definitions = definitions
        self._strict = strict
        self._read: dict[str, Shape] = {}

    def read(self, schema: Mapping[str, Any]) -> Shape:
        if "$ref" in schema:
            return self._referred(schema["$ref"].rpartition("/")[2])
        if "anyOf" in schema:
            shapes = [self.read(one) for one in schema["anyOf"] if one != {"type": "null"}]
            return _alternatives(shapes, strict=self._strict)
        readers = {"object": self._object, "array": self._array}
        return readers.get(schema.get("type", ""), _plain)(schema)

    def _referred(self, name: str) -> Shape:
        if name not in self._read:
            schema = self._definitions[name]
            kinds, expected = KINDS[schema["type"]]

            def check(value: Any, path: Place) -> Iterator[ParameterMistake]:
                return self._read[name].check(value, path)  # whoever refers to itself finds it read by then

            self._read[name] = Shape(kinds, expected, check, _tags(schema))
            self._read[name] = self.read(schema)
        return self._read[name]

    def _array(self, schema: Mapping[str, Any]) -> Shape:
        items = self.read(schema.get("items", {}))
        least, most = schema.get("minItems", 0), schema.get("maxItems")

        def check(value: list[Any], path: Place) -> Iterator[ParameterMistake]:
            if len(value) < least:
                yield wrong_kind(path, "a non-empty array", value)
            elif most is not None and len(value) > most:
                facts = {"maximum": most, "found": len(value)}
                yield ParameterMistake(path, "too-many", f"up to {most} are allowed", facts)
            else:
                for place, item in enumerate(value):
                    yield from items.mistakes(item, (*path, place))

        noun = items.expected.rpartition(" ")[2]
        plain = {f"a {noun}", f"an {noun}"} & {items.expected}
        return Shape(KINDS["array"][0], f"an array of {noun}s" if plain else "an array", check)

    def _object(self, schema: Mapping[str, Any]) -> Shape:
        members = {name: self.read(one) for name, one in schema.get("properties", {}).items()}
        required = tuple(schema.get("required", ()))
        rest = schema.get("additionalProperties")
        others = self.read(rest) if isinstance(rest, dict) else None
        closed = self._strict and bool(members) and rest is None

        def check(value: dict[str, Any], path: Place) -> Iterator[ParameterMistake]:
            if closed and not value.keys() <= members.keys():
                for name in sorted(value.keys() - members.keys()):
                    yield ParameterMistake((*path, name), "unknown-parameter", "nobody knows it")
            for name in required:
                if value.get(name) is None:
                    plain = f"{members[name].expected or 'it'} is required"
                    yield ParameterMistake((*path, name), "missing-parameter", plain)
            for name, found in value.items():
                member = members.get(name, others)
                if found is not None and member is not None:
                    yield from member.mistakes(found, (*path, name))

        return Shape(*KINDS["object"], check, _tags(schema))


def _alternatives(shapes: Sequence[Shape], *, strict: bool) -> Shape:
    if len(shapes) == 1:
        return shapes[0]

    def check(value: Any, path: Place) -> Iterator[ParameterMistake]:
        of_kind = [one for one in shapes if not one.kinds or type(value) in one.kinds]
        fitting = _told_apart(of_kind, value, path) if isinstance(value, dict) else of_kind
        if isinstance(fitting, ParameterMistake):
            if strict or fitting.path[-1] == "role":
                yield fitting
            return
        best: list[ParameterMistake] | None = None
        for one in fitting:
            found = list(one.check(value, path))
            if not found:
                return
            best = found if best is None or len(found) < len(best) else best
        yield from best or ()

    kinds: frozenset[type] = frozenset().union(*(one.kinds for one in shapes))
    expected = " or ".join(dict.fromkeys(one.expected for one in shapes))
    return Shape(kinds if all(one.kinds for one in shapes) else frozenset(), expected, check)


def _nothing(_value: Any, _path: Place) -> Iterator[ParameterMistake]:
    return iter(())


def _tags(schema: Mapping[str, Any]) -> Mapping[str, "Tag"]:
    found = {}
    for name in TAGS:
        member = schema.get("properties", {}).get(name, {})
        member = member.get("anyOf", [member])[0]
        if constants := [member["const"]] if "const" in member else member.get("enum"):
            found[name] = Tag(frozenset(constants), required=name in schema.get("required", ()))
    return found


def _plain(schema: Mapping[str, Any]) -> Shape:
    match schema.get("type"):
        case "string":
            return Shape(*KINDS["string"], _string(schema))
        case "integer" | "number" as name:
            return Shape(*KINDS[name], _bounds(schema, whole=name == "integer"))
        case "boolean":
            return Shape(*KINDS["boolean"], _nothing)
    return Shape(frozenset(), "", _nothing)


def _string(schema: Mapping[str, Any]) -> Check:
    words = [schema["const"]] if "const" in schema else schema.get("enum", [])
    most, pattern = schema.get("maxLength"), schema.get("pattern")
    fits = re.compile(pattern).match if pattern else None

    def check(value: str, path: Place) -> Iterator[ParameterMistake]:
        if words and value not in words:
            yield _not_among(path, words, value)
        elif most is not None and len(value) > most:
            facts = {"maximum": most, "found": len(value)}
            yield ParameterMistake(path, "too-long", f"up to {most} characters are allowed", facts)
        elif fits is not None and fits(value) is None:
            yield ParameterMistake(path, "not-as-named", f"it must match {pattern}", {"pattern": pattern})

    return check


def _bounds(schema: Mapping[str, Any], *, whole: bool) -> Check:
    least, most = schema.get("minimum"), schema.get("maximum")

    def check(value: float, path: Place) -> Iterator[ParameterMistake]:
        facts = {"minimum": least, "maximum": most, "found": value}
        if not whole and least is not None and most is not None and not least <= value <= most:
            plain = f"a number from {least} to {most} is required"
            yield ParameterMistake(path, "parameter-out-of-range", plain, facts)
        elif whole and least is not None and value < least:
            yield ParameterMistake(path, "parameter-too-small", f"an integer from {least} is required", facts)
        elif whole and most is not None and value > most:
            yield ParameterMistake(path, "parameter-too-large", f"an integer up to {most} is required", facts)

    return check


def _told_apart(shapes: Sequence[Shape], value: Mapping[str, Any], path: Place) -> Sequence[Shape] | ParameterMistake:
    """The alternatives that the value's tags leave; a mistake where they leave none."""
    for name in TAGS:
        if not any(name in one.tags for one in shapes):
            continue
        tag = value.get(name)
        if tag is not None and not isinstance(tag, str):
            return wrong_kind((*path, name), "a string", tag)
        if tag is None:
            left = [one for one in shapes if name not in one.tags or not one.tags[name].required]
            missing = ParameterMistake((*path, name), "missing-parameter", "it is required")
        else:
            left = [one for one in shapes if name in one.tags and tag in one.tags[name].constants]
            words = sorted({word for one in shapes if name in one.tags for word in one.tags[name].constants})
            missing = _not_among((*path, name), words, tag)
        if not left:
            return missing
        shapes = left
    return shapes


def _not_among(path: Place, words: Sequence[str], found: object) -> ParameterMistake:
    expected = ", ".join(f"'{one}'" for one in words)
    plain = f"one of {', '.join(words)} is required"
    return ParameterMistake(path, "invalid-value", plain, {"found": found, "expected": expected})
