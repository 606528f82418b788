"""`auditIfNotExists` and `deployIfNotExists`: is there a related resource as it should be?

Source: Microsoft docs, effect-audit-if-not-exists (A).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from modelyard.policy import terms
from modelyard.policy.compilation import Compilation
from modelyard.policy.conditions import compile_condition
from modelyard.policy.context import RelatedQuery
from modelyard.policy.errors import EvaluationFailed
from modelyard.policy.nodes import Node
from modelyard.policy.resource import Resource
from modelyard.policy.terms import Term
from modelyard.policy.unknown import Truth, Unknown

SCOPES = {"resourcegroup", "subscription"}


@dataclass(frozen=True, slots=True)
class Existence:
    """Which related resources are looked for, and what one of them must meet (`condition`; any will do without it)."""

    type: Term
    name: Term
    resource_group: Term
    scope: Term
    condition: Node | None
    deployment: Any = None
    roles: tuple[str, ...] = ()

    def query(self, resource: Resource) -> RelatedQuery | Unknown:
        """The question put to the surroundings, or what it waits for."""
        parts = [term.get(resource) for term in (self.type, self.name, self.resource_group, self.scope)]
        for part in parts:
            if isinstance(part, Unknown):
                return part
        kind, name, group, scope = parts
        return RelatedQuery(resource.document, str(kind), name, group, str(scope or "resourcegroup").lower())

    def missing(self, resource: Resource) -> Truth:
        """True where no related resource is as it should be."""
        query = self.query(resource)
        if isinstance(query, Unknown):
            return query
        related = resource.context.related(query)
        if isinstance(related, Unknown):
            return related
        doubt: Unknown | None = None
        failure: EvaluationFailed | None = None
        for document in related:
            if self.condition is None:
                return False
            try:
                result = self.condition.test(Resource(document, resource.context, origin=resource))
            except EvaluationFailed as wrong:
                failure = wrong
                continue
            if result is True:
                return False
            if isinstance(result, Unknown):
                doubt = result if doubt is None else doubt | result
        if failure is not None and doubt is None:
            raise failure
        return True if doubt is None else doubt


def compile_existence(details: Any, compilation: Compilation, place: str) -> Existence:
    """The details of an …IfNotExists effect; a deployment's template is kept as it is. Raises DefinitionRefused."""
    if not isinstance(details, Mapping):
        compilation.refuse(place, "…IfNotExists takes an object with the related resources' type")
    named = {name.lower(): (name, value) for name, value in details.items()}
    if not isinstance(named.get("type", ("", None))[1], str):
        compilation.refuse(f"{place}.type", "…IfNotExists needs the related resources' type")
    condition = None
    if "existencecondition" in named:
        name, rule = named["existencecondition"]
        condition = compile_condition(rule, replace(compilation, related=True), f"{place}.{name}")

    def term(name: str) -> Term:
        written, value = named.get(name, (name, None))
        return terms.template(value, compilation, f"{place}.{written}")

    scope = term("existencescope")
    if scope.constant and isinstance(scope.value, str) and scope.value.lower() not in SCOPES:
        compilation.refuse(
            f"{place}.existenceScope", f"'{scope.value}' is no scope", allowed="ResourceGroup, Subscription"
        )
    roles = named.get("roledefinitionids", ("", ()))[1]
    return Existence(
        term("type"),
        term("name"),
        term("resourcegroupname"),
        scope,
        condition,
        named.get("deployment", ("", None))[1],
        tuple(str(role) for role in roles) if isinstance(roles, list) else (),
    )
