"""Functions that ask the surroundings (`field`, `parameters`, `current`, `resourceGroup` …) or may leave an argument
unevaluated (`if`, `and`, `or`, `coalesce`).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from modelyard.policy import dates
from modelyard.policy.compilation import Compilation, Counted, Get
from modelyard.policy.errors import EvaluationFailed
from modelyard.policy.expressions import Call
from modelyard.policy.failures import DefinitionRefused
from modelyard.policy.fields import prefixes
from modelyard.policy.resource import Resource
from modelyard.policy.terms import Term, constant, expression, folded
from modelyard.policy.unknown import Truth, Unknown

BOOLEAN = frozenset(
    name.lower()
    for name in (
        "and", "bool", "contains", "empty", "endsWith", "equals", "false", "greater", "greaterOrEquals",
        "ipRangeContains", "less", "lessOrEquals", "not", "or", "startsWith", "true",
    )
)  # fmt: skip
"""Functions that return a boolean, if they return at all."""


def _arguments(call: Call, compilation: Compilation, place: str, least: int, most: int | None) -> list[Term]:
    count = len(call.arguments)
    if count < least or (most is not None and count > most):
        allowed = f"{least}" if least == most else f"{least} or more" if most is None else f"{least} to {most}"
        compilation.refuse(place, f"{call.name}() is given {count} arguments", allowed=allowed)
    return [expression(argument, compilation, place) for argument in call.arguments]


def _name(call: Call, term: Term, compilation: Compilation, place: str) -> str:
    if not term.constant or not isinstance(term.value, str):
        compilation.refuse(place, f"{call.name}() takes a name that is written out or follows from parameters")
    return term.value


def _boolean(name: str, value: Any) -> Truth:
    if isinstance(value, bool | Unknown):
        return value
    raise EvaluationFailed(f"{name}() takes booleans, not '{value}'")


def _if(call: Call, compilation: Compilation, place: str) -> Term:
    condition, yes, no = _arguments(call, compilation, place, 3, 3)

    def get(resource: Resource) -> Any:
        choice = _boolean("if", condition.get(resource))
        if isinstance(choice, Unknown):
            return choice.risky()
        return yes.get(resource) if choice else no.get(resource)

    if condition.constant and isinstance(condition.value, bool):
        return yes if condition.value else no
    return folded(get, condition, yes, no)


def _junction(name: str, decisive: bool) -> Callable[[Call, Compilation, str], Term]:
    def compiled(call: Call, compilation: Compilation, place: str) -> Term:
        terms = _arguments(call, compilation, place, 2, None)
        sure = [isinstance(each, Call) and each.name.lower() in BOOLEAN for each in call.arguments]

        def get(resource: Resource) -> Truth:
            doubt: Unknown | None = None
            values = [_boolean(name, term.get(resource)) for term in terms]
            for value, boolean in zip(values, sure, strict=True):
                if isinstance(value, Unknown):
                    found = value if boolean else value.risky()
                    doubt = found if doubt is None else doubt | found
            if decisive in values and (doubt is None or not doubt.fails):
                return decisive
            return (not decisive) if doubt is None else doubt

        return folded(get, *terms)

    return compiled


def _coalesce(call: Call, compilation: Compilation, place: str) -> Term:
    terms = _arguments(call, compilation, place, 1, None)

    def get(resource: Resource) -> Any:
        for term in terms:
            value = term.get(resource)
            if isinstance(value, Unknown):
                return value.risky()
            if value is not None:
                return value
        return None

    return folded(get, *terms)


def _parameters(call: Call, compilation: Compilation, place: str) -> Term:
    (term,) = _arguments(call, compilation, place, 1, 1)
    name = _name(call, term, compilation, place)
    if name.lower() not in compilation.parameters:
        known = ", ".join(sorted(compilation.parameters)) or "none"
        compilation.refuse(place, f"the definition has no parameter '{name}'", allowed=known)
    return constant(compilation.parameters[name.lower()])


def _field(call: Call, compilation: Compilation, place: str) -> Term:
    """A missing value is an empty string, a field with `[*]` always an array (author-policies-for-arrays, A)."""
    (term,) = _arguments(call, compilation, place, 1, 1)
    if compilation.related:
        compilation = replace(compilation, counts=(), related=False)
    if term.constant and isinstance(term.value, str):
        return Term(field_value(term.value, compilation, place))
    compilation.tally.loops += 1

    def get(resource: Resource) -> Any:
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
    single_of_many = len(found.segments) > 1 and not many

    def get(resource: Resource) -> Any:
        value = read(resource.origin)
        if single_of_many:
            return [value]
        return "" if value is None else value

    return get


def _current(call: Call, compilation: Compilation, place: str) -> Term:
    terms = _arguments(call, compilation, place, 0, 1)
    if not compilation.counts:
        compilation.refuse(place, "current() stands outside the 'where' of a count")
    compilation.tally.loops += 1
    if not terms:
        return Term(_bound(compilation.counts[-1]))
    name = _name(call, terms[0], compilation, place)
    for counted in reversed(compilation.counts):
        if counted.field is None and counted.name.lower() == name.lower():
            return Term(_bound(counted))
    if prefixes(name):
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


def _surrounding(name: str, ask: Callable[[Resource], Any]) -> Callable[[Call, Compilation, str], Term]:
    def compiled(call: Call, compilation: Compilation, place: str) -> Term:
        _arguments(call, compilation, place, 0, 0)

        def get(resource: Resource) -> Any:
            value = ask(resource)
            return Unknown(f"{name}()") if isinstance(value, Unknown) else value

        return Term(get, lenient=True)

    return compiled


def _policy(call: Call, compilation: Compilation, place: str) -> Term:
    _arguments(call, compilation, place, 0, 0)
    known = constant(dict(compilation.policy))
    return Term(known.get, constant=True, value=known.value, lenient=True)


def _utc_now(call: Call, compilation: Compilation, place: str) -> Term:
    terms = _arguments(call, compilation, place, 0, 1)
    if terms and isinstance(terms[0].value, str):
        try:
            dates.formatted(datetime.min.replace(tzinfo=UTC), terms[0].value)
        except ValueError as wrong:
            compilation.refuse(place, str(wrong))

    def get(resource: Resource) -> Any:
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


SPECIAL: Mapping[str, Callable[[Call, Compilation, str], Term]] = {
    "if": _if,
    "and": _junction("and", decisive=False),
    "or": _junction("or", decisive=True),
    "coalesce": _coalesce,
    "parameters": _parameters,
    "field": _field,
    "current": _current,
    "resourcegroup": _surrounding("resourceGroup", lambda resource: resource.context.resource_group),
    "subscription": _surrounding("subscription", lambda resource: resource.context.subscription),
    "requestcontext": _surrounding("requestContext", lambda resource: resource.context.request),
    "policy": _policy,
    "utcnow": _utc_now,
}
