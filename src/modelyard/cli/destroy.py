"""`modelyard destroy`."""

from collections import Counter
from dataclasses import replace
from typing import Annotated

from cyclopts import Parameter

from modelyard.arm import account
from modelyard.cli.changes import steps, summary
from modelyard.cli.confirmation import confirmed
from modelyard.cli.options import Pointing, ProjectSteps
from modelyard.cli.progress import Progress
from modelyard.cli.stack_operation import StackOperation, located
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine.account_children import contents
from modelyard.engine.options import EngineOptions
from modelyard.engine.result import Result
from modelyard.engine.run import EngineRun
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
    project = Project.find(common.project)
    at = located(project, stack, pointing)
    confirmed(f"Delete everything that stack {stack} declared in {at}?", at.target, yes=yes)
    operation = StackOperation.prepare(project, stack, at, Progress())
    operation.must_exist()
    mended = operation.begin()
    result = _deleted(operation)
    operation.progress.clear()
    return Report(
        command="destroy",
        stack=stack,
        steps=steps(result),
        failures=result.failures,
        text="\n".join([*mended, f"{stack} in {at.target}: {summary(result)}", *_kept(result, at.target)]),
        data={"changes": dict(result.changes)},
    )


def _deleted(operation: StackOperation) -> Result:
    """First what is in the account, one by one since it takes one write at a time; then, if that went, the rest."""
    run = EngineRun(operation.stack, operation.follow)
    options = EngineOptions(yes=True, skip_preview=True, continue_on_error=True)
    inside = contents(operation.stack.state())
    if not inside:
        return run.destroy(options)
    emptied = run.destroy(replace(options, targets=inside, parallel=1))
    if emptied.failures:
        return emptied
    rest = run.destroy(options)
    changes = Counter({op: count for op, count in emptied.changes.items() if op != "same"}) + Counter(rest.changes)
    return replace(rest, changes=changes, steps=(*emptied.steps, *rest.steps))


def _kept(result: Result, target: TargetName) -> list[str]:
    """Where an account was deleted: that its name isn't free yet, and what to do for one of that name."""
    if not any(
        step.type == account.ROW.token and step.op == "delete" and step.outcome == "done" for step in result.steps
    ):
        return []
    free = "modelyard sandbox clock advance 2d" if target == "sandbox" else "az cognitiveservices account purge"
    return [
        "Azure keeps the account for 48 hours, and its name with it. To declare the stack before that, say",
        f"account.restore: true in its file, or have the name freed: {free}",
    ]
