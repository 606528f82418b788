"""What an audit reads: a source with its resources, the policies around it, and the lines that declare them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.audit import preview, state
from modelyard.audit.audited_resource import Locate
from modelyard.audit.project_policies import ProjectPolicies
from modelyard.audit.source import AuditSource
from modelyard.config.loader import Loaded
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.files import FileUnreadable, loads, read
from modelyard.findings import Finding, Severity
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import in_state, login, point, resolve, works
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.syntax import json_mistakes


def _nowhere(_path: str) -> None:
    """Where no stack file is at hand, nothing has a line in one."""


@dataclass(frozen=True, slots=True)
class AuditInput:
    """What is looked at, what was pulled of the policies around it, and what stands in the way of looking.

    Several sources are several subscriptions of `name`, a management group. Without any the findings or failures say
    why. `file` is the stack's, or the state's, for what no line of it declares; `now` is the time there, and
    `market_time` the same on the market's day, where they aren't those of the caller.
    """

    sources: tuple[AuditSource, ...] = ()
    name: str = ""
    around: Rulebook = field(default_factory=Rulebook)
    locate: Locate = _nowhere
    file: str = ""
    now: datetime | None = None
    market_time: datetime | None = None
    findings: tuple[Finding, ...] = ()
    failures: tuple[Failure, ...] = ()


def at_stack_file(
    project: Project, name: str, named: TargetName | None, now: datetime, context: OperationContext
) -> AuditInput:
    """The stack as its file declares it; no engine, no network."""
    loaded = checked(project, name, context, named)
    if loaded.stack is None or _broken(loaded):
        return AuditInput(findings=loaded.findings)
    at = resolve(named, context, loaded)
    works(replace(at, according_to=loaded.file.name))
    from modelyard.resources.graph import declared

    known = ProjectPolicies.of(project).in_target(at.target)
    subscription = loaded.stack.subscription_id or _subscription(at.target, known, context)
    found = AuditSource.declared(f"stack {name}", declared(loaded.stack, subscription), subscription)
    return _ruled(found, known, loaded, at.target, now, context)


def at_preview(
    project: Project, name: str, named: TargetName | None, now: datetime, context: OperationContext
) -> AuditInput:
    """The stack as the engine would make it."""
    from modelyard.engine.events import Event, Started  # an audit of files needs no engine
    from modelyard.engine.run import EngineRun
    from modelyard.operations.stack_operation import StackOperation

    loaded = checked(project, name, context, named)
    if loaded.stack is None or _broken(loaded):
        return AuditInput(findings=loaded.findings)
    operation = StackOperation.prepare(project, name, resolve(named, context, loaded), context)
    operation.begin(loaded)
    events: list[Started] = []

    def follow(event: Event) -> None:
        operation.follow(event)
        if isinstance(event, Started) and event.custom:
            events.append(event)

    context.progress.passing(f"  previewing {name} …")
    result = EngineRun(operation.stack, follow).preview()
    context.progress.clear()
    if result.failures:
        return AuditInput(findings=loaded.findings, failures=result.failures)
    planned = ((each.urn, each.op, each.inputs) for each in events)
    source = preview.source(f"preview of {name}", planned, operation.target.subscription_id)
    return _ruled(
        source,
        ProjectPolicies.of(project).in_target(operation.target.name),
        loaded,
        operation.target.name,
        now,
        context,
    )


def at_state(
    file: Path | bytes,
    project: Project | None,
    name: str | None,
    named: TargetName | None,
    now: datetime,
    context: OperationContext,
) -> AuditInput:
    """A state export, of any program, as a file or its content; with a stack's name its file says on which lines."""
    export = _export(file)
    shown = _shown(file)
    if project is None or name is None:
        found = state.source(f"state {shown}", export)
        at = in_state(named, context, written_in(found, export), shown)
        ruled = _ruled(found, _known_if_any(project).in_target(at.target), None, at.target, now, context)
        works(at)
        return replace(ruled, file="" if isinstance(file, bytes) else str(file))
    loaded = checked(project, name, context)
    if loaded.stack is None or _broken(loaded):
        return AuditInput(findings=loaded.findings)
    found = state.source(f"state {shown}", export, ours=True)
    at = in_state(named, context, written_in(found, export), shown)
    works(at)
    return _ruled(found, ProjectPolicies.of(project).in_target(at.target), loaded, at.target, now, context)


