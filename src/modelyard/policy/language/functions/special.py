"""Functions that ask the surroundings: `field`, `parameters`, `current`, `resourceGroup` …"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.language import dates
from modelyard.policy.language.compilation import Compilation, Counted, Get, Term, constant
from modelyard.policy.language.expressions import FunctionCall
from modelyard.policy.language.functions import logic
from modelyard.policy.language.functions.table import Compile, Special, Use
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Unknown


def _name(call: FunctionCall, term: Term, compilation: Compilation, place: str) -> str:
    if not term.constant or not isinstance(term.value, str):
        compilation.refuse(place, f"{call.name}() takes a name that is written out or follows from parameters")
    return term.value


def _parameters(use: Use) -> Term:
    call, compilation, place = use.call, use.compilation, use.place
    (term,) = use.terms
    name = _name(call, term, compilation, place)
    if name.lower() not in compilation.parameters:
        known = ", ".join(sorted(compilation.parameters)) or "none"
        compilation.refuse(place, f"the definition has no parameter '{name}'", allowed=known)
    return constant(compilation.parameters[name.lower()])


def _field(use: Use) -> Term:
    """A missing value is an empty string, a field with `[*]` always an array (author-policies-for-arrays, A)."""
    compilation, place = use.compilation, use.place
    (term,) = use.terms
    if compilation.related:
        compilation = replace(compilation, counts=(), related=False)
    if term.constant and isinstance(term.value, str):
        return Term(field_value(term.value, compilation, place))
    compilation.tally.loops += 1

    def get(resource: EvaluatedResource) -> Any:
        name = term.get(resource)
        if isinstance(name, Unknown):
            return name.risky()
        try:
            return field_value(name, compilation, place)(resource)
        except DefinitionRefused as wrong:
            raise EvaluationFailed(wrong.what) from wrong

    return Term(get)


def field_value(name: str, compilation: Compilation, place: str) -> Get:
    """What `field(name)` returns."""
    found = compilation.field(name, place)
    read, many = compilation.reader(found)
    if len(found.segments) > 1 and found.segments[-1]:
        return _selected(read, many=many)
    single_of_many = len(found.segments) > 1 and not many

    def get(resource: EvaluatedResource) -> Any:
        value = read(resource.origin)
        if single_of_many:
            return [value]
        return "" if value is None else value

    return get


def _selected(read: Get, *, many: bool) -> Get:
    """The property of each member that has it: one without it selects nothing, so `length()` doesn't count it."""

    def get(resource: EvaluatedResource) -> Any:
        value = read(resource.origin)
        if many and isinstance(value, Unknown):
            return value
        return [each for each in (value if many else [value]) if each is not None]

    return get


def _current(use: Use) -> Term:
    call, terms, compilation, place = use.call, use.terms, use.compilation, use.place
    if not compilation.counts:
        compilation.refuse(place, "current() stands outside the 'where' of a count")
    compilation.tally.loops += 1
    if not terms:
        return Term(_bound(compilation.counts[-1]))
    name = _name(call, terms[0], compilation, place)
    for counted in reversed(compilation.counts):
        if counted.field is None and counted.name.lower() == name.lower():
            return Term(_bound(counted))
    if "/" in name or "[*]" in name:
        found = compilation.field(name, place)
        around, _ = compilation.shared(found)
        if around is not None:
            return Term(compilation.reader(found)[0])
    known = ", ".join(each.field.name if each.field else each.name for each in compilation.counts)
    return compilation.refuse(place, f"current('{name}') names no count around it", allowed=known)


def _bound(counted: Counted) -> Get:
    slot = counted.slot
    if counted.field is None:
        return lambda resource: resource.current[slot]
    return lambda resource: resource.current[slot][-1]


def _surrounding(name: str, ask: Callable[[EvaluatedResource], Any]) -> Compile:
    def compiled(_use: Use) -> Term:
        def get(resource: EvaluatedResource) -> Any:
            value = ask(resource)
            return Unknown(f"{name}()") if isinstance(value, Unknown) else value

        return Term(get, lenient=True)

    return compiled


def _policy(use: Use) -> Term:
    known = constant(dict(use.compilation.policy))
    return Term(known.get, constant=True, value=known.value, lenient=True)


def _utc_now(use: Use) -> Term:
    terms, compilation, place = use.terms, use.compilation, use.place
    if terms and isinstance(terms[0].value, str):
        try:
            dates.formatted(datetime.min.replace(tzinfo=UTC), terms[0].value)
        except ValueError as wrong:
            compilation.refuse(place, str(wrong))

    def get(resource: EvaluatedResource) -> Any:
        now = resource.context.now
        if compilation.catalog_dated:
            now = resource.context.market_time or now
        if not isinstance(now, datetime):
            return Unknown("utcNow()")
        pattern = terms[0].get(resource) if terms else None
        if not isinstance(pattern, str):
            return dates.text(now) if pattern is None else pattern
        try:
            return dates.formatted(now, pattern)
        except ValueError as wrong:
            raise EvaluationFailed(str(wrong)) from wrong

    return Term(get)


TABLE = (
    Special("parameters", 1, 1, _parameters),
    Special("field", 1, 1, _field),
    Special("current", 0, 1, _current),
    Special("resourceGroup", 0, 0, _surrounding("resourceGroup", lambda resource: resource.context.resource_group)),
    Special("subscription", 0, 0, _surrounding("subscription", lambda resource: resource.context.subscription)),
    Special("requestContext", 0, 0, _surrounding("requestContext", lambda resource: resource.context.request)),
    Special("policy", 0, 0, _policy),
    Special("utcNow", 0, 1, _utc_now),
)
SPECIAL: Mapping[str, Special] = {each.name.lower(): each for each in (*logic.SPECIAL, *TABLE)}
