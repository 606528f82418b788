"""Checking a stack file: every finding at once, from files and the catalog; with `live`, Azure is asked as well."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from modelyard.azure.target import Target
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import Loaded, load
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import point, resolve, stated, with_destination
from modelyard.report.result import Check, Outcome, Report


@with_destination
def check(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    on: date | None = None,
    live: bool = False,
    price: bool = False,
    target: TargetName | None = None,
) -> Report:
    """Check a stack file and its layers. Reads files only, and sends nothing, unless `live` is given.

    `on` is the day that counts; left out, it is today for a stack for Azure, and the market's day of the user's sandbox
    for another one. `Report.findings` has every finding with its position; `Report.status` is FINDINGS where one of
    them is an error, else DONE. `live` asks the stack's target, or `target`, whether it would take the stack now:
    `Report.checks` has the answers, FINDINGS is the status where one is a refusal, INCONCLUSIVE where one could not be
    had. Nothing is written. `price` adds what a day may cost at most: `price` in `data`. Raises StackMissing, and other
    failures of files that can't be read; with `live` those of the target.
    """
    loaded = checked(project, stack, context, target, calendar=Calendar.on(on) if on else None)
    pointed = point(resolve(target, context, loaded), context) if live and loaded.stack is not None else None
    if pointed is not None:
        from modelyard.operations import live_step

        loaded = loaded.excusing(live_step.running(pointed, loaded))
    deployments = len(loaded.stack.deployments) if loaded.stack else 0
    mend = "" if loaded.findings else ", nothing to correct"
    report = Report(
        command="check",
        stack=stack,
        findings=loaded.findings,
        text=f"{loaded.file.name}: {deployments} deployment{'s' * (deployments != 1)}{mend}" if loaded.stack else "",
        data={"file": str(loaded.file), "deployments": deployments},
    )
    if price:
        report = _priced(report, [loaded])
    if pointed is None:
        return report
    checks = tuple(_live(loaded, pointed, context))
    context.progress.clear()
    return replace(report, checks=checks, countable=COUNTABLE, text=f"{report.text}\n{_said(checks)}")


@with_destination
def check_stacks(
    project: Project,
    stacks: Sequence[str],
    context: OperationContext,
    *,
    every: bool = False,
    on: date | None = None,
    price: bool = False,
) -> Report:
    """Check several stack files in one process: those of `stacks`, or `every` one of the project. Sends nothing.

    `on` and `price` are as for `check`. `Report.findings` has those of all files; `data` has `stacks`: stack, file,
    deployments, errors, warnings. Raises StackMissing, `cli.nothing-named` and other failures of files that can't be
    read.
    """
    names = project.stack_names() if every else tuple(dict.fromkeys(stacks))
    if not names:
        raise Failure.of("cli.nothing-named", case="stacks", command="check")
    calendar, market = Calendar.on(on) if on else context.calendar(), Market.load()
    loaded = [load(project, name, calendar=calendar, market=market) for name in names]
    rows = [
        {
            "stack": name,
            "file": str(each.file),
            "deployments": len(each.stack.deployments) if each.stack else 0,
            "errors": len(each.errors),
            "warnings": sum(finding.severity is Severity.WARNING for finding in each.findings),
        }
        for name, each in zip(names, loaded, strict=True)
    ]
    wrong = [str(row["stack"]) for row in rows if row["errors"]]
    said = f"errors in {', '.join(wrong)}" if wrong else "no errors"
    deployments = sum(len(each.stack.deployments) for each in loaded if each.stack)
    report = Report(
        command="check",
        findings=tuple(dict.fromkeys(finding for each in loaded for finding in each.findings)),
        text=f"{len(names)} stacks, {deployments} deployments: {said}",
        data={"stacks": rows},
    )
    return _priced(report, loaded) if price else report


def _priced(report: Report, files: Iterable[Loaded]) -> Report:
    from modelyard.operations import stack_price  # a check without prices reads no table of them

    return stack_price.priced(report, files)


COUNTABLE = (Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.INCONCLUSIVE)


def _live(loaded: Loaded, target: Target, context: OperationContext) -> list[Check]:
    from modelyard.azure.arm_reader import reader
    from modelyard.inventory import live_checks
    from modelyard.operations import live_step

    assert loaded.stack is not None  # noqa: S101 - the caller has asked
    asked = live_step.stack_in_azure(loaded.stack, target)
    context.progress.passing(f"asking {target.name} about {len(asked.documents)} resources")
    with reader(target) as arm:
        return live_checks.ask(arm, asked, live_step.reach(target))


def _said(checks: Iterable[Check]) -> str:
    failed = [each.subject for each in checks if each.outcome is Outcome.FAILED]
    return f"Azure would refuse: {', '.join(failed)}" if failed else "nothing that was asked speaks against it"


def checked(
    project: Project,
    name: str,
    context: OperationContext,
    target: TargetName | None = None,
    *,
    calendar: Calendar | None = None,
) -> Loaded:
    """The stack's file with its findings, checked by today's calendar where none is given.

    `target` is what the caller names, where it names one: in a rehearsal the sandbox's market counts.
    """
    loaded = load(project, name, calendar=calendar or context.calendar(target), market=Market.load())
    stated(loaded)
    return loaded
