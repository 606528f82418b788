"""`modelyard policy explain`."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.arm.deployment import ROW as DEPLOYMENT
from modelyard.arm.table import rows
from modelyard.catalog.built_in_policies import built_in, built_ins
from modelyard.catalog.market import Market
from modelyard.cli.options import Common
from modelyard.config.closest import did_you_mean
from modelyard.config.definition_files import OWN, OWN_INITIATIVES, TEAM, DefinitionFiles
from modelyard.config.project import Project
from modelyard.failures import ExitStatus, Failure
from modelyard.policy import component, library, scopes
from modelyard.policy.aliases import from_providers, from_rows
from modelyard.policy.assignment import Assignment, Bound
from modelyard.policy.context import Context, group_of, nobody_knows, request_of, subscription_of
from modelyard.policy.definition import Definition
from modelyard.policy.errors import EvaluationFailed
from modelyard.policy.estate import Estate
from modelyard.policy.explain import shown
from modelyard.policy.failures import ParameterRefused
from modelyard.policy.fields import Fields
from modelyard.policy.initiative import Initiative
from modelyard.policy.policy import Policy
from modelyard.policy.resource import Resource
from modelyard.policy.unknown import Unknown
from modelyard.policy.verdict import Verdict
from modelyard.report.result import Report


class NotJson(Failure):
    """A file that should hold JSON holds something else, or isn't there."""

    code = "cli.not-json"
    status = ExitStatus.USAGE

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path} can't be read as JSON: {why}", where=str(path), allowed="one JSON object")


class NoPolicy(Failure):
    """What `policy explain` is to explain is neither a file nor the name of a policy."""

    code = "cli.no-policy"
    status = ExitStatus.USAGE

    def __init__(self, named: str, known: Iterable[str]) -> None:
        super().__init__(
            f"there is neither a file nor a policy {named}",
            allowed="a file, builtin/<name>, a GUID, team/<file> of the project, or modelyard/<name>",
            remedy=did_you_mean(named, known, "`modelyard policy list STACK` tells what rules a stack"),
        )


def explain(
    policy: str,
    resource: Path,
    *,
    parameters: Path | None = None,
    related: Path | None = None,
    context: Path | None = None,
    aliases: Path | None = None,
    common: Common = Common(),
) -> Report:
    """Show why a resource gets an effect: the tree of conditions with the values compared.

    For example:

        modelyard policy explain modelyard/keyless account.json
        modelyard policy explain team/allowed-models deployment.json --parameters values.json
        modelyard policy explain builtin/diagnostic-logs account.json --related settings.json

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
    fields = Fields(table | from_providers(_read(aliases, list, dict)) if aliases else table)
    values = _read(parameters) if parameters else {}
    found = _policy(policy, fields, common)
    seen = _seen(_read(resource), _read(context) if context else {}, _read(related, list) if related else None)
    told: list[tuple[str, Verdict | str]]
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
        text="\n\n".join("\n".join(_lines(name, each)) for name, each in told),
        data={"policies": [_document(name, each) for name, each in told]},
    )


def _policy(named: str, fields: Fields, common: Common) -> Definition | Initiative | Assignment:
    file = Path(named)
    if not file.is_file():
        known = library.standard(fields)
        shipped = built_in(named.removeprefix("builtin/"))
        if (entry := known.find(shipped.id if shipped else named)) is not None:
            return entry
        file = _of_the_team(named, common)
    document = _read(file)
    body = document.get("properties", document)
    if isinstance(body, Mapping) and "policyDefinitions" in body:
        return Initiative.load(document, name=file.stem)
    if isinstance(body, Mapping) and "policyDefinitionId" in body:
        return Assignment.load(document)
    return Definition.load(document, fields, name=file.stem)


def _of_the_team(named: str, common: Common) -> Path:
    """The file of the project's own definition that goes by this name in a stack file."""
    kind, _, stem = named.partition("/")
    folder = Project.find(common.project).definitions if kind == TEAM else None
    files = DefinitionFiles(folder or Path())
    own = files.stems(TEAM) if folder else ()
    if folder and stem in own:
        return folder / f"{stem}.json"
    known = {"builtin": [each.name for each in built_ins()], TEAM: own}
    known[OWN] = [*files.stems(OWN), *files.stems(OWN_INITIATIVES)]
    raise NoPolicy(named, [f"{kind}/{name}" for kind, names in known.items() for name in names])


