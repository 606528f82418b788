"""Smoke tests as commands run them: with progress, and with budgets that suit the target."""

from collections.abc import Mapping

from modelyard import smoke
from modelyard.cli.progress import Progress
from modelyard.engine.stack import Output
from modelyard.report.result import Check, Outcome
from modelyard.smoke import Options, Profile
from modelyard.target import Target

# In the sandbox nothing propagates unless its clock says so, and nobody waits for real minutes.
SANDBOX_BUDGET = 5.0


def prove(
    outputs: Mapping[str, Output],
    target: Target,
    progress: Progress,
    *,
    select: tuple[str, ...] = (),
    profile: Profile | None = None,
) -> tuple[Check, ...]:
    """The checks of a stack. Unasked, Azure gets one small request a deployment and nothing that alarms."""
    done: list[Check] = []

    def tell(check: Check) -> None:
        done.append(check)
        progress.passing(f"  proving: {len(done)} checks, {check.subject}")

    in_sandbox = target.name == "sandbox"
    options = Options(
        profile=profile or (Profile.BEHAVIOUR if in_sandbox else Profile.LIVENESS), select=select, progress=tell
    )
    if in_sandbox:
        options = Options(
            profile=options.profile,
            select=select,
            progress=tell,
            budget=SANDBOX_BUDGET,
            propagation=SANDBOX_BUDGET,
        )
    checks = smoke.run({name: output.value for name, output in outputs.items()}, target, options)
    progress.clear()
    return checks


def proved(checks: tuple[Check, ...]) -> bool:
    """Whether everything that was asked was answered as expected."""
    return all(check.outcome in {Outcome.PASSED, Outcome.SKIPPED} for check in checks)
