"""Do the values fit the definition's parameters, and is the effect one it takes?"""

from typing import Any

from modelyard.catalog.built_in_policies import NOTHING, BuiltInParameter
from modelyard.config.finding_collector import Collector
from modelyard.config.freeform_values import Misfit, free, typed
from modelyard.config.key_path import KeyPath
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.suggestions import did_you_mean
from modelyard.policy.documents.written_definition import ParameterValues

INITIATIVES = "initiatives"


def settle(
    definition: PolicyDefinition, written: ParameterValues, effect: str | None, at: KeyPath, collector: Collector
) -> ParameterValues:
    """The values as JSON, the effect among them. What doesn't fit is told, and left out."""
    path = (*at, "parameters")
    if definition.parameters is None:
        values = {name: free(value, (*path, name), collector) for name, value in written.items()}
        return {**values, **({"effect": effect} if effect else {})}
    values = {}
    for name, value in written.items():
        parameter = definition.parameters.get(name)
        if parameter is None:
            _unknown(name, definition, (*path, name), collector)
            continue
        settled = _value(name, parameter, value, (*path, name), collector)
        if settled is not NOTHING:
            values[name] = settled
    if effect is not None:
        _effect(effect, definition, values, (*at, "effect"), collector)
    for name, parameter in definition.parameters.items():
        if parameter.default is NOTHING and name not in values and name not in written:
            _missing(name, parameter, definition, at, collector)
    return values


def _value(name: str, parameter: BuiltInParameter, written: Any, path: KeyPath, collector: Collector) -> Any:
    items = "String" if parameter.allowed and all(isinstance(each, str) for each in parameter.allowed) else ""
    try:
        value = typed(written, parameter.type, path, collector, items=items)
    except Misfit as expected:
        _refuse(f"{name} is of type {parameter.type}", path, _shown(written), str(expected), collector)
        return NOTHING
    if path[0] == INITIATIVES and (expression := _expression(value)):
        problem = "Azure takes this for an expression, and an initiative of a stack file has no parameters to name"
        _refuse(problem, path, expression, "the value itself", collector)
        return NOTHING
    for each in value if isinstance(value, list) else [value]:
        if parameter.allowed and each not in parameter.allowed:
            _refuse(f"{name} doesn't take this value", path, str(each), _listed(parameter.allowed), collector)
            return NOTHING
    return value


def _expression(value: Any) -> str:
    """A text within a value that Azure reads as an expression; empty where there is none."""
    if isinstance(value, str):
        return value if value.startswith("[") and not value.startswith("[[") else ""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next(filter(None, map(_expression, inner)), "")


def _effect(
    effect: str, definition: PolicyDefinition, values: dict[str, Any], path: KeyPath, collector: Collector
) -> None:
    name = definition.effect_parameter
    parameter = (definition.parameters or {}).get(name)
    if parameter is None:
        problem, remedy = f"{definition.reference} takes no effect", "take effect out"
        allowed = f"its own: {definition.effect}" if definition.effect else "none"
    elif parameter.allowed and effect not in parameter.allowed:
        problem, allowed = f"{definition.reference} doesn't take this effect", _listed(parameter.allowed)
        remedy = did_you_mean(effect, map(str, parameter.allowed), "take one of these")
    elif values.get(name, effect) != effect:
        problem, allowed = f"parameters.{name} says {values[name]}", "one of the two"
        remedy = "take one of them out"
    else:
        values[name] = effect
        return
    collector.add(
        "config.policy-effect-not-allowed",
        path,
        problem,
        found=effect,
        allowed=allowed,
        remedy=remedy,
        of_value=True,
    )


def _unknown(name: str, definition: PolicyDefinition, path: KeyPath, collector: Collector) -> None:
    known = tuple(definition.parameters or ())
    collector.add(
        "config.policy-parameter-unknown",
        path,
        f"{definition.reference} has no parameter {name}",
        found=name,
        allowed=", ".join(known) or "no parameters",
        remedy=did_you_mean(name, known, "take it out, or correct it"),
    )


def _missing(
    name: str, parameter: BuiltInParameter, definition: PolicyDefinition, at: KeyPath, collector: Collector
) -> None:
    collector.add(
        "config.policy-parameter-missing",
        at,
        f"{definition.reference} needs the parameter {name}",
        allowed=_listed(parameter.allowed) or f"a value of type {parameter.type}",
        remedy=f"add {name} under parameters",
    )


def _refuse(message: str, path: KeyPath, found: str, allowed: str, collector: Collector) -> None:
    collector.add("config.policy-parameter-not-allowed", path, message, found=found, allowed=allowed, of_value=True)


def _listed(allowed: tuple[Any, ...]) -> str:
    return ", ".join(map(str, allowed))


def _shown(written: Any) -> str:
    if isinstance(written, dict):
        return "a map"
    return "a list" if isinstance(written, tuple) else repr(written)