def at_scope(
    words: str, project: Project | None, name: str | None, named: TargetName | None, context: OperationContext
) -> AuditInput:
    """What stands at a scope now, with the policies in force there now; with a stack's name its file says where."""
    from modelyard.audit import live_scope, pull

    loaded = checked(project, name, context, named) if project and name is not None else None
    if loaded is not None and (loaded.stack is None or _broken(loaded)):
        return AuditInput(findings=loaded.findings)
    pointed = point(resolve(named, context, loaded), context)
    scope = pull.scope_of(words, pointed.subscription_id, account=True)
    works(replace(pointed.destination, subscription=scopes.subscription(scope).rpartition("/")[2]))
    found_input = _timed(
        AuditInput(live_scope.sources(pointed, scope), scope), pointed.name, datetime.now(UTC), context
    )
    if loaded is None or loaded.stack is None:
        return found_input
    from modelyard.resources.graph import declared

    said = list(declared(loaded.stack, pointed.subscription_id))
    declaring = tuple(live_scope.declared(each, said) for each in found_input.sources)
    return replace(found_input, sources=declaring, locate=loaded.position, file=str(loaded.file))


def _timed(found_input: AuditInput, target: TargetName, now: datetime, context: OperationContext) -> AuditInput:
    """With the time there: by it exemptions end, and definitions with the catalog's dates are evaluated."""
    days = context.calendar(target, now)
    return replace(found_input, now=days.time(target), market_time=days.market_time(target))


def _ruled(
    source: AuditSource,
    known: ProjectPolicies,
    loaded: Loaded | None,
    target: TargetName,
    now: datetime,
    context: OperationContext,
) -> AuditInput:
    source = replace(source, failures=known.failures)
    findings = known.findings(source, now, target=target)
    found_input = AuditInput((source,), source.name, known.book, findings=findings)
    if loaded is not None:
        found_input = replace(found_input, locate=loaded.position, file=str(loaded.file))
    return _timed(found_input, target, now, context)


def written_in(source: AuditSource, export: Any) -> TargetName:
    """Where a state was written, whatever a command is pointed at: as its program noted, or by its subscription.

    Only the sandbox has its own; a rehearsal has the subscription of the stack.
    """
    if noted := state.target(export):
        return noted
    from modelyard.sandbox import SUBSCRIPTION_ID

    within = [scopes.subscription(each.id).rpartition("/")[2] for each in source.subjects]
    return "sandbox" if all(each.lower() in {SUBSCRIPTION_ID, ""} for each in within) else "azure"


def _broken(loaded: Loaded) -> bool:
    return any(finding.severity is Severity.ERROR for finding in loaded.findings)


def _known_if_any(project: Project | None) -> ProjectPolicies:
    """What a state export of another program's is evaluated by, where it is audited from within a project."""
    try:
        return ProjectPolicies.of(project) if project else ProjectPolicies()
    except Failure:
        return ProjectPolicies()


def _subscription(target: TargetName, known: ProjectPolicies, context: OperationContext) -> str:
    """Where a stack that names none is deployed: the sandbox's, the environment's, or the only one that was pulled."""
    if target == "sandbox":
        from modelyard.sandbox import SUBSCRIPTION_ID

        return SUBSCRIPTION_ID
    return login(context.environment)[1] or known.subscription(target)


def _export(file: Path | bytes) -> Mapping[str, Any]:
    """What the file holds, in any of Unicode's encodings: a redirection of PowerShell's writes UTF-16."""
    shown = _shown(file)
    try:
        content = file if isinstance(file, bytes) else read(file)
        found: Mapping[str, Any] = loads(content.decode(json.detect_encoding(content), "surrogatepass"))
    except FileUnreadable as wrong:
        raise Failure.of("audit.state-unreadable", name=shown, problem=wrong.problem) from None
    except ValueError as wrong:
        raise Failure.of("audit.state-unreadable", name=shown, problem=json_mistakes.problem(wrong)) from None
    return found


def _shown(file: Path | bytes) -> str:
    return "standard input" if isinstance(file, bytes) else str(file)
