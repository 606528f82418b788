"""Why a resource gets an effect: the tree of a policy's conditions, with the values that were compared."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import DEPLOYMENT
from modelyard.audit.inspection import age_of_built_ins
from modelyard.catalog.built_in_policies import built_in, built_ins
from modelyard.catalog.market import Market
from modelyard.config.policy_definition import OWN, OWN_INITIATIVES, TEAM, DefinitionFiles
from modelyard.config.project import Project
from modelyard.config.suggestions import did_you_mean
from modelyard.failures import Failure, Keyword
from modelyard.files import FileUnreadable, is_file, json_of
from modelyard.operations.context import OperationContext
from modelyard.policy.documents import definition_registry, scopes
from modelyard.policy.documents.assignment import Assignment, Bound
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.policy import Policy, RuleResult
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.policy.evaluation import data_plane_resource
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.failures import ParameterRefused
from modelyard.policy.language.aliases import from_providers, standard
from modelyard.policy.language.context import EvaluationContext, group_of, nobody_knows, request_of, subscription_of
from modelyard.policy.language.explanation import shown
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import EvaluationFailed, Unknown
from modelyard.policy.language.value_order import describe
from modelyard.report.result import Report


def explain_policy(
    policy: str,
    resource: Path | ArmDocument,
    context: OperationContext,
    *,
    start: Path = Path(),
    parameters: Path | ParameterValues | None = None,
    related: Path | Sequence[ArmDocument] | None = None,
    surroundings: Path | Mapping[str, ArmDocument] | None = None,
    aliases: Path | None = None,
) -> Report:
    """Show why a resource gets the effect of a policy, an initiative or an assignment.

    `policy` is a file, or the name of a policy as stack files have them (`builtin/…`, `modelyard/…`, `team/…` of the
    project around `start`). `resource` is a resource as ARM returns it, `parameters` has values by name, `related` all
    resources around it, and `surroundings` what `resourceGroup()`, `subscription()` and `requestContext()` return; each
    is a JSON file or its content. `aliases` is a file of `az provider list --expand resourceTypes/aliases`.

    `Report.data["policies"]` has, for each policy that could match, `policy`, `effect`, `outcome`, `waitsFor`,
    `reason`, `notes`, `tree`, `related` and `changes`; or `policy` and `reason` where none is evaluated. Raises
    `cli.no-policy`, `cli.not-json`, DefinitionRefused, ParameterRefused and AssignmentRefused.
    """
    table = standard()
    fields = Fields(table | from_providers(_read(aliases, list, dict)) if aliases else table)
    values = _content(parameters) or {}
    found = _find(policy, fields, start)
    if parameters and isinstance(found, Assignment):
        raise Failure.of(
            "cli.option-without-effect",
            given=Keyword("parameters"),
            beside="with an assignment",
            remedy="write the values into the assignment",
        )
    seen = _resource(_content(resource), _content(surroundings) or {}, _content(related, list))
    explained: list[tuple[str, RuleResult | str]]
    context.progress.passing(f"  evaluating {policy} …")
    try:
        if isinstance(found, Definition):
            explained = [("", _result(found.bind(values), seen))]
        else:
            explained = list(_each(found, values, fields, seen))
    except ParameterRefused as refused:
        refused.remedy = "give values with --parameters FILE: JSON, name to value"
        raise
    context.progress.clear()
    return Report(
        command="policy explain",
        text="\n\n".join("\n".join(_lines(name, each)) for name, each in explained),
        data={"policies": [_document(name, each) for name, each in explained]},
        built_ins=age_of_built_ins(_ids(found, fields), datetime.now(UTC)),
    )


def _ids(found: Definition | Initiative | Assignment, fields: Fields) -> Iterator[str]:
    """The ids of the definitions that were evaluated, and of the initiative that has them."""
    if isinstance(found, Assignment):
        yield found.definition_id
        entry = definition_registry.standard(fields).find(found.definition_id)
        found = entry if isinstance(entry, Initiative) else found
    if isinstance(found, Definition | Initiative):
        yield found.id
    if isinstance(found, Initiative):
        yield from (member.definition_id for member in found.members)


def _content(given: Any, kind: type = dict) -> Any:
    """The content of a JSON file that is named; everything else as it is."""
    return _read(given, kind) if isinstance(given, Path) else given


def _find(named: str, fields: Fields, start: Path) -> Definition | Initiative | Assignment:
    """What the words name; `start` is a folder of the project. Raises `cli.no-policy`, `cli.not-json`."""
    file = Path(named)
    if not is_file(file):
        known = definition_registry.standard(fields)
        shipped = built_in(named.removeprefix("builtin/"))
        if (entry := known.find(shipped.id if shipped else named)) is not None:
            return entry
        file = _of_the_team(named, start)
    document = _read(file)
    body = document.get("properties", document)
    if isinstance(body, Mapping) and "policyDefinitions" in body:
        return Initiative.load(document, name=file.stem)
    if isinstance(body, Mapping) and "policyDefinitionId" in body:
        return Assignment.load(document)
    return Definition.load(document, fields, name=file.stem)


def _of_the_team(named: str, start: Path) -> Path:
    """The file of the project's own definition that goes by this name in a stack file."""
    kind, _, stem = named.partition("/")
    folder = Project.find(start).definitions if kind == TEAM else None
    files = DefinitionFiles(folder or Path())
    own = files.stems(TEAM) if folder else ()
    if folder and stem in own:
        return folder / f"{stem}.json"
    known = {"builtin": [each.name for each in built_ins()], TEAM: own}
    known[OWN] = [*files.stems(OWN), *files.stems(OWN_INITIATIVES)]
    names = [f"{kind}/{name}" for kind, names in known.items() for name in names]
    remedy = did_you_mean(named, names, "`modelyard policy list STACK` tells what rules a stack")
    raise Failure.of("cli.no-policy", named=named, remedy=remedy)


