"""`modelyard audit`: what policies say of a stack file, a preview, a state export, or of what stands in Azure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter

from modelyard.audit import assignment_coverage, policy_files
from modelyard.audit import baseline as baselines
from modelyard.audit import trend as trends
from modelyard.audit.evaluation import foreign
from modelyard.audit.failures import BaselineMissing, BaselineUnnamed, NothingToAudit
from modelyard.audit.inspection import Inspected, inspect
from modelyard.audit.source import AuditSource
from modelyard.catalog.market import Market
from modelyard.cli.audit_source import Looked, at_preview, at_scope, at_stack_file, at_state
from modelyard.cli.options import Common, Pointing
from modelyard.cli.output_files import FileUnwritable, write
from modelyard.cli.target_resolution import destination
from modelyard.config.project import Project
from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.report import history_entry
from modelyard.report.result import Report


def audit(
    stack: str | None = None,
    *,
    preview: bool = False,
    state: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    scope: str | None = None,
    policies: tuple[Path, ...] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
    baseline: Path | None = None,
    write_baseline: bool = False,
    trend: Path | None = None,
    html: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show what Azure Policy says about a stack, a change to it, or what is deployed.

    For example:

        modelyard audit dev                           the stack file; no network
        modelyard audit dev --preview                 what a change would leave
        pulumi stack export | modelyard audit --state -
        modelyard audit --scope subscription --target azure
        modelyard audit prod --scope <resource group's id>
        modelyard audit dev --html audit.html --trend audits/

    Evaluates the stack's own policies, those that `modelyard policy pull` saved, and those of --policies; for a scope,
    the policies in force there now. What Azure would deny is an error, what it would report is a warning, and what it
    would change, or what is not known yet, is a note. Only the files that you name are written.

    To start with existing violations, `--baseline known.json --write-baseline` saves those of today; later runs with
    `--baseline known.json` fail only for new ones.

    Parameters
    ----------
    stack
        The stack's name; with --state or --scope, the stack whose file the lines are shown of.
    preview
        Evaluate what the engine says would exist after `modelyard up`.
    state
        A file of `pulumi stack export`, of any program; `-` reads standard input. Needs no project and no network.
    scope
        Evaluate what exists there now: `subscription`, or the id of a subscription, a resource group, an account or a
        management group.
    policies
        A file or folder with definitions, initiatives, assignments and exemptions as Azure writes them; again for more.
    fail_on
        The lowest severity of a violation that makes the exit status 1.
    baseline
        A file of known violations, which don't fail the audit.
    write_baseline
        Write the baseline from what is found now; known violations keep their date.
    trend
        A file or folder to which each run adds a line of counts; the HTML page draws them.
    html
        Also write the result as an HTML page to this file.

    """
    now = datetime.now(UTC)
    if write_baseline and baseline is None:
        raise BaselineUnnamed
    given, broken = policy_files.read(policies)
    if broken:
        return Report(command="audit", stack=stack or "", failures=broken)
    looked = _looked(stack, preview, state, scope, pointing, now, common)
    if not looked.sources:
        return Report(command="audit", stack=stack or "", findings=looked.findings, failures=looked.failures)
    market, book = Market.load(), given | looked.around
    found = Inspected.together(
        [
            inspect(
                each,
                book,
                now=looked.now or now,
                market_time=looked.market_time,
                market=market,
                locate=looked.locate,
            )
            for each in looked.sources
        ]
    )
    source = AuditSource.together(looked.name, looked.sources)
    knew = assignment_coverage.known(found.policies, found.book, source.subjects)
    report = Report(
        command="audit",
        stack=stack or source.name,
        destination=destination(),
        findings=(*looked.findings, *found.findings, *assignment_coverage.findings(knew, source.subjects)),
        rulings=found.evaluated.rulings,
        resources=found.evaluated.resources,
        judged=found.evaluated.judged,
        judges=found.evaluated.judges,
        file=looked.file,
        fails_on=None if fail_on == "never" else Severity(fail_on),
        text=told(source, found, knew, assignment_coverage.idle(given, found.policies)),
        data=_data(source, found, knew),
    )
    if baseline is not None:
        try:
            report = _compared(report, baseline, now, anew=write_baseline)
        except Failure as failure:
            report = _with(report, failure)
    runs = (history_entry.run(report, now),)
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


def _looked(
    stack: str | None,
    preview: bool,
    state: Path | None,
    scope: str | None,
    pointing: Pointing,
    now: datetime,
    common: Common,
) -> Looked:
    ways = [name for name, given in (("--scope", scope), ("--state", state), ("--preview", preview)) if given]
    if len(ways) > 1:
        raise NothingToAudit(f"{' and '.join(ways)} are different things to look at", remedy="leave all but one out")
    if scope is not None:
        return at_scope(scope, stack, pointing, common)
    if state is not None:
        return at_state(state, stack, pointing, now, common)
    if stack is None:
        raise NothingToAudit("nothing was named", remedy=_stacks(common))
    return (at_preview if preview else at_stack_file)(stack, pointing, now, common)


def _stacks(common: Common) -> str:
    """The stacks that could have been named; empty outside a project."""
    try:
        names = Project.find(common.project).stack_names()
    except Failure:
        return ""
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
    source: AuditSource, found: Inspected, knew: Sequence[assignment_coverage.AssignmentCoverage], idle: Sequence[str]
) -> str:
    """What was looked at, by which policies, and what was not."""
    evaluated = found.evaluated
    counts = (
        _count(evaluated.resources, "resource"),
        _count(len(found.policies), "policy", "policies"),
        f"{_count(evaluated.evaluations, 'verdict')} on {_count(evaluated.judged, 'resource')}",
    )
    lines = [f"{source.name}: {', '.join(counts)}"]
    if knew:
        lines.append(f"assignments known: {'; '.join(map(str, knew))}")
    if idle:
        lines.append(f"given with --policies and assigned nowhere: {', '.join(idle)}")
    if not evaluated.rulings and evaluated.evaluations:
        lines.append("everything complies")
    elif not evaluated.evaluations:
        lines.append("no policy says anything of it")
    if source.left_out:
        rest = ", ".join(f"{count} {kind}" for kind, count in sorted(source.left_out.items()))
        lines.append(f"not looked at, since their types aren't known here: {rest}")
    if others := foreign(found.policies):
        rest = ", ".join(f"{count} of {mode}" for mode, count in sorted(others.items()))
        lines.append(f"policies that judge nothing here, since their mode looks at other things: {rest}")
    return "\n".join(lines)


def _data(
    source: AuditSource, found: Inspected, knew: Sequence[assignment_coverage.AssignmentCoverage]
) -> dict[str, Any]:
    states = Counter({state.value: count for state, count in found.evaluated.states.items()})
    return {
        "source": source.name,
        "assignments": sorted({each.assignment.id for each in found.policies}),
        "policies": [asdict(each) for each in found.evaluated.judges],
        "sources": assignment_coverage.as_data(knew),
        "verdicts": dict(sorted(states.items())),
        "leftOut": dict(sorted(source.left_out.items())),
        "otherModes": dict(sorted(foreign(found.policies).items())),
    }


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"
