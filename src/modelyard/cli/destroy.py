"""`modelyard destroy`."""

import sys
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.confirmation import confirmed
from modelyard.cli.operation import Operation, summary
from modelyard.cli.options import Common, Pointing
from modelyard.cli.progress import Progress
from modelyard.config.project import Project
from modelyard.engine.options import Options
from modelyard.engine.run import Run
from modelyard.report.result import Report


def destroy(
    stack: str,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Delete everything a stack declared.

    For example:

        modelyard destroy dev --yes

    Azure keeps the account for 48 hours as a soft-deleted one, with its name; declare it again with
    `account.restore: true`, or purge it. Asks first; without a terminal `--yes` has to have been said.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask.

    """
    project = Project.find(common.project)
    confirmed(
        f"Delete everything that stack {stack} declared in {pointing.target}?", yes=yes, terminal=sys.stdin.isatty()
    )
    operation = Operation.prepare(project, stack, pointing.target, Progress())
    mended = operation.begin()
    result = Run(operation.stack, operation.follow).destroy(
        Options(yes=True, skip_preview=True, continue_on_error=True)
    )
    operation.progress.clear()
    return Report(
        command="destroy",
        stack=stack,
        target=pointing.target,
        failures=result.failures,
        text="\n".join([*mended, f"{stack} in {pointing.target}: {summary(result)}"]),
        data={"changes": dict(result.changes)},
    )
