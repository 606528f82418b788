"""Deleting everything that a stack declared."""

from collections import Counter
from dataclasses import replace

from modelyard.arm import kinds
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine.exported_state import contents
from modelyard.engine.result import Result
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.operations.changes import steps, summary
from modelyard.operations.context import OperationContext, confirmed
from modelyard.operations.stack_operation import StackOperation, located
from modelyard.operations.target_resolution import with_destination
from modelyard.report.result import Report


@with_destination
def destroy(project: Project, stack: str, context: OperationContext, *, target: TargetName | None = None) -> Report:
    """Delete everything that a stack declared.

    `target` is as for `preview`; it is needed for a stack whose file is gone. A deletion in Azure needs the consent of
    `context.confirm`. `Report.steps` has one step a deleted resource, `failures` what Azure refused; `data` has
    `changes`, the counts by Pulumi's operation. Raises `cli.not-confirmed`, StackMissing, `cli.target-differs`,
    TargetMissing and failures of the engine, the sandbox and the login that keep the deletion from beginning.
    """
    at = located(project, stack, target, context)
    confirmed(f"Delete everything that stack {stack} declared in {at}?", at.target, context)
    operation = StackOperation.prepare(project, stack, at, context)
    operation.must_exist()
    mended = operation.begin()
    context.progress.passing(f"  deleting {stack} …")
    result = _deleted(operation)
    context.progress.clear()
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
        step.type == kinds.ACCOUNT.token and step.op == "delete" and step.outcome == "done" for step in result.steps
    ):
        return []
    free = "modelyard sandbox clock advance 2d" if target == "sandbox" else "az cognitiveservices account purge"
    return [
        "Azure keeps the account for 48 hours, and its name with it. To declare the stack before that, say",
        f"account.restore: true in its file, or have the name freed: {free}",
    ]
