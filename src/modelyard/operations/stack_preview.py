"""Previewing a change of a stack: what it would do, and what Azure would say of it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine import renames
from modelyard.engine.run import EngineOptions
from modelyard.operations import plan_record
from modelyard.operations.changes import planned, state_only, steps
from modelyard.operations.context import OperationContext
from modelyard.operations.output_files import writable
from modelyard.operations.preview_checks import LiveOptions, foresee, live_data, live_line
from modelyard.operations.stack_check import checked
from modelyard.operations.stack_operation import StackOperation, excused
from modelyard.operations.target_resolution import resolve, with_destination
from modelyard.report.result import Report


@with_destination
def preview(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    save_plan: Path | None = None,
    refresh: bool = False,
    offline: bool = False,
    allow_loss: Sequence[str] = (),
) -> Report:
    """Show what a change would do, and change nothing.

    `target` is the target that the stack file states, or `sandbox` to rehearse a stack for Azure; None takes the stack
    file's. `save_plan` is a file for the engine's plan; `refresh` reads what is deployed first. `offline` leaves
    the live check out; `allow_loss` are deployments that may go although Azure makes none of their model again.

    `Report.steps` has one step a resource that would change, `policy_findings` what policies say, `findings` what is
    wrong in the stack file and of the change. `data` has `changes` (counts by Pulumi's operation), `changed`,
    `renamed`, `plan` and `live`, the checks of the live check. The status is FINDINGS where Azure would refuse a part
    of the change, ENGINE where the engine fails, INCONCLUSIVE where a policy could not be verified. Raises
    `cli.target-differs`, TargetMissing, FileUnwritable and failures of the engine, the sandbox and the login that keep
    the preview from beginning.
    """
    if save_plan:
        writable(save_plan)
    loaded, running = excused(checked(project, stack, context, target), target, context, offline=offline)
    if loaded.errors:
        return Report(command="preview", stack=stack, findings=loaded.findings)
    operation = StackOperation.prepare(project, stack, resolve(target, context, loaded), context, running)
    live = LiveOptions(offline, tuple(allow_loss))
    mended = operation.begin(loaded)
    plan = save_plan.absolute() if save_plan else None
    result, foreseen = foresee(operation, loaded, EngineOptions(save_plan=plan, refresh=refresh), live)
    renamed = foreseen.renamed
    kept = tuple(f"{each.told}, and `up` leaves it alone in Azure" for each in renamed if each.kept)
    if plan and renames.keep(operation.stack, foreseen.renamed):  # or the plan would be to create what exists
        result, foreseen = foresee(operation, loaded, EngineOptions(save_plan=plan, refresh=refresh), live)
    if plan and not result.failures:
        plan_record.keep(plan, plan_record.basis(operation, loaded), steps(result), datetime.now(UTC))
    lines = [*mended, f"{stack} in {operation.target.name}:"]
    lines += [planned(result, refreshed=refresh), *kept, *live_line(foreseen)]
    lines += state_only(result, refreshed=refresh)
    return Report(
        command="preview",
        stack=stack,
        findings=(*loaded.findings, *foreseen.findings),
        policy_findings=foreseen.policy_findings,
        resources=foreseen.resources,
        built_ins=foreseen.built_ins,
        steps=steps(result),
        failures=result.failures,
        text="" if result.failures else "\n".join(lines),
        data={
            "changes": dict(result.changes),
            "changed": result.changed,
            "renamed": [each.document for each in renamed],
            "plan": str(plan) if plan and not result.failures else None,
            "live": live_data(foreseen),
        },
    )
