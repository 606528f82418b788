"""Fits a tree to the models, section by section, and turns what pydantic refuses into findings.

A key that isn't known is told, taken out, and the rest is fitted again; where it is plainly a misspelling, its value
counts under the right name from then on. So one mistake doesn't hide the next one, nor cause a second.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from modelyard.catalog.market import Market
from modelyard.config import where
from modelyard.config.collector import Collector
from modelyard.config.keypath import KeyPath
from modelyard.config.names import RULE_OF_PATTERN, RULES
from modelyard.config.scalar import Scalar
from modelyard.config.secret import Secret

M = TypeVar("M", bound=BaseModel)
V = TypeVar("V")

ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Context:
    """What validators may ask: the market, and where to tell of text that should be quoted."""

    market: Market
    collector: Collector

    def unquoted(self, scalar: Scalar, becomes: str) -> None:
        self.collector.unquoted(scalar, becomes)


class Fitting:
    """Fits values to models. What doesn't fit comes back as None, and `whole` becomes false."""

    def __init__(self, market: Market, collector: Collector) -> None:
        self._context = Context(market, collector)
        self._collector = collector
        self.whole = True

    def one(self, model: type[M], value: Any, path: KeyPath) -> M | None:
        """A map as a model."""
        return self._fit(TypeAdapter(model), value, path)

    def plain(self, adapter: TypeAdapter[V], value: Any, path: KeyPath) -> V | None:
        """A value that is no model of its own, such as tags."""
        return self._fit(adapter, value, path)

    def each(self, model: type[M], name: TypeAdapter[str], value: Any, path: KeyPath) -> dict[str, M]:
        """A map of the team's own names to models; an entry that doesn't fit is left out."""
        if not isinstance(value, dict):
            self._tell(path, _wrong_type("a map", value))
            return {}
        adapter = TypeAdapter(model)
        fitted = {}
        for key, item in value.items():
            named = self._fit(name, key, (*path, key))
            entry = self._fit(adapter, item, (*path, key))
            if named is not None and entry is not None:
                fitted[key] = entry
        return fitted

    def unknown(self, path: KeyPath, present: Mapping[str, Any]) -> str | None:
        """Tell of an unknown key; gives the name that its value may count under instead."""
        meant = where.meant(path)
        key = str(path[-1])
        if meant.belongs:
            self._tell(path, _Refused("config.misplaced-key", f"{key} has no effect here", remedy=meant.belongs))
            return None
        self._tell(
            path,
            _Refused(
                "config.unknown-key",
                f"there is no key {key}",
                found=key,
                allowed=", ".join(where.siblings(path[:-1])),
                remedy=f"did you mean {meant.sibling}?" if meant.sibling else "take it out, or correct it",
            ),
        )
        return meant.sibling if meant.sibling and meant.sibling not in present else None

    def missing(self, path: KeyPath, remedy: str = "") -> None:
        self._tell(path, _Refused("config.missing-key", f"{path[-1]} must be stated", remedy=remedy))

    def _fit(self, adapter: TypeAdapter[V], value: Any, path: KeyPath) -> V | None:
        for _ in range(ATTEMPTS):
            try:
                return adapter.validate_python(value, strict=True, context=self._context)
            except ValidationError as refused:
                errors = refused.errors(include_url=False)
            unknown = [error for error in errors if error["type"] == "extra_forbidden"]
            for error in errors:
                if error not in unknown:
                    self._tell((*path, *_loc(error)), _refused(error))
            if not unknown:
                break
            for error in unknown:
                value = self._without(value, error["loc"], path)
        self.whole = False
        return None

    def _without(self, tree: Any, loc: tuple[int | str, ...], path: KeyPath) -> Any:
        """A copy of the tree without the unknown key, or with the key it was meant to be."""
        step, rest = loc[0], loc[1:]
        if isinstance(tree, tuple):
            return tuple(
                self._without(item, rest, (*path, step)) if at == step else item for at, item in enumerate(tree)
            )
        if rest:
            return {**tree, step: self._without(tree[step], rest, (*path, step))}
        self.whole = False
        kept = {key: value for key, value in tree.items() if key != step}
        if instead := self.unknown((*path, step), tree):
            kept[instead] = tree[step]
        return kept

    def _tell(self, path: KeyPath, refused: "_Refused") -> None:
        self.whole = False
        self._collector.add(
            refused.code,
            path,
            refused.message,
            found=refused.found,
            allowed=refused.allowed,
            remedy=refused.remedy,
            of_value=refused.of_value,
        )


@dataclass(frozen=True, slots=True)
class _Refused:
    code: str
    message: str
    found: str = ""
    allowed: str = ""
    remedy: str = ""
    of_value: bool = False


def _loc(error: ErrorDetails) -> tuple[int | str, ...]:
    """Pydantic marks the key of a map that it refuses with `[key]`."""
    return tuple(part for part in error["loc"] if part != "[key]")


def _refused(error: ErrorDetails) -> _Refused:
    """Pydantic's error in our words."""
    kind, context, value = error["type"], error.get("ctx", {}), error["input"]
    key = str(_loc(error)[-1]) if _loc(error) else "this"
    if kind.startswith("config."):
        texts = {part: str(context[part]) for part in ("found", "allowed", "remedy") if context.get(part)}
        return _Refused(kind, error["msg"], **texts, of_value=isinstance(value, Scalar))
    if kind == "missing":
        return _Refused("config.missing-key", f"{key} must be stated", allowed=REQUIRED.get(key, ""))
    if kind == "string_pattern_mismatch":
        rule = RULE_OF_PATTERN[context["pattern"]]
        found = value.text if isinstance(value, Scalar) else str(value)
        return _Refused("config.name-not-allowed", f"not a valid {rule}", found, RULES[rule], of_value=True)
    if kind == "literal_error":
        expected = context["expected"].replace("'", "")
        return _Refused(
            "config.value-not-allowed", f"{key} doesn't take this value", _shown(value), expected, of_value=True
        )
    if kind in ("greater_than_equal", "too_long"):
        allowed = f"at least {context['ge']}" if "ge" in context else f"at most {context['max_length']} entries"
        return _Refused(
            "config.value-not-allowed", f"{key} is out of its limits", _shown(value), allowed, of_value=True
        )
    return _wrong_type(EXPECTED.get(kind, "another type of value"), value)


def _wrong_type(expected: str, value: Any) -> _Refused:
    return _Refused("config.wrong-type", f"{expected} is expected", _shown(value), expected, of_value=True)


def _shown(value: Any) -> str:
    if isinstance(value, Scalar | int | str):
        return value.text if isinstance(value, Scalar) else str(value)
    if isinstance(value, Secret):
        return "secure: …"
    kinds = {dict: "a map", tuple: "a list", type(None): "nothing"}
    return kinds.get(type(value), "")


EXPECTED = {
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a map",
    "model_type": "a map",
}
REQUIRED = {"publicNetworkAccess": "Enabled or Disabled; there is no default, because either may be wrong"}
