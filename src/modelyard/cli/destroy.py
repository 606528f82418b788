"""`modelyard destroy`."""

from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.options import Pointing, ProjectSteps
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations import stack_deletion
from modelyard.report.result import Report


def destroy(
    stack: str,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: ProjectSteps = ProjectSteps(),
) -> Report:
    """Delete everything a stack declared.

    For example:

        modelyard destroy dev                             in the sandbox
        modelyard destroy prod --target azure --yes       in a pipeline

    What is in the account goes first, one by one: Azure keeps the account for 48 hours as a soft-deleted one, with its
    name, and provisioned deployments in it would go on costing money. Declare it again with `account.restore: true`, or
    purge it. Against Azure a terminal is asked first, and without a terminal `--yes` is needed. In the sandbox nobody
    is asked.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.

    """
    return stack_deletion.destroy(Project.find(common.project), stack, context(yes=yes), target=pointing.target)
