"""Fits a tree to the models, section by section, and turns what pydantic refuses into findings.

A key that isn't known is told, taken out, and the rest is fitted again; where it is plainly a misspelling, its value
counts under the right name from then on. So one mistake doesn't hide the next one, nor cause a second.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from modelyard.catalog.market import Market
from modelyard.config import suggestions
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import ANY, KeyPath, written
from modelyard.config.naming_rules import RULE_OF_PATTERN, RULES
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret
from modelyard.findings import Position

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

FOLLOWS = ("default_factory_not_called",)  # tells only that another key was refused
ROUNDS = 8  # more levels than the configuration has


@dataclass(frozen=True, slots=True)
class ValidationContext:
    """What validators may ask: the market, and where to tell of text that should be quoted."""

    market: Market
    collector: Collector

    def unquoted(self, scalar: Scalar, becomes: str) -> None:
        self.collector.unquoted(scalar, becomes)


@cache
def adapter(kind: Any) -> TypeAdapter[Any]:
    """Kept: to make one takes longer than to fit a stack file to it, and a project has many."""
    return TypeAdapter(kind)


class Fitting:
    """Fits values to models. What doesn't fit comes back as None, and `whole` becomes false."""

    def __init__(self, market: Market, collector: Collector) -> None:
        self._context = ValidationContext(market, collector)
        self._collector = collector
        self.whole = True

    def one(self, model: type[M], value: Any, path: KeyPath) -> M | None:
        """A map as a model."""
        return self._fit(adapter(model), value, path)

    def plain(self, adapter: TypeAdapter[V], value: Any, path: KeyPath) -> V | None:
        """A value that is no model of its own, such as tags."""
        return self._fit(adapter, value, path)

    def each(self, kind: Any, value: Any, path: KeyPath) -> dict[str, Any]:
        """A map of the team's own names to models, of a type such as `dict[Name, Model]`; a misfit is left out."""
        if not isinstance(value, dict):
            self._tell(path, _wrong_type("a map", value))
            return {}
        name, value_of = map(adapter, get_args(kind))
        fitted = {}
        for key, item in value.items():
            named = self._fit(name, key, (*path, key))
            entry = self._fit(value_of, item, (*path, key))
            if named is not None and entry is not None:
                fitted[key] = entry
        return fitted

    def unknown(self, path: KeyPath) -> KeyPath | None:
        """Tell of an unknown key; gives the path that its value may count under instead, if nothing stands there."""
        from modelyard.config import plain_sections  # a file without an unknown key loads no ARM type

        if plain_sections.read_only(path):
            message = f"{path[-1]} is read-only: only Azure writes it"
            self._tell(path, _Refused("config.misplaced-key", message, str(path[-1]), remedy="take it out"))
            return None
        key, meant = str(path[-1]), suggestions.meant(path)
        if meant.sibling:
            known = ", ".join(suggestions.siblings(path[:-1]))
            did = f"did you mean {meant.sibling}?"
            self._tell(path, _Refused("config.unknown-key", f"there is no key {key}", key, known, did))
            return (*path[:-1], meant.sibling)
        if meant.belongs or meant.instead:
            remedy = f"move it to {written(meant.belongs)}" if meant.belongs else f"use {meant.instead}"
            self._tell(path, _Refused("config.misplaced-key", f"{key} has no effect here", key, remedy=remedy))
            return meant.belongs
        known = ", ".join(suggestions.siblings(path[:-1]))
        remedy = "take it out, or correct it"
        self._tell(path, _Refused("config.unknown-key", f"there is no key {key}", key, known, remedy))
        return None

    def missing(self, path: KeyPath, remedy: str, position: Position | None = None) -> None:
        """Tell of a whole section that isn't there."""
        self._tell(path, _Refused("config.missing-key", f"{path[-1]} must be stated", remedy=remedy), position)

    def _fit(self, adapter: TypeAdapter[V], value: Any, path: KeyPath) -> V | None:
        for _ in range(ROUNDS):
            try:
                return adapter.validate_python(value, strict=True, context=self._context)
            except ValidationError as refused:
                errors = [error for error in refused.errors(include_url=False) if not _follows(error)]
            unknown = [error["loc"] for error in errors if error["type"] == "extra_forbidden"]
            if not unknown:
                for error in errors:
                    given = error["input"]
                    at = given.path if isinstance(given, Scalar) and given.path else (*path, *_loc(error))
                    self._tell(at, _refused(error))
                break
            for loc in unknown:
                value = self._mended(value, loc, path)
        self.whole = False
        return None

    def _mended(self, tree: Any, loc: tuple[int | str, ...], path: KeyPath) -> Any:
        """A copy of the tree at `path` without the unknown key, its value moved to where it was meant to be."""
        tree, value = _taken(tree, loc)
        there = (*path, *loc)
        instead = self.unknown(there)
        if instead is None or instead[: len(path)] != path:
            return tree
        if ANY in instead or there[: len(instead)] == instead:  # no one place, or one that it stands in already
            return tree
        self._collector.moved(there, instead)
        return _put(tree, instead[len(path) :], value)

    def _tell(self, path: KeyPath, refused: "_Refused", position: Position | None = None) -> None:
        self.whole = False
        if refused.code == "config.missing-key" and (option := suggestions.option(path)):
            needed = ", ".join(suggestions.required(path))
            remedy = f"add {option.name}: {option.description}{f' It needs {needed}.' if needed else ''}"
            refused = replace(refused, allowed=option.allowed, remedy=remedy)
        elif refused.allowed == "a map":
            option = suggestions.option(path)
            refused = _no_map(refused, option.type if option else "map", suggestions.siblings(path))
        self._collector.add(
            refused.code,
            path,
            refused.message,
            found=refused.found,
            allowed=refused.allowed,
            remedy=refused.remedy,
            of_value=refused.of_value,
            position=position,
        )


