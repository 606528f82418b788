"""`auditIfNotExists` and `deployIfNotExists`: is there a related resource as it should be?

Source: Microsoft docs, effect-audit-if-not-exists and effect-deploy-if-not-exists (A). When the question is put
(`evaluationDelay`) makes no difference to its answer here, nor does what is deployed then, and where (`deployment`,
`deploymentScope`); who has to have a `deployment` is the definition's to say.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from modelyard.policy.effects import details as members
from modelyard.policy.effects.details import Details
from modelyard.policy.effects.effect import Effect
from modelyard.policy.language import value_compiler
from modelyard.policy.language.compilation import Compilation, Term
from modelyard.policy.language.conditions import compile_condition
from modelyard.policy.language.context import RelatedQuery
from modelyard.policy.language.explanation import Explanation, explain
from modelyard.policy.language.nodes import Node
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Truth, Unknown

MEMBERS = (
    "type", "name", "resourceGroupName", "existenceScope", "evaluationDelay", "existenceCondition",
    "roleDefinitionIds", "deploymentScope", "deployment",
)  # fmt: skip
SCOPES = ("ResourceGroup", "Subscription")
DELAYS = ("AfterProvisioning", "AfterProvisioningSuccess", "AfterProvisioningFailure")
DURATION = re.compile(r"PT(?=\d)(\d+H)?(\d+M)?(\d+S)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Existence:
    """Which related resources are looked for, and what one of them must meet (`condition`; any will do without it).

    `fixed` is the question where the resource has no part in it.
    """

    place: str
    type: Term
    name: Term
    resource_group: Term
    scope: Term
    condition: Node | None
    deployment: Any = None
    roles: tuple[str, ...] = ()
    fixed: RelatedQuery | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        terms = (self.type, self.name, self.resource_group, self.scope)
        if all(term.constant and not isinstance(term.value, Unknown) for term in terms):
            object.__setattr__(self, "fixed", _query(None, *(term.value for term in terms)))

    def query(self, resource: EvaluatedResource) -> RelatedQuery | Unknown:
        """The question put to the surroundings, or what it waits for."""
        if self.fixed is not None:
            return self.fixed._replace(resource=resource.document)
        parts = [term.get(resource) for term in (self.type, self.name, self.resource_group, self.scope)]
        for part in parts:
            if isinstance(part, Unknown):
                return part
        return _query(resource.document, *parts)

    def missing(self, resource: EvaluatedResource) -> Truth:
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
                result = self.condition.test(EvaluatedResource(document, resource.context, origin=resource))
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

    def explained(self, resource: EvaluatedResource) -> Explanation:
        """What was looked for, and why each related resource is or isn't as it should be."""
        query: RelatedQuery | Unknown = Unknown()
        result: Truth | None = None
        error = ""
        try:
            query = self.query(resource)
            result = self.missing(resource)
        except EvaluationFailed as wrong:
            error = str(wrong)
        kind = str(self.type.value) if isinstance(query, Unknown) else query.type
        found = query if isinstance(query, Unknown) else resource.context.related(query)
        children: list[Explanation] = []
        if self.condition is not None and not isinstance(found, Unknown):
            for at, document in enumerate(found):
                related = EvaluatedResource(document, resource.context, origin=resource)
                one = explain(self.condition, related)
                children.append(one._replace(member=str(related.member("name") or f"[{at}]")))
        count = found if isinstance(found, Unknown) else len(found)
        return Explanation(
            "existence",
            self.place,
            result,
            kind,
            actual=count,
            error="" if children else error,
            children=tuple(children),
        )


def _query(document: Any, kind: Any, name: Any, group: Any, scope: Any) -> RelatedQuery:
    return RelatedQuery(document, str(kind), name, group, str(scope or "resourcegroup").lower())


def compile_existence(effect: Effect, details: Any, compilation: Compilation, place: str) -> Existence:
    """The details of an …IfNotExists effect; a deployment's template is kept as it is. Raises DefinitionRefused."""
    found = members.read(details, MEMBERS, compilation, place, of="…IfNotExists")
    if not isinstance(found.get("type"), str):
        compilation.refuse(found.at("type"), "…IfNotExists needs the related resources' type")
    condition = None
    if "existenceCondition" in found:
        inner = replace(compilation, related=True)
        condition = compile_condition(found.get("existenceCondition"), inner, found.at("existenceCondition"))

    def term(name: str) -> Term:
        return value_compiler.template(found.get(name), compilation, found.at(name))

    scope = term("existenceScope")
    _one_of(found, "existenceScope", scope, SCOPES, compilation)
    _one_of(found, "deploymentScope", term("deploymentScope"), SCOPES, compilation)
    delay = term("evaluationDelay")
    if not (isinstance(delay.value, str) and DURATION.fullmatch(delay.value)):
        _one_of(found, "evaluationDelay", delay, (*DELAYS, "PT0M to PT360M"), compilation)
    roles: tuple[str, ...] = ()
    if effect is Effect.DEPLOY_IF_NOT_EXISTS:
        roles = members.roles(found, compilation, of="deployIfNotExists")
    named = (term("type"), term("name"), term("resourceGroupName"), scope)
    return Existence(place, *named, condition, found.get("deployment"), roles)


def _one_of(found: Details, name: str, term: Term, allowed: tuple[str, ...], compilation: Compilation) -> None:
    """Refuse a value that is known and none of these; one left out is the default."""
    value = term.value
    if not term.constant or value is None or isinstance(value, Unknown):
        return
    if str(value).lower() not in map(str.lower, allowed):
        kind = "delay" if name == "evaluationDelay" else "scope"
        compilation.refuse(found.at(name), f"'{value}' is no {kind}", allowed=", ".join(allowed))
