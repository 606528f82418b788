"""Values in a rule, compiled: literals, template expressions, and arrays and objects that hold them.

What depends on nothing but parameters is computed at once. An expression that fails is left to fail when it is asked
for: Azure, too, evaluates it only then.
"""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from modelyard.policy.language import expressions
from modelyard.policy.language.compilation import Compilation, Get, Term, constant, folded
from modelyard.policy.language.expressions import Expression, FunctionCall, Literal, MemberAccess
from modelyard.policy.language.functions import (
    arithmetic,
    arrays,
    conversions,
    logic,
    network,
    objects,
    strings,
    table,
)
from modelyard.policy.language.functions.objects import member, try_get
from modelyard.policy.language.functions.special import SPECIAL
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Unknown, find

MODULES = (arithmetic, arrays, conversions, logic, network, objects, strings)
FUNCTIONS: Mapping[str, table.Function] = {each.name.lower(): each for module in MODULES for each in module.FUNCTIONS}
"""Every function that depends on its arguments alone, by its folded name."""


def template(value: Any, compilation: Compilation, place: str) -> Term:
    """Any JSON value of a rule, with the expressions in it."""
    if isinstance(value, str):
        if expressions.is_expression(value):
            before = compilation.tally.loops
            term = expression(compilation.tree(value, place), compilation, place)
            if compilation.counts and not term.constant and compilation.tally.loops == before:
                return _steady(term)
            return term
        return constant(expressions.unescaped(value))
    if isinstance(value, list):
        members = [template(each, compilation, f"{place}[{at}]") for at, each in enumerate(value)]
        return folded(lambda resource: [each.get(resource) for each in members], *members)
    if isinstance(value, dict):
        named = {name: template(each, compilation, f"{place}.{name}") for name, each in value.items()}
        return folded(lambda resource: {name: each.get(resource) for name, each in named.items()}, *named.values())
    return constant(value)


def _steady(term: Term) -> Term:
    """An expression inside a count that doesn't look at the member: computed once for a resource."""
    key, inner = object(), term.get

    def get(resource: EvaluatedResource) -> Any:
        values = resource.values
        if key not in values:
            values[key] = inner(resource)
        return values[key]

    return Term(get, lenient=term.lenient)


def expression(tree: Expression, compilation: Compilation, place: str) -> Term:
    """An expression's tree."""
    if isinstance(tree, Literal):
        return constant(tree.value)
    if isinstance(tree, MemberAccess):
        return _member(expression(tree.target, compilation, place), expression(tree.name, compilation, place))
    return _call(tree, compilation, place)


def _member(target: Term, name: Term) -> Term:
    def get(resource: EvaluatedResource) -> Any:
        holder, key = target.get(resource), name.get(resource)
        if isinstance(holder, Unknown):
            below = _below(holder, key) if isinstance(key, str) else holder
            return below if target.lenient and isinstance(key, str) else below.risky()
        if isinstance(key, Unknown):
            return key.risky()
        if target.lenient:
            found = try_get(holder, key)
            if isinstance(found, Unknown) and not found.waits_for:
                return Unknown(str(key))
            return "" if found is None else found
        return member(holder, key)

    found = folded(get, target, name)
    return Term(found.get, found.constant, found.value, lenient=target.lenient)


def _below(holder: Unknown, name: str) -> Unknown:
    """An unknown context function waits for the one member that is asked for: `requestContext().apiVersion`."""
    places = (f"{each}.{name}" if each.endswith("()") else each for each in holder.waits_for)
    return Unknown(*places, fails=holder.fails)


def _call(call: FunctionCall, compilation: Compilation, place: str) -> Term:
    name = call.name.lower()
    special, function = SPECIAL.get(name), FUNCTIONS.get(name)
    rule = special or function
    if rule is None:
        _refuse_function(call.name, compilation, place)
    count = len(call.arguments)
    if count < rule.least or (rule.most is not None and count > rule.most):
        most = "" if rule.most == rule.least else " or more" if rule.most is None else f" to {rule.most}"
        compilation.refuse(place, f"{rule.name}() is given {count} arguments", allowed=f"{rule.least}{most}")
    arguments = [expression(argument, compilation, place) for argument in call.arguments]
    if special is not None:
        return special.compile(table.Use(call, arguments, compilation, place))
    if function is None:  # one of the two is there
        _refuse_function(call.name, compilation, place)
    if function.refuses and arguments[0].constant and (problem := function.refuses(arguments[0].value)):
        compilation.refuse(place, problem)
    return folded(_applied(function, [argument.get for argument in arguments]), *arguments)


def _refuse_function(name: str, compilation: Compilation, place: str) -> NoReturn:
    folded_name = name.lower()
    if folded_name in table.NOT_IN_POLICY or folded_name.startswith("list"):
        problem = f"Azure Policy has no {name}() in a rule"
        remedy = "it may stand in the template of deployIfNotExists only"
    elif folded_name in table.NOT_HERE:
        problem, remedy = f"{name}() can't be computed outside Azure", "compare with a parameter instead"
    else:
        problem, remedy = f"there is no function {name}()", "see Microsoft's docs, definition-structure-policy-rule"
    compilation.refuse(place, problem, remedy=remedy)


def _applied(function: table.Function, getters: list[Get]) -> Get:
    apply, name, partial, total = function.apply, function.name, function.partial, function.total

    def get(resource: EvaluatedResource) -> Any:
        values = [getter(resource) for getter in getters]
        doubt: Unknown | None = None
        for value in values:
            kind = value.__class__
            if kind is Unknown:
                doubt = value if doubt is None else doubt | value
            elif not partial and (kind is list or kind is dict) and (inner := find(value)) is not None:
                doubt = inner if doubt is None else doubt | inner
        if doubt is not None:
            return doubt if total else doubt.risky()
        return _checked(name, apply, values)

    return get


def _checked(name: str, apply: Callable[..., Any], values: list[Any]) -> Any:
    try:
        result = apply(*values)
    except EvaluationFailed:
        raise
    except RecursionError:
        raise EvaluationFailed(f"{name}() is given a value that is nested too deeply") from None
    except (ArithmeticError, ValueError, TypeError, LookupError) as wrong:
        raise EvaluationFailed(f"{name}() can't be computed of what it is given") from wrong
    if result.__class__ is str and len(result) > table.LONGEST:
        raise EvaluationFailed(f"{name}() returns more than {table.LONGEST} characters")
    return result