def _read(path: Path, *kinds: type) -> Any:
    """JSON of one of these kinds, an object where none is named. Raises `cli.not-json`."""
    try:
        document = json_of(path, unique=True)
    except FileUnreadable as error:
        raise Failure.of("cli.not-json", path=path, why=error.problem) from error
    if not isinstance(document, kinds or dict):
        raise Failure.of("cli.not-json", path=path, why=f"it is of type {describe(document)}")
    return document


def _each(
    found: Initiative | Assignment, values: ParameterValues, fields: Fields, seen: EvaluatedResource
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
    return "" if isinstance(policy, Unknown) else _result(policy, seen)


def _result(policy: Policy, seen: EvaluatedResource) -> RuleResult:
    """The result; of a deployment under a provider's mode, of the component that this mode sees."""
    if policy.definition.mode.startswith(data_plane_resource.PROVIDER_MODES) and seen.type == DEPLOYMENT.type.lower():
        seen = EvaluatedResource(data_plane_resource.deployment(seen.document, market=Market.load()), seen.context)
    return policy.evaluate(seen)


def _resource(
    document: ArmDocument, around: Mapping[str, ArmDocument], related: Sequence[ArmDocument] | None
) -> EvaluatedResource:
    """The resource with its surroundings: as they are said to be, else as far as its id and its type tell."""
    id_, kind = str(document.get("id") or ""), str(document.get("type") or "")
    context = EvaluationContext(
        now=datetime.now(UTC),
        resource_group=around.get("resourceGroup", group_of(scopes.resource_group(id_))),
        subscription=around.get("subscription", subscription_of(scopes.subscription(id_))),
        request=around.get("requestContext", request_of(kind)),
        related=nobody_knows if related is None else Estate(list(related)).related,
    )
    return EvaluatedResource(document, context)


def _lines(name: str, result: RuleResult | str) -> Iterator[str]:
    """Effect, conditions, related resources and changes; or why there is no result."""
    if name:
        yield name
    if isinstance(result, str):
        yield result
        return
    waits = f", waiting for {', '.join(result.waits_for)}" if result.waits_for else ""
    yield f"{result.effect_as_written or 'no effect'} ({result.outcome.value}{waits})"
    if result.reason:
        yield result.reason
    yield from result.explain().lines()
    if (related := result.related) is not None:
        yield from related.lines()
    yield from _changes(result)
    yield from (f"{'note':<9}{each}" for each in result.policy.notes)


def _changes(result: RuleResult) -> Iterator[str]:
    """What append or modify would do, operation by operation."""
    if result.effect_as_written is None:
        return
    try:
        for change in result.changes:
            said = "" if change.applies is True else "left out, " if change.applies is False else "undecided, "
            value = "" if change.operation == "remove" else f" = {shown(change.value)}"
            yield f"{'change':<9}{said}{change.operation} {change.written}{value}"
    except EvaluationFailed as wrong:
        yield f"{'change':<9}error: {wrong}"


def _document(name: str, result: RuleResult | str) -> dict[str, Any]:
    """The same for machines."""
    if isinstance(result, str):
        return {"policy": name, "reason": result}
    related = result.related
    return {
        "policy": name or result.policy.definition.name,
        "effect": result.effect_as_written or "no effect",
        "outcome": result.outcome.value,
        "waitsFor": list(result.waits_for),
        "reason": result.reason,
        "notes": list(result.policy.notes),
        "tree": result.explain().document(),
        "related": None if related is None else related.document(),
        "changes": list(_changes(result)),
    }
