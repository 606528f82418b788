"""`modelyard up`."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.changes import planned, steps, summary
from modelyard.cli.confirmation import answerable, confirmed
from modelyard.cli.options import Common, Pointing
from modelyard.cli.outputs_table import overview
from modelyard.cli.preview_checks import decided, foresee
from modelyard.cli.progress import Progress
from modelyard.cli.smoke_runner import options, provable, prove, spent, warm
from modelyard.cli.stack_operation import StackOperation, checked
from modelyard.cli.target_resolution import resolve
from modelyard.display import shown as legible
from modelyard.engine import last_run, renames
from modelyard.engine.failures import PlanDiffers
from modelyard.engine.options import EngineOptions
from modelyard.engine.plans import Plan
from modelyard.engine.run import EngineRun
from modelyard.findings import Severity
from modelyard.report.result import Report


def up(
    stack: str,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    plan: Path | None = None,
    refresh: bool = False,
    smoke: Annotated[bool, Parameter(negative="--no-smoke")] = True,
    ignore_policies: bool = False,
    ignore_quota: bool = False,
    replace_account: str | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Declare a stack, then prove with calls that what answers is what was configured.

    For example:

        modelyard up dev                                  in the sandbox
        modelyard up prod --yes                           in a pipeline
        modelyard up prod --target sandbox                a rehearsal

    Checks the stack file, mends what a killed run left behind, and previews the change. It stops before the first
    write, with exit status 1, where policies that are known would refuse a part of it, where quota or a soft-deleted
    account is in its way, or where the account would be deleted to be made anew. Against Azure it shows the change and
    asks a terminal; without a terminal `--yes` is needed, and in the sandbox nobody is asked. Then it declares the
    stack, going on when Azure refuses one deployment, and calls every deployment on every endpoint that serves it. A
    second run changes nothing and says so.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.
    plan
        A plan saved by `preview --save-plan`. What would be done beyond it stops the command before the first write.
    refresh
        Read what is deployed first, so that changes made elsewhere are set right.
    smoke
        Prove the result with calls afterwards.
    ignore_policies
        Go on although policies would refuse a part of the change; they are told all the same, and Azure decides.
    ignore_quota
        Go on although quota doesn't suffice for a part of the change; it is told all the same, and Azure decides.
    replace_account
        The name of the account that may be deleted, with all that is in it, for another one to be made.

    """
    saved = Plan.of_stack(plan, stack) if plan else None
    project, loaded = checked(stack, common, pointing.target)
    if any(finding.severity is Severity.ERROR for finding in loaded.findings):
        return Report(command="up", stack=stack, findings=loaded.findings)
    at = resolve(pointing, loaded)
    answerable(at.target, yes=yes)
    operation = StackOperation.prepare(project, stack, at, Progress())
    if smoke:
        warm(operation.target)
    mended = operation.begin()
    result, foreseen = foresee(operation, loaded, EngineOptions(refresh=refresh))
    foreseen = foreseen.without_quota() if ignore_quota else foreseen
    report = Report(
        command="up",
        stack=stack,
        findings=(*loaded.findings, *foreseen.findings),
        rulings=foreseen.rulings,
        resources=foreseen.resources,
        fails_on=None,  # what Azure refuses is a failure; what it doesn't has been done
    )
    if result.failures:
        return replace(report, steps=steps(result), failures=result.failures)
    stops = foreseen.stops(ignore_policies=ignore_policies, replace_account=replace_account)
    if plan and saved and foreseen.plan and (beyond := saved.exceeded_by(foreseen.plan)):
        stops = (PlanDiffers(plan, beyond), *stops)
    if stops:
        return replace(
            report,
            steps=steps(result),
            failures=stops,
            text=planned(result, refreshed=refresh),
            data={"changes": {}, "changed": False, "planned": dict(result.changes)},
        )
    if operation.target.name == "azure" and not yes and result.changed:
        plan_of_it = f"{stack} in {operation.target.destination}:\n{planned(result, refreshed=refresh)}\n"
        sys.stderr.write(legible(plan_of_it))
        confirmed("Do this?", operation.target.name, yes=yes)
    mended += renames.keep(operation.stack, foreseen.renamed)
    if refresh or plan or not result.settled:
        result = EngineRun(operation.stack, operation.follow).up(
            EngineOptions(
                yes=True,
                skip_preview=plan is None,
                continue_on_error=True,
                refresh=refresh,
                plan=plan.absolute() if plan else None,
            )
        )
    operation.progress.clear()
    exists = operation.outputs(result)
    # What exists is proved, whatever Azure refused; nothing is asked for somebody who has pressed Ctrl-C.
    proved = prove(exists, operation.target, operation.progress) if smoke and provable(exists, result) else ()
    shown = exists.shown
    took = {"smoke": spent(proved, options(operation.target))} if proved else {}
    unchanged = result.succeeded and not result.changed and not refresh
    return replace(
        report,
        findings=(*decided(report.findings), *(last_run.elsewhere(stack, proved) if unchanged else ())),
        checks=proved,
        steps=steps(result),
        failures=result.failures,
        text="\n".join(
            [
                *mended,
                f"{stack} in {operation.target.name}: {summary(result, refreshed=refresh)}",
                "",
                overview(shown, exists.missing),
            ]
        ),
        data={
            "changes": dict(result.changes),
            "changed": result.changed,
            "outputs": shown,
            "missing": list(exists.missing),
            "mended": list(mended),
            **took,
        },
    )
