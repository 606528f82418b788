"""Auditing: what policies say of a stack file, a preview, a state export, or of what is deployed."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from modelyard.audit import assignment_coverage, policy_files
from modelyard.audit import baseline as baselines
from modelyard.audit import trend as trends
from modelyard.audit.evaluation import foreign
from modelyard.audit.failures import BaselineMissing
from modelyard.audit.inspection import Inspection, inspect
from modelyard.audit.source import AuditSource
from modelyard.catalog.market import Market
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.operations.audit_source import AuditInput, at_preview, at_scope, at_stack_file, at_state
from modelyard.operations.context import OperationContext
from modelyard.operations.output_files import FileUnwritable, write
from modelyard.operations.target_resolution import destination, with_destination
from modelyard.report import history_entry
from modelyard.report.result import Report

MANY = 200
"""Resources above which a person would wonder what takes so long."""


@with_destination
def audit(
    project: Project | None,
    stack: str | None,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    preview: bool = False,
    state: Path | bytes | None = None,
    scope: str | None = None,
    policies: Sequence[Path] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
    baseline: Path | None = None,
    write_baseline: bool = False,
    trend: Path | None = None,
    html: Path | None = None,
) -> Report:
    """Evaluate policies on a stack file, or on what one of `preview`, `state` and `scope` names.

    `preview` evaluates the engine's preview of the stack. `state` is an export of `pulumi stack export`, as a file or
    as its content, and needs no project. `scope` is `subscription` or the id of a scope in Azure, whose policies in
    force are read. With `state` or `scope`, `stack` names the stack whose file has the lines. `target` is as for
    `preview`. `policies` are more files or folders of policies in Azure's form. Only `baseline` (with
    `write_baseline`), `trend` and `html` are written.

    `Report.policy_findings` has the policy states that don't comply, each with its severity and, where a stack file
    declares the resource, its position. `resources`, `evaluated` and `policies` count what was evaluated; `data` has
    `source`, `assignments`, `policies`, `sources`, `complianceStates`, `leftOut` and `otherModes`. The status is
    FINDINGS where a policy state has the severity `fail_on` or a higher one and is not in the baseline. Raises
    `audit.nothing-to-audit`, `audit.baseline-unnamed`, `audit.state-unreadable`, `cli.state-differs`,
    `cli.target-differs`, TargetMissing and failures of the target.
    """
    now = datetime.now(UTC)
    if write_baseline and baseline is None:
        raise Failure.of("audit.baseline-unnamed")
    if policies:
        context.progress.passing("  reading policies …")
    given, broken = policy_files.read(tuple(policies))
    if broken:
        return Report(command="audit", stack=stack or "", failures=broken)
    found_input = _input(project, stack, preview, state, scope, target, now, context)
    if not found_input.sources:
        return Report(command="audit", stack=stack or "", findings=found_input.findings, failures=found_input.failures)
    if (resources := sum(len(each.subjects) for each in found_input.sources)) > MANY:
        context.progress.passing(f"  evaluating {resources} resources …")
    market, book = Market.load(), given | found_input.around
    found = Inspection.together(
        [
            inspect(
                each,
                book,
                now=found_input.now or now,
                market_time=found_input.market_time,
                market=market,
                locate=found_input.locate,
            )
            for each in found_input.sources
        ]
    )
    context.progress.clear()
    source = AuditSource.together(found_input.name, found_input.sources)
    knew = assignment_coverage.known(found.policies, found.book, source.subjects)
    report = Report(
        command="audit",
        stack=stack or source.name,
        destination=destination(),
        findings=(*found_input.findings, *found.findings, *assignment_coverage.findings(knew, source.subjects)),
        policy_findings=found.evaluation.policy_findings,
        resources=found.evaluation.resources,
        evaluated=found.evaluation.evaluated,
        policies=found.evaluation.policies,
        built_ins=found.built_ins(found_input.now or now),
        file=found_input.file,
        fails_on=None if fail_on == "never" else Severity(fail_on),
        text=told(source, found, knew, assignment_coverage.idle(given, found.policies)),
        data=_data(source, found, knew),
    )
    if baseline is not None:
        try:
            report = _compared(report, baseline, now, anew=write_baseline)
        except Failure as failure:
            report = _with(report, failure)
    runs: tuple[history_entry.HistoryEntry, ...] = (history_entry.run(report, now),)
    if trend:
        try:
            runs = trends.add(trend, runs[0])
        except Failure as failure:
            report = _with(report, failure)
    if html is not None:
        from modelyard.report import html as page

        try:
            write(html, page.write(report, runs))
        except FileUnwritable as failure:
            report = _with(report, failure)
    return report


def _with(report: Report, failure: Failure) -> Report:
    """What was found is shown even where a file that was named can't be read or written."""
    return replace(report, failures=(*report.failures, failure))


