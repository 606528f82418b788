"""Proving with calls that what answers is what was configured."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine import last_run
from modelyard.operations.context import OperationContext
from modelyard.operations.smoke_runner import ProfileName, options, prove, spent, told
from modelyard.operations.stack_operation import StackOperation, located
from modelyard.operations.target_resolution import with_destination
from modelyard.report.result import Report


@with_destination
def smoke(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    select: Sequence[str] = (),
    profile: ProfileName | None = None,
    principals: Sequence[str] = (),
    strangers: Sequence[str] = (),
) -> Report:
    """Call every deployment that exists of a stack, and compare what answers with what was configured.

    `target` is as for `preview`. `select` has globs of check ids or deployments; `profile` is `liveness` (the default
    in Azure) or `behaviour` (the default in the sandbox); `principals` should be answered as well, and `strangers`
    refused. Against Azure their tokens are read from `MODELYARD_TOKEN_<NAME>` in `context.environment`.

    `Report.checks` has every check with what it expected and observed; `data` has `smoke` (calls, waits, budgets),
    `marked` and `missing`. The status is FINDINGS where a check fails and INCONCLUSIVE where one could not be decided
    or nothing was proved. Raises StackMissing, TargetDiffers, TargetMissing, and failures of the engine, the sandbox
    and the login that keep the checks from beginning.
    """
    operation = StackOperation.prepare(project, stack, located(project, stack, target, context), context)
    operation.must_exist()
    with ThreadPoolExecutor(1) as aside:
        last = aside.submit(operation.stack.last_update)
        there = operation.existing()
    checks = prove(
        there,
        operation.target,
        context,
        select=tuple(select),
        profile=profile,
        principals=tuple(principals),
        strangers=tuple(strangers) or None,
    )
    took = spent(checks, options(operation.target, profile, tuple(select)))
    found = last_run.findings(stack, there, last.result())
    return Report(
        command="smoke",
        stack=stack,
        findings=found or last_run.elsewhere(stack, checks),
        checks=checks,
        text=told(took),
        data={"smoke": took, "marked": dict(there.marked()), "missing": list(there.missing)},
    )
