"""`modelyard policy explain`."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.arm.kinds import DEPLOYMENT
from modelyard.arm.resource_types import rows
from modelyard.catalog.market import Market
from modelyard.cli.options import InProject
from modelyard.cli.policy import explain_text
from modelyard.cli.policy.policy_argument import find, read
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.policy.documents import definition_registry, scopes
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import Policy, RuleResult
from modelyard.policy.evaluation import data_plane_resource
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.failures import ParameterRefused
from modelyard.policy.language.aliases import from_providers, from_rows
from modelyard.policy.language.context import EvaluationContext, group_of, nobody_knows, request_of, subscription_of
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown
from modelyard.report.result import Report


def explain(
    policy: str,
    resource: Path,
    *,
    parameters: Path | None = None,
    related: Path | None = None,
    context: Path | None = None,
    aliases: Path | None = None,
    common: InProject = InProject(),
) -> Report:
    """Show why a resource gets an effect: the tree of conditions with the values compared.

    For example:

        modelyard policy explain modelyard/keyless account.json
        modelyard policy explain team/models chat.json --parameters values.json
        modelyard policy explain builtin/diagnostic-logs a.json --related b.json

    Of an initiative or an assignment, every definition is explained that could match the resource.

    Parameters
    ----------
    policy
        A file with a definition, an initiative or an assignment as Azure keeps it (JSON, with or without `properties`),
        or the name of one that comes along, such as `modelyard/keyless` or `builtin/disable-local-auth`, or of one of
        the project's own (`team/<file>`).
    resource
        A resource as ARM returns it: JSON with `type`, `properties` and so on.
    parameters
        Values for the parameters, those without a default at least: JSON, name to value.
    related
        A JSON array of all resources around it, for effects that ask whether one exists; without it nobody knows.
    context
        What `resourceGroup()`, `subscription()` and `requestContext()` return, where it is more than the resource's id
        and its type tell: JSON with those names.
    aliases
        Aliases as `az provider list --expand resourceTypes/aliases` writes them.
    """
    table = from_rows(rows())
    fields = Fields(table | from_providers(read(aliases, list, dict)) if aliases else table)
    values = read(parameters) if parameters else {}
    found = find(policy, fields, common.project)
    if parameters and isinstance(found, Assignment):
        raise OptionWithoutEffect("--parameters", "with an assignment", "write the values into the assignment")
    seen = _seen(read(resource), read(context) if context else {}, read(related, list) if related else None)
    told: list[tuple[str, RuleResult | str]]
    try:
        if isinstance(found, Definition):
            told = [("", _verdict(found.bind(values), seen))]
        else:
            told = list(_each(found, values, fields, seen))
    except ParameterRefused as refused:
        refused.remedy = "give values with --parameters FILE: JSON, name to value"
        raise
    return Report(
        command="policy explain",
        text="\n\n".join("\n".join(explain_text.lines(name, each)) for name, each in told),
        data={"policies": [explain_text.document(name, each) for name, each in told]},
    )


def _each(
    found: Initiative | Assignment, values: Mapping[str, Any], fields: Fields, seen: EvaluatedResource
) -> Iterator[tuple[str, RuleResult | str]]:
    """Every policy that an assignment puts to work and that could match the resource, or why it doesn't."""
    known = definition_registry.standard(fields)
    if isinstance(found, Initiative):
        known.add(found)
        assigned = {"policyDefinitionId": found.id or found.name, "parameters": dict(values)}
        found = Assignment.load({"name": found.name, "properties": assigned})
    if not found.covers(seen.id):
        yield found.name, f"the assignment's scope {found.scope} doesn't reach {seen.id or 'a resource without an id'}"
        return
    for each in found.each(known):
        if not isinstance(each, Bound):
            yield found.name, str(each)
        elif _could_match(each, seen):
            yield _name(each), _at_work(each, seen)


def _could_match(bound: Bound, seen: EvaluatedResource) -> bool:
    """Whether the rule names the resource's type, or that of the component which a provider's mode makes of it."""
    types = bound.plain.types
    if types is None or not seen.type or seen.type in types:
        return True
    return seen.type == DEPLOYMENT.type.lower() and data_plane_resource.TYPE.lower() in types


def _name(bound: Bound) -> str:
    return f"{bound.reference}, {bound.plain.definition.display_name}".removeprefix(", ")


def _at_work(bound: Bound, seen: EvaluatedResource) -> RuleResult | str:
    meant, policy = bound.meant(seen), bound.policy(seen)
    if meant is False:
        return "the assignment's resource selectors don't mean the resource"
    for doubt in (meant, policy):
        if isinstance(doubt, Unknown):
            return f"whether it is meant waits for {', '.join(sorted(doubt.waits_for))}"
    return "" if isinstance(policy, Unknown) else _verdict(policy, seen)


def _verdict(policy: Policy, seen: EvaluatedResource) -> RuleResult:
    """The verdict; of a deployment under a provider's mode, of the component that this mode sees."""
    if policy.definition.mode.startswith(data_plane_resource.PROVIDER_MODES) and seen.type == DEPLOYMENT.type.lower():
        seen = EvaluatedResource(data_plane_resource.deployment(seen.document, market=Market.load()), seen.context)
    return policy.verdict(seen)


def _seen(document: dict[str, Any], around: Mapping[str, Any], related: list[Any] | None) -> EvaluatedResource:
    """The resource with its surroundings: as they are said to be, else as far as its id and its type tell."""
    id_, kind = str(document.get("id") or ""), str(document.get("type") or "")
    context = EvaluationContext(
        now=datetime.now(UTC),
        resource_group=around.get("resourceGroup", group_of(scopes.resource_group(id_))),
        subscription=around.get("subscription", subscription_of(scopes.subscription(id_))),
        request=around.get("requestContext", request_of(kind)),
        related=nobody_knows if related is None else Estate(related).related,
    )
    return EvaluatedResource(document, context)