def _each(
    found: Initiative | Assignment, values: Mapping[str, Any], fields: Fields, seen: Resource
) -> Iterator[tuple[str, Verdict | str]]:
    """Every policy that an assignment puts to work and that could match the resource, or why it doesn't."""
    known = library.standard(fields)
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


def _could_match(bound: Bound, seen: Resource) -> bool:
    """Whether the rule names the resource's type, or that of the component which a provider's mode makes of it."""
    types = bound.plain.types
    if types is None or not seen.type or seen.type in types:
        return True
    return seen.type == DEPLOYMENT.type.lower() and component.TYPE.lower() in types


def _name(bound: Bound) -> str:
    return f"{bound.reference}, {bound.plain.definition.display_name}".removeprefix(", ")


def _at_work(bound: Bound, seen: Resource) -> Verdict | str:
    meant, policy = bound.meant(seen), bound.policy(seen)
    if meant is False:
        return "the assignment's resource selectors don't mean the resource"
    for doubt in (meant, policy):
        if isinstance(doubt, Unknown):
            return f"whether it is meant waits for {', '.join(sorted(doubt.waits_for))}"
    return "" if isinstance(policy, Unknown) else _verdict(policy, seen)


def _verdict(policy: Policy, seen: Resource) -> Verdict:
    """The verdict; of a deployment under a provider's mode, of the component that this mode sees."""
    if policy.definition.mode.startswith(component.PROVIDER_MODES) and seen.type == DEPLOYMENT.type.lower():
        seen = Resource(component.deployment(seen.document, market=Market.load()), seen.context)
    return policy.verdict(seen)


def _seen(document: dict[str, Any], around: Mapping[str, Any], related: list[Any] | None) -> Resource:
    """The resource with its surroundings: as they are said to be, else as far as its id and its type tell."""
    id_, kind = str(document.get("id") or ""), str(document.get("type") or "")
    context = Context(
        now=datetime.now(UTC),
        resource_group=around.get("resourceGroup", group_of(scopes.resource_group(id_))),
        subscription=around.get("subscription", subscription_of(scopes.subscription(id_))),
        request=around.get("requestContext", request_of(kind)),
        related=nobody_knows if related is None else Estate(related).related,
    )
    return Resource(document, context)


def _lines(name: str, verdict: Verdict | str) -> Iterator[str]:
    if name:
        yield name
    if isinstance(verdict, str):
        yield verdict
        return
    waits = f", waiting for {', '.join(verdict.waits_for)}" if verdict.waits_for else ""
    yield f"{verdict.effect_as_written or 'no effect'} ({verdict.outcome.value}{waits})"
    if verdict.reason:
        yield verdict.reason
    yield from verdict.explain().lines()
    if (related := verdict.related) is not None:
        yield from related.lines()
    yield from _changes(verdict)


def _changes(verdict: Verdict) -> Iterator[str]:
    """What append or modify would do, operation by operation."""
    if verdict.effect_as_written is None:
        return
    try:
        for change in verdict.changes:
            said = "" if change.applies is True else "left out, " if change.applies is False else "undecided, "
            value = "" if change.operation == "remove" else f" = {shown(change.value)}"
            yield f"{'change':<9}{said}{change.operation} {change.written}{value}"
    except EvaluationFailed as wrong:
        yield f"{'change':<9}error: {wrong}"


def _document(name: str, verdict: Verdict | str) -> dict[str, Any]:
    if isinstance(verdict, str):
        return {"policy": name, "reason": verdict}
    related = verdict.related
    return {
        "policy": name or verdict.policy.definition.name,
        "effect": verdict.effect_as_written or "no effect",
        "outcome": verdict.outcome.value,
        "waitsFor": list(verdict.waits_for),
        "reason": verdict.reason,
        "tree": verdict.explain().document(),
        "related": None if related is None else related.document(),
        "changes": list(_changes(verdict)),
    }


def _read(path: Path, *kinds: type) -> Any:
    try:
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise NotJson(path, error.strerror or str(error)) from error
    except ValueError as error:
        raise NotJson(path, str(error)) from error
    if not isinstance(document, kinds or dict):
        raise NotJson(path, f"it is a {type(document).__name__}")
    return document
