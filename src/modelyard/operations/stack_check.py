"""Checking a stack file: every finding at once, from files and the catalog only."""

from datetime import date

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.loader import Loaded, load
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import stated, with_destination
from modelyard.report.result import Report


@with_destination
def check(project: Project, stack: str, context: OperationContext, *, on: date | None = None) -> Report:
    """Check a stack file and its layers. Reads files only; sends nothing.

    `on` is the day to judge by; left out, it is today for a stack for Azure, and the market's day of the user's sandbox
    for another one. `Report.findings` has every finding with its position; `Report.status` is FINDINGS where one of
    them is an error, else DONE. Raises StackMissing, and other failures of files that can't be read.
    """
    loaded = checked(project, stack, context, calendar=Calendar.on(on) if on else None)
    deployments = len(loaded.stack.deployments) if loaded.stack else 0
    mend = "" if loaded.findings else ", nothing to correct"
    return Report(
        command="check",
        stack=stack,
        findings=loaded.findings,
        text=f"{loaded.file.name}: {deployments} deployment{'s' * (deployments != 1)}{mend}" if loaded.stack else "",
        data={"file": str(loaded.file), "deployments": deployments},
    )


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
