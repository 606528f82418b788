"""What an audit looks at: from the words of a command to a source, the policies around it, and a way to its lines."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from modelyard.audit import preview, stack_file, state
from modelyard.audit.audited_resource import Locate
from modelyard.audit.failures import StateUnreadable
from modelyard.audit.project_policies import ProjectPolicies
from modelyard.audit.source import AuditSource
from modelyard.cli.login import login
from modelyard.cli.options import Common, Pointing
from modelyard.cli.progress import Progress
from modelyard.cli.stack_calendar import calendar
from modelyard.cli.stack_operation import StackOperation, checked
from modelyard.cli.target_resolution import in_state, point, resolve, works
from modelyard.config.loader import Loaded
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine.events import Event, Started
from modelyard.engine.run import EngineRun
from modelyard.failures import Failure
from modelyard.files import FileUnreadable, loads, read
from modelyard.findings import Finding, Severity
from modelyard.policy.documents import scopes
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.syntax import json_mistakes


def _nowhere(_path: str) -> None:
    """Where no stack file is at hand, nothing has a line in one."""


@dataclass(frozen=True, slots=True)
class Looked:
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


def at_stack_file(name: str, pointing: Pointing, now: datetime, common: Common) -> Looked:
    """The stack as its file declares it; no engine, no network."""
    project, loaded = checked(name, common, pointing.target)
    if loaded.stack is None or _broken(loaded):
        return Looked(findings=loaded.findings)
    at = resolve(pointing, loaded)
    works(replace(at, according_to=loaded.file.name))
    from modelyard.resources.graph import declared

    known = ProjectPolicies.of(project).in_target(at.target)
    subscription = loaded.stack.subscription_id or _subscription(at.target, known)
    found = stack_file.source(f"stack {name}", declared(loaded.stack, subscription), subscription)
    return _ruled(found, known, loaded, at.target, now)


def at_preview(name: str, pointing: Pointing, now: datetime, common: Common) -> Looked:
    """The stack as the engine would make it."""
    project, loaded = checked(name, common, pointing.target)
    if loaded.stack is None or _broken(loaded):
        return Looked(findings=loaded.findings)
    operation = StackOperation.prepare(project, name, resolve(pointing, loaded), Progress())
    operation.begin()
    events: list[Started] = []

    def follow(event: Event) -> None:
        operation.follow(event)
        if isinstance(event, Started) and event.custom:
            events.append(event)

    result = EngineRun(operation.stack, follow).preview()
    operation.progress.clear()
    if result.failures:
        return Looked(findings=loaded.findings, failures=result.failures)
    planned = ((each.urn, each.op, each.inputs) for each in events)
    source = preview.source(f"preview of {name}", planned, operation.target.subscription_id)
    return _ruled(
        source, ProjectPolicies.of(project).in_target(operation.target.name), loaded, operation.target.name, now
    )


def at_state(file: Path, name: str | None, pointing: Pointing, now: datetime, common: Common) -> Looked:
    """A state export, of any program; with a stack's name its file says on which lines. `-` is standard input."""
    export = _export(file)
    shown = _shown(file)
    if name is None:
        found = state.source(f"state {shown}", export)
        at = in_state(pointing, written_in(found), shown)
        ruled = _ruled(found, _known_if_any(common.project).in_target(at.target), None, at.target, now)
        works(at)
        return replace(ruled, file="" if str(file) == "-" else str(file))
    project, loaded = checked(name, common)
    if loaded.stack is None or _broken(loaded):
        return Looked(findings=loaded.findings)
    found = state.source(f"state {shown}", export, ours=True)
    at = in_state(pointing, written_in(found), shown)
    works(at)
    return _ruled(found, ProjectPolicies.of(project).in_target(at.target), loaded, at.target, now)


def at_scope(words: str, name: str | None, pointing: Pointing, common: Common) -> Looked:
    """What stands at a scope now, with the policies in force there now; with a stack's name its file says where."""
    from modelyard.audit import live_scope, pull

    loaded = checked(name, common, pointing.target)[1] if name is not None else None
    if loaded is not None and (loaded.stack is None or _broken(loaded)):
        return Looked(findings=loaded.findings)
    pointed = point(resolve(pointing, loaded))
    scope = pull.scope_of(words, pointed.subscription_id, account=True)
    works(replace(pointed.destination, subscription=scopes.subscription(scope).rpartition("/")[2]))
    looked = _timed(Looked(live_scope.sources(pointed, scope), scope), pointed.name, datetime.now(UTC))
    if loaded is None or loaded.stack is None:
        return looked
    from modelyard.resources.graph import declared

    said = list(declared(loaded.stack, pointed.subscription_id))
    named = tuple(live_scope.declared(each, said) for each in looked.sources)
    return replace(looked, sources=named, locate=loaded.position, file=str(loaded.file))


def _timed(looked: Looked, target: TargetName, now: datetime) -> Looked:
    """With the time there: by it exemptions end, and definitions with the catalog's dates are judged."""
    days = calendar(target, now)
    return replace(looked, now=days.time(target), market_time=days.market_time(target))


def _ruled(
    source: AuditSource, known: ProjectPolicies, loaded: Loaded | None, target: TargetName, now: datetime
) -> Looked:
    source = replace(source, failures=known.failures)
    findings = known.findings(source, now, target=target)
    looked = Looked((source,), source.name, known.book, findings=findings)
    if loaded is not None:
        looked = replace(looked, locate=loaded.position, file=str(loaded.file))
    return _timed(looked, target, now)


def written_in(source: AuditSource) -> TargetName:
    """Where a state was written, whatever a command is pointed at: only the sandbox has its subscription."""
    from modelyard.sandbox.tenant import SUBSCRIPTION_ID

    within = [scopes.subscription(each.id).rpartition("/")[2] for each in source.subjects]
    return "sandbox" if all(each.lower() in {SUBSCRIPTION_ID, ""} for each in within) else "azure"


def _broken(loaded: Loaded) -> bool:
    return any(finding.severity is Severity.ERROR for finding in loaded.findings)


def _known_if_any(start: Path) -> ProjectPolicies:
    """What a state export of another program's is judged by, where it is audited from within a project."""
    try:
        return ProjectPolicies.of(Project.find(start))
    except Failure:
        return ProjectPolicies()


def _subscription(target: TargetName, known: ProjectPolicies) -> str:
    """Where a stack that names none is deployed: the sandbox's, the environment's, or the only one that was pulled."""
    if target == "sandbox":
        from modelyard.sandbox.tenant import SUBSCRIPTION_ID

        return SUBSCRIPTION_ID
    return login(os.environ)[1] or known.subscription(target)


def _export(file: Path) -> Mapping[str, Any]:
    """What the file holds, in any of Unicode's encodings: a redirection of PowerShell's writes UTF-16."""
    shown = _shown(file)
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else read(file)
        found: Mapping[str, Any] = loads(content.decode(json.detect_encoding(content), "surrogatepass"))
    except FileUnreadable as wrong:
        raise StateUnreadable(shown, wrong.problem) from None
    except ValueError as wrong:
        raise StateUnreadable(shown, json_mistakes.problem(wrong)) from None
    return found


def _shown(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)
