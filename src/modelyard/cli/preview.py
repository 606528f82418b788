"""`modelyard preview`."""

from pathlib import Path

from modelyard.cli.operation import Operation, changed, checked, planned
from modelyard.cli.options import Common, Pointing
from modelyard.cli.progress import Progress
from modelyard.engine.options import Options
from modelyard.engine.run import Run
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

    Checks the stack file first. A saved plan holds `up` to what was shown, and nothing more.

    Parameters
    ----------
    stack
        The stack's name.
    save_plan
        Write the plan to this file, for `up --plan`.
    refresh
        Read what is deployed first, so that changes made elsewhere show.

    """
    project, loaded = checked(stack, common)
    if any(finding.severity is Severity.ERROR for finding in loaded.findings):
        return Report(command="preview", stack=stack, target=pointing.target, findings=loaded.findings)
    operation = Operation.prepare(project, stack, pointing.target, Progress())
    operation.begin()
    plan = save_plan.absolute() if save_plan else None
    result = Run(operation.stack, operation.follow).preview(Options(save_plan=plan, refresh=refresh))
    operation.progress.clear()
    return Report(
        command="preview",
        stack=stack,
        target=pointing.target,
        findings=loaded.findings,
        failures=result.failures,
        text="" if result.failures else f"{stack} in {pointing.target}:\n{planned(result)}",
        data={"changes": dict(result.changes), "changed": changed(result), "plan": str(plan) if plan else None},
    )
