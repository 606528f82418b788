"""`modelyard preview`."""

from pathlib import Path

from modelyard.cli.changes import planned, steps
from modelyard.cli.options import Common, Pointing
from modelyard.cli.output_files import writable
from modelyard.cli.preview_checks import foresee
from modelyard.cli.progress import Progress
from modelyard.cli.stack_operation import StackOperation, checked
from modelyard.cli.target_resolution import resolve
from modelyard.engine import renames
from modelyard.engine.options import EngineOptions
from modelyard.findings import Severity
from modelyard.report.result import Report


def preview(
    stack: str,
    *,
    save_plan: Path | None = None,
    refresh: bool = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show what a change would do, and change nothing.

    For example:

        modelyard preview dev
        modelyard preview dev --save-plan plan.json
        modelyard up dev --plan plan.json --yes

    Checks the stack file first, and tells what Azure's policies would say of the change: those that the stack
    declares, those in policies/azure, and what `modelyard policy pull` kept of those in force. The exit status is 1
    where a policy, quota or a soft-deleted account would have Azure refuse a part of it, and 6 where nothing speaks
    against it and something could not be verified. An account that would be replaced is a warning here; `up` needs
    leave for it. A saved plan holds `up` to what was shown, and nothing more.

    Parameters
    ----------
    stack
        The stack's name.
    save_plan
        Write the plan to this file, for `up --plan`. An entry of `access` that is only called otherwise gets its new
        name in the state for that, or the plan would be to create what exists.
    refresh
        Read what is deployed first, so that changes made elsewhere show.

    """
    if save_plan:
        writable(save_plan)
    project, loaded = checked(stack, common, pointing.target)
    if any(finding.severity is Severity.ERROR for finding in loaded.findings):
        return Report(command="preview", stack=stack, findings=loaded.findings)
    operation = StackOperation.prepare(project, stack, resolve(pointing, loaded), Progress())
    operation.begin()
    plan = save_plan.absolute() if save_plan else None
    result, foreseen = foresee(operation, loaded, EngineOptions(save_plan=plan, refresh=refresh))
    renamed = foreseen.renamed
    kept = tuple(f"{each.told}, and `up` leaves it alone in Azure" for each in renamed if each.kept)
    if plan and renames.keep(operation.stack, foreseen.renamed):  # or the plan would be to create what exists
        result, foreseen = foresee(operation, loaded, EngineOptions(save_plan=plan, refresh=refresh))
    return Report(
        command="preview",
        stack=stack,
        findings=(*loaded.findings, *foreseen.findings),
        rulings=foreseen.rulings,
        resources=foreseen.resources,
        steps=steps(result),
        failures=result.failures,
        text=""
        if result.failures
        else "\n".join([f"{stack} in {operation.target.name}:", planned(result, refreshed=refresh), *kept]),
        data={
            "changes": dict(result.changes),
            "changed": result.changed,
            "renamed": [each.document for each in renamed],
            "plan": str(plan) if plan and not result.failures else None,
        },
    )
