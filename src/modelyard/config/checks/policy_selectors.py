"""Do selectors and overrides go together, with each other and with what is assigned?"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from modelyard.catalog.policy_selectors import APART, EFFECTS, REFERENCES, WITHOUT_LOCATION, replacements
from modelyard.config.finding_collector import Collector
from modelyard.config.key_path import KeyPath
from modelyard.config.naming_rules import PATTERNS, RULES
from modelyard.config.policy_definition import REMEDIATES, PolicyDefinition
from modelyard.config.policy_selectors import WrittenOverride, WrittenResourceSelector, WrittenSelector
from modelyard.config.policy_set_definition import PolicySetDefinition
from modelyard.config.suggestions import did_you_mean

RULE_OF_KIND = {"resourceLocation": "region", "resourceType": "resource type"}


def check(groups: Sequence[WrittenResourceSelector], at: KeyPath, collector: Collector) -> None:
    """The resource selectors of a policy or an exemption."""
    for index, group in enumerate(groups):
        _together(group.selectors, (*at, "resourceSelectors", index, "selectors"), collector)


def check_overrides(
    overrides: Sequence[WrittenOverride],
    assigned: PolicyDefinition | PolicySetDefinition | None,
    reference: str,
    at: KeyPath,
    collector: Collector,
) -> None:
    """The overrides of a policy that assigns a definition or an initiative; None where nobody knows which."""
    for index, override in enumerate(overrides):
        path = (*at, "overrides", index)
        _together(override.selectors, (*path, "selectors"), collector)
        _references(override, assigned, reference, (*path, "selectors"), collector)
        _effect(override, assigned, reference, (*path, "value"), collector)


def _together(selectors: Sequence[WrittenSelector], path: KeyPath, collector: Collector) -> None:
    kinds = [each.kind for each in selectors]
    for index, each in enumerate(selectors):
        at = (*path, index)
        before = set(kinds[:index])
        if each.kind in before:
            _impossible((*at, "kind"), f"{each.kind} stands here twice", each.kind, "each kind once", collector)
        elif {each.kind, *before} >= APART:
            rest = " and ".join(sorted(APART))
            _impossible((*at, "kind"), f"{rest} can't stand together", each.kind, "one of them", collector)
        if (each.in_ is None) is (each.not_in is None):
            found = "neither" if each.in_ is None else "both"
            _impossible(at, "a selector has either in or notIn", found, "one of the two", collector, of_value=False)
        for name, values in (("in", each.in_), ("notIn", each.not_in)):
            for place, value in enumerate(values or ()):
                _value(each.kind, value, (*at, name, place), collector)


def _value(kind: str, value: str, path: KeyPath, collector: Collector) -> None:
    """A value that nothing has would select nothing, or everything, without a word."""
    rule = RULE_OF_KIND.get(kind)
    if rule is not None and not re.search(PATTERNS[rule], value):
        message = f"not a valid {rule}"
        collector.add("config.name-not-allowed", path, message, found=value, allowed=RULES[rule], of_value=True)
    if kind == "resourceWithoutLocation" and value.casefold() != WITHOUT_LOCATION.casefold():
        collector.add(
            "config.value-not-allowed",
            path,
            f"{kind} doesn't take this value",
            found=value,
            allowed=WITHOUT_LOCATION,
            of_value=True,
        )


def _references(
    override: WrittenOverride,
    assigned: PolicyDefinition | PolicySetDefinition | None,
    reference: str,
    path: KeyPath,
    collector: Collector,
) -> None:
    """Of an initiative of the stack the reference ids are known; of one that exists already, nobody says."""
    if assigned is None:
        return
    members = assigned.members if isinstance(assigned, PolicySetDefinition) else ()
    known = {member.reference_id.casefold(): member.reference_id for member in members}
    for index, each in enumerate(override.selectors):
        if each.kind != REFERENCES:
            continue
        if not known:
            problem = f"{reference} is a single definition, whose members nobody can name"
            _impossible((*path, index, "kind"), problem, each.kind, "resourceLocation", collector)
            continue
        for name, values in (("in", each.in_), ("notIn", each.not_in)):
            for place, value in enumerate(values or ()):
                if value.casefold() not in known:
                    collector.add(
                        "config.override-reference-unknown",
                        (*path, index, name, place),
                        f"{reference} has no definition {value}",
                        found=value,
                        allowed=", ".join(known.values()),
                        remedy=did_you_mean(value, tuple(known.values()), "name a referenceId of the initiative"),
                        of_value=True,
                    )


def _effect(
    override: WrittenOverride,
    assigned: PolicyDefinition | PolicySetDefinition | None,
    reference: str,
    path: KeyPath,
    collector: Collector,
) -> None:
    """Azure holds the effect to what each definition allows that the override may mean."""
    if override.value.casefold() not in map(str.casefold, EFFECTS):
        _refused(f"there is no effect {override.value}", override.value, EFFECTS, path, collector)
        return
    meant = {reference: assigned} if isinstance(assigned, PolicyDefinition) else {}
    if isinstance(assigned, PolicySetDefinition):
        meant = {each.reference_id: each.definition for each in assigned.members if override.means(each.reference_id)}
    takes = {name: _takes(definition) for name, definition in meant.items()}
    refusing = [name for name, effects in takes.items() if override.value.casefold() not in effects]
    if refusing:
        common = [effect for effect in _first(takes) if all(effect.casefold() in each for each in takes.values())]
        takes_not = "doesn't" if len(refusing) == 1 else "don't"
        problem = f"{', '.join(refusing)} {takes_not} take this effect"
        _refused(problem, override.value, common, path, collector)


def _takes(definition: PolicyDefinition) -> Mapping[str, str]:
    """The effects an override may give a definition, by their folded names; all where nobody knows its own."""
    parameter = (definition.parameters or {}).get(definition.effect_parameter)
    if parameter is None and not definition.effect:
        return {effect.casefold(): effect for effect in EFFECTS}
    allowed: tuple[Any, ...] = parameter.allowed if parameter else ()
    effects = EFFECTS if parameter and not allowed else replacements(definition.effect, tuple(map(str, allowed)))
    return {effect.casefold(): effect for effect in effects if parameter or _has_details(definition, effect.casefold())}


def _has_details(definition: PolicyDefinition, effect: str) -> bool:
    """Of a fixed effect: no override gives a rule what it would change or deploy, nor the roles for it."""
    if effect in REMEDIATES:
        return bool(definition.roles)
    return effect != "append" or definition.effect.casefold() == "append"


def _first(takes: Mapping[str, Mapping[str, str]]) -> tuple[str, ...]:
    return tuple(next(iter(takes.values())).values())


def _refused(message: str, found: str, allowed: Sequence[str], path: KeyPath, collector: Collector) -> None:
    collector.add(
        "config.policy-effect-not-allowed",
        path,
        message,
        found=found,
        allowed=", ".join(allowed) or "no effect that all of them take",
        remedy=did_you_mean(found, allowed, "take one of these" if allowed else "say by selectors which are meant"),
        of_value=True,
    )


def _impossible(
    path: KeyPath, message: str, found: str, allowed: str, collector: Collector, *, of_value: bool = True
) -> None:
    collector.add("config.selector-not-possible", path, message, found=found, allowed=allowed, of_value=of_value)
