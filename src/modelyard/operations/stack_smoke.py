"""Proving with calls that what answers is what was configured: with progress, and with budgets that suit the target."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from modelyard.azure.target import DATA_PLANE_SCOPE, Target
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine import last_run
from modelyard.engine.failures import Interrupted
from modelyard.engine.result import Result
from modelyard.engine.state_outputs import StackOutputs
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.operations import principal_tokens
from modelyard.operations.context import OperationContext
from modelyard.operations.stack_operation import StackOperation, located
from modelyard.operations.target_resolution import with_destination
from modelyard.report.result import Check, Outcome, Report

if TYPE_CHECKING:  # what the proof needs takes a while to load, and most commands prove nothing
    from modelyard.smoke import SmokeOptions

ProfileName = Literal["liveness", "behaviour"]

SmokeDocument: TypeAlias = dict[str, Any]
"""`data["smoke"]` of a report: calls, seconds of waiting, and the budgets they are within."""

# In the sandbox nothing propagates unless its clock says so. Its limits do last a minute, as Azure's do.
SANDBOX_BUDGET, SANDBOX_PROPAGATION = 70.0, 5.0

# Of the sandbox's directory, and without a role unless somebody gives it one.
OUTSIDER = "outsider"


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
    or nothing was proved. Raises StackMissing, `cli.target-differs`, TargetMissing, and failures of the engine, the
    sandbox and the login that keep the checks from beginning.
    """
    operation = StackOperation.prepare(project, stack, located(project, stack, target, context), context)
    operation.must_exist()
    context.progress.passing(f"  reading what exists of {stack} …")
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
        findings=found or drifted(project, stack, checks, context, target),
        checks=checks,
        text=told(took),
        data={"smoke": took, "marked": dict(there.marked()), "missing": list(there.missing)},
    )


def drifted(
    project: Project, stack: str, checks: tuple[Check, ...], context: OperationContext, target: TargetName | None
) -> tuple[Finding, ...]:
    """Why checks did not pass on a stack whose last run ended well: what others changed in Azure, where they did.

    As warnings: the checks decide the status. Where nothing can be compared, it stays the likely reason.
    """
    likely = last_run.elsewhere(stack, checks)
    if not likely:
        return ()
    from modelyard.operations.stack_drift import reasons

    try:
        found = reasons(project, stack, context, target)
    except Failure:
        return likely
    return (*likely, *(replace(each, severity=Severity.WARNING) for each in found)) if found else likely


def warm(target: Target) -> None:
    """Load what a proof needs and get its token, while the engine is at work; whatever fails is told by the proof."""

    def load() -> None:
        from modelyard import smoke  # noqa: F401 - loading it is the point

        with suppress(Exception):
            target.credential().get_token(DATA_PLANE_SCOPE)

    Thread(target=load, daemon=True).start()


def prove(
    stack: StackOutputs,
    target: Target,
    context: OperationContext,
    *,
    select: tuple[str, ...] = (),
    profile: ProfileName | None = None,
    principals: tuple[str, ...] = (),
    strangers: tuple[str, ...] | None = None,
) -> tuple[Check, ...]:
    """The checks of what exists of a stack. Unasked, Azure gets one small request a deployment and nothing that alarms.

    `principals` should be answered too, and `strangers` refused: in the sandbox its outsider, unless others are named.
    """
    from modelyard import smoke

    chosen = options(target, profile, select)
    done: list[Check] = []

    def tell(check: Check) -> None:
        done.append(check)
        context.progress.passing(f"  proving: {len(done)} checks, {check.subject}")

    if strangers is None:
        strangers = (OUTSIDER,) if _in_sandbox(target) and chosen.profile is smoke.Profile.BEHAVIOUR else ()
    checks = smoke.run(
        {name: output.value for name, output in stack.outputs.items()},
        target,
        replace(chosen, progress=tell),
        principals={name: partial(principal_tokens.token_of, context, target, name) for name in principals},
        strangers={name: partial(principal_tokens.token_of, context, target, name) for name in strangers},
        missing=stack.missing,
        keys_lost="keys" in stack.lost,
    )
    context.progress.clear()
    return checks


def provable(stack: StackOutputs, result: Result) -> bool:
    """Whether there is something to ask after a run, and nobody has interrupted it."""
    needed = ("inferenceEndpoint", "deployments")
    there = all(name in stack.outputs and stack.outputs[name].value for name in needed)
    return there and not any(isinstance(each, Interrupted) for each in result.failures)


def options(target: Target, profile: ProfileName | None = None, select: tuple[str, ...] = ()) -> "SmokeOptions":
    """What is asked of a target, and how long is waited there."""
    from modelyard.smoke import Profile, SmokeOptions

    if _in_sandbox(target):
        return SmokeOptions(
            Profile(profile or "behaviour"), select, budget=SANDBOX_BUDGET, propagation=SANDBOX_PROPAGATION
        )
    return SmokeOptions(Profile(profile or "liveness"), select)


def _in_sandbox(target: Target) -> bool:
    return target.name == "sandbox"


def spent(checks: Iterable[Check], within: "SmokeOptions") -> SmokeDocument:
    """What a proof took of what it may take: calls and seconds of waiting, for a machine."""
    asked = [check for check in checks if check.attempts]
    return {
        "profile": str(within.profile),
        "calls": sum(check.attempts for check in asked),
        "repeated": sum(check.attempts - 1 for check in asked),
        "waited": round(max((check.waited for check in asked), default=0.0), 3),
        "budget": within.budget,
        "propagation": within.propagation,
        "timeout": within.timeout,
    }


def told(took: SmokeDocument) -> str:
    """The same for people, in one line."""
    if not took["calls"]:
        return f"{took['profile']}: nothing was asked"
    again = f", {took['repeated']} of them again, the longest wait {took['waited']:.1f} s" if took["repeated"] else ""
    return (
        f"{took['profile']}: {took['calls']} call{'s' if took['calls'] > 1 else ''}{again}; "
        f"a check may wait {took['budget']:.0f} s, and {took['propagation']:.0f} s for what propagates"
    )


def proved(checks: tuple[Check, ...]) -> bool:
    """Whether everything that was asked was answered as expected, and anything was proved at all."""
    outcomes = {check.outcome for check in checks}
    wrong = outcomes & {Outcome.FAILED, Outcome.INCONCLUSIVE}
    return not wrong and (Outcome.PASSED in outcomes or Outcome.NOT_PROVED not in outcomes)
