"""Declaring a stack: checks, preview, consent, update, and the proof by calls."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine import renames
from modelyard.engine.failures import EngineFailure
from modelyard.engine.plans import Plan
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.operations import plan_record
from modelyard.operations.changes import planned, state_only, steps, summary
from modelyard.operations.context import OperationContext, answerable, confirmed
from modelyard.operations.outputs_table import overview, tables
from modelyard.operations.preview_checks import LiveOptions, decided, foresee, live_data
from modelyard.operations.stack_check import checked
from modelyard.operations.stack_operation import StackOperation, excused
from modelyard.operations.stack_smoke import drifted, options, provable, prove, spent, warm
from modelyard.operations.target_resolution import resolve, with_destination
from modelyard.report.result import Report


@with_destination
def up(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    plan: Path | None = None,
    refresh: bool = False,
    smoke: bool = True,
    ignore_policies: bool = False,
    ignore_quota: bool = False,
    replace_account: str | None = None,
    offline: bool = False,
    allow_loss: Sequence[str] = (),
) -> Report:
    """Declare a stack, then prove with calls that what answers is what was configured.

    `target` is as for `preview`. `plan` is a file that `preview` saved: what goes beyond it, and any change of what
    it was made from, stops the update before the first write. `smoke=False` leaves the calls out. `ignore_policies`
    and `ignore_quota` let Azure decide on what they name; `replace_account` is the name of the account that may be
    deleted to be made anew. `offline` and `allow_loss` are as for `preview`. A change of Azure needs the consent of
    `context.confirm`.

    `Report.steps` has one step a resource that changed, `checks` the calls, `failures` what Azure refused or why
    nothing was done. `data` has `changes`, `changed`, `outputs` (secrets masked), `missing`, `mended`, `live` (the
    live check's checks) and, where calls were made, `smoke`; of a stopped update `changes`, `changed`, `planned` and
    `live`. The status is FINDINGS where something
    stops the update before the first write or a check fails, REFUSED where Azure refuses a write, INCONCLUSIVE where a
    check could not be decided. Raises `cli.not-confirmed`, `cli.target-differs`, TargetMissing and failures of the
    engine, the sandbox and the login that keep the update from beginning.
    """
    saved = Plan.of_stack(plan, stack) if plan else None
    loaded, running = excused(checked(project, stack, context, target), target, context, offline=offline)
    if loaded.errors:
        return Report(command="up", stack=stack, findings=loaded.findings)
    at = resolve(target, context, loaded)
    answerable(at.target, context)
    operation = StackOperation.prepare(project, stack, at, context, running)
    if smoke:
        warm(operation.target)
    mended = operation.begin(loaded)
    if plan:
        plan_record.hold(plan, plan_record.basis(operation, loaded), datetime.now(UTC))
    result, foreseen = foresee(
        operation, loaded, EngineOptions(refresh=refresh), LiveOptions(offline, tuple(allow_loss))
    )
    foreseen = foreseen.without_quota() if ignore_quota else foreseen
    report = Report(
        command="up",
        stack=stack,
        findings=(*loaded.findings, *foreseen.findings),
        policy_findings=foreseen.policy_findings,
        resources=foreseen.resources,
        built_ins=foreseen.built_ins,
        fails_on=None,  # what Azure refuses is a failure; what it doesn't has been done
    )
    if result.failures:
        return replace(report, steps=steps(result), failures=result.failures)
    stops = foreseen.stops(ignore_policies=ignore_policies, replace_account=replace_account)
    if plan and saved and foreseen.plan and (beyond := saved.exceeded_by(foreseen.plan)):
        stops = (EngineFailure.of("engine.plan-differs", case="beyond", file=plan, differences=beyond), *stops)
    if stops:
        return replace(
            report,
            steps=steps(result),
            failures=stops,
            text=planned(result, refreshed=refresh),
            data={
                "changes": {},
                "changed": False,
                "planned": dict(result.changes),
                "live": live_data(foreseen),
            },
        )
    if result.changed:
        change = f"{stack} in {operation.target.destination}:\n{planned(result, refreshed=refresh)}"
        change = "\n".join([change, *state_only(result, refreshed=refresh)])
        confirmed(f"{change}\nDo this?", operation.target.name, context)
    mended += renames.keep(operation.stack, foreseen.renamed)
    if refresh or plan or not result.settled:
        context.progress.passing(f"  declaring {stack} …")
        result = EngineRun(operation.stack, operation.follow).up(
            EngineOptions(
                yes=True,
                skip_preview=plan is None,
                continue_on_error=True,
                refresh=refresh,
                plan=plan.absolute() if plan else None,
            )
        )
        mended += operation.settle(result)
    context.progress.clear()
    exists = operation.outputs(result)
    # What exists is proved, whatever Azure refused; nothing is asked for somebody who has pressed Ctrl-C.
    proved = prove(exists, operation.target, context) if smoke and provable(exists, result) else ()
    shown = exists.shown
    took = {"smoke": spent(proved, options(operation.target))} if proved else {}
    unchanged = result.succeeded and not result.changed and not refresh
    return replace(
        report,
        findings=(*decided(report.findings), *(drifted(project, stack, proved, context, target) if unchanged else ())),
        checks=proved,
        steps=steps(result),
        failures=result.failures,
        text="\n".join(
            [
                *mended,
                f"{stack} in {operation.target.name}: {summary(result, refreshed=refresh)}",
                *state_only(result, refreshed=refresh),
                "",
                overview(shown, exists.missing),
            ]
        ),
        tables=tables(shown),
        data={
            "changes": dict(result.changes),
            "changed": result.changed,
            "outputs": shown,
            "missing": list(exists.missing),
            "mended": list(mended),
            "live": live_data(foreseen),
            **took,
        },
    )