def _follows(error: ErrorDetails) -> bool:
    """Whether it tells only that something else was refused: pydantic counts a list's entries without those."""
    if error["type"] == "too_short":
        return len(error["input"]) >= int(error["ctx"]["min_length"])
    return error["type"] in FOLLOWS


def _taken(tree: Any, loc: tuple[int | str, ...]) -> tuple[Any, Any]:
    """A copy of the tree without what stands at `loc`, and that."""
    step, rest = loc[0], loc[1:]
    if not rest:
        return {key: value for key, value in tree.items() if key != step}, tree[step]
    inner, value = _taken(tree[step], rest)
    return _with(tree, step, inner), value


def _put(tree: Any, loc: tuple[int | str, ...], value: Any) -> Any:
    """A copy of the tree with a value at `loc`; the tree itself where there is no place for it, or it is taken."""
    step, rest = loc[0], loc[1:]
    if isinstance(tree, tuple) and rest:
        return _with(tree, step, _put(tree[int(step)], rest, value))
    if not isinstance(tree, dict) or (rest and step not in tree) or (not rest and step in tree):
        return tree
    return _with(tree, step, _put(tree[step], rest, value) if rest else value)


def _with(tree: Any, step: int | str, value: Any) -> Any:
    if isinstance(tree, tuple):
        return (*tree[: int(step)], value, *tree[int(step) + 1 :])
    return {**tree, step: value}


@dataclass(frozen=True, slots=True)
class _Refused:
    code: str
    message: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    of_value: bool = False


def _loc(error: ErrorDetails) -> tuple[int | str, ...]:
    """Where an error is: pydantic marks the key of a map with `[key]`, and names a refused default by its field."""
    return tuple(DEFAULTED.get(part, part) for part in error["loc"] if part != "[key]")


def _refused(error: ErrorDetails) -> _Refused:
    """Pydantic's error in our words."""
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    key = str(_loc(error)[-1]) if _loc(error) else "this"
    if kind.startswith("config."):
        texts = {part: str(context[part]) for part in ("found", "allowed", "remedy") if context.get(part)}
        return _Refused(kind, error["msg"], **texts, of_value=isinstance(value, Scalar))
    if kind == "missing":
        return _Refused("config.missing-key", f"{key} must be stated")
    if kind == "string_pattern_mismatch":
        rule = RULE_OF_PATTERN[context["pattern"]]
        found = value.text if isinstance(value, Scalar) else str(value)
        plain = suggestions.folded(found)
        remedy = f"write {plain}" if rule == "region" and re.match(context["pattern"], plain) else ""
        return _Refused("config.name-not-allowed", f"not a valid {rule}", found, RULES[rule], remedy, of_value=True)
    if kind == "literal_error":
        expected, found = context["expected"].replace("'", ""), _shown(value)
        alike = next((word for word in expected.split() if word.strip(",").casefold() == found.casefold()), "")
        return _Refused(
            "config.value-not-allowed",
            f"{key} doesn't take this value",
            found,
            expected,
            remedy=f"write {alike.strip(',')}" if alike else "",
            of_value=True,
        )
    if kind in LIMITS:
        allowed = LIMITS[kind].format_map(context)
        return _Refused(
            "config.value-not-allowed", f"{key} is out of its limits", _shown(value), allowed, of_value=True
        )
    return _wrong_type(EXPECTED.get(kind, "another type of value"), value)


def _wrong_type(expected: str, value: Any) -> _Refused:
    remedy = ""
    if isinstance(value, dict) and expected in SCALARS:
        remedy = "write one value here; other keys of this map belong beside it"
    return _Refused("config.wrong-type", f"{expected} is expected", _shown(value), expected, remedy, of_value=True)


def _no_map(refused: _Refused, type_: str, keys: tuple[str, ...]) -> _Refused:
    """Something else stands where a map belongs, or a list as well: what may stand there, and what to write."""
    from modelyard.syntax.yaml_lines import missing_space  # most files have no mistake to explain

    expected = f"a {type_}"
    if instead := missing_space(refused.found):
        remedy = f"write the missing space: `{instead}`"
        return replace(refused, message=f"{expected} is expected", allowed=expected, remedy=remedy)
    remedy = f"write its keys below it, of {', '.join(keys)}" if keys else "write a key for each entry below it"
    if "list" in type_:
        remedy = "write a list, or a key for each entry below it"
    return replace(refused, message=f"{expected} is expected", allowed=expected, remedy=remedy)


def _shown(value: Any) -> str:
    if isinstance(value, Scalar | int | str):
        return value.text if isinstance(value, Scalar) else str(value)
    if isinstance(value, Secret):
        return "secure: …"
    kinds = {dict: "a map", tuple: "a list", type(None): "nothing"}
    return kinds.get(type(value), "")


LIMITS = {
    "greater_than_equal": "at least {ge}",
    "too_long": "at most {max_length} entries",
    "too_short": "at least {min_length} entry",
}
SCALARS = ("text", "a whole number", "true or false")
EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
DEFAULTED: dict[int | str, str] = {"custom_sub_domain_name": "customSubDomainName"}