def _input(
    project: Project | None,
    stack: str | None,
    preview: bool,
    state: Path | bytes | None,
    scope: str | None,
    target: TargetName | None,
    now: datetime,
    context: OperationContext,
) -> AuditInput:
    given = (("--scope", scope is not None), ("--state", state is not None), ("--preview", preview))
    ways = [name for name, named in given if named]
    if len(ways) > 1:
        raise Failure.of(
            "audit.nothing-to-audit",
            problem=f"{' and '.join(ways)} are different things to look at",
            remedy="leave all but one out",
        )
    if scope is not None:
        return at_scope(scope, project, stack, target, context)
    if state is not None:
        return at_state(state, project, stack, target, now, context)
    if stack is None or project is None:
        raise Failure.of("audit.nothing-to-audit", problem="nothing was named", remedy=_stacks(project))
    return (at_preview if preview else at_stack_file)(project, stack, target, now, context)


def _stacks(project: Project | None) -> str:
    """The stacks that could have been named; empty outside a project."""
    names = project.stack_names() if project else ()
    return f"name a stack ({', '.join(names)}): modelyard audit {names[0]}" if names else ""


def _compared(report: Report, file: Path, now: datetime, *, anew: bool) -> Report:
    try:
        known = baselines.read(file)
    except BaselineMissing:
        if not anew:
            raise
        known = baselines.Baseline()
    baselines.same_target(known, report, file)
    if not anew:
        told_of = baselines.unmarked(known, file) if report.target else ()
        return baselines.apply(known, replace(report, findings=(*report.findings, *told_of)))
    written = baselines.write(report, now.date(), known)
    write(file, written)
    return replace(baselines.apply(baselines.read(file), report), text=f"{report.text}\n{file} holds what is known now")


def told(
    source: AuditSource, found: Inspection, knew: Sequence[assignment_coverage.AssignmentCoverage], idle: Sequence[str]
) -> str:
    """What was looked at, by which policies, and what was not."""
    evaluated = found.evaluation
    counts = (
        _count(evaluated.resources, "resource"),
        _count(len(found.policies), "policy", "policies"),
        f"{_count(evaluated.evaluations, 'policy state')} of {_count(evaluated.evaluated, 'resource')}",
    )
    lines = [f"{source.name}: {', '.join(counts)}"]
    if knew:
        lines.append(f"assignments: {'; '.join(map(str, knew))}")
    if idle:
        lines.append(f"of --policies, used by no assignment: {', '.join(idle)}")
    if not evaluated.policy_findings and evaluated.evaluations:
        lines.append("all evaluated resources comply")
    elif not evaluated.evaluations:
        lines.append("no policy applies to these resources")
    if source.left_out:
        rest = ", ".join(f"{count} {kind}" for kind, count in sorted(source.left_out.items()))
        lines.append(f"not evaluated, because Modelyard doesn't know their types: {rest}")
    if others := foreign(found.policies):
        rest = ", ".join(f"{count} of {mode}" for mode, count in sorted(others.items()))
        lines.append(f"policies whose mode applies to other resources: {rest}")
    return "\n".join(lines)


def _data(
    source: AuditSource, found: Inspection, knew: Sequence[assignment_coverage.AssignmentCoverage]
) -> dict[str, Any]:
    states = Counter({state.value: count for state, count in found.evaluation.states.items()})
    return {
        "source": source.name,
        "assignments": sorted({each.assignment.id for each in found.policies}),
        "policies": [asdict(each) for each in found.evaluation.policies],
        "sources": assignment_coverage.as_data(knew),
        "complianceStates": dict(sorted(states.items())),
        "leftOut": dict(sorted(source.left_out.items())),
        "otherModes": dict(sorted(foreign(found.policies).items())),
    }


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
