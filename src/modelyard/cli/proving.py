"""Smoke tests as commands run them: with progress, and with budgets that suit the target."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from threading import Thread
from typing import Literal

from modelyard.cli import somebody
from modelyard.cli.progress import Progress
from modelyard.engine.stack import Output
from modelyard.report.result import Check, Outcome
from modelyard.target import DATA_PLANE_SCOPE, Target

ProfileName = Literal["liveness", "behaviour"]

# In the sandbox nothing propagates unless its clock says so. Its limits do last a minute, as Azure's do.
SANDBOX_BUDGET, SANDBOX_PROPAGATION = 70.0, 5.0

# Of the sandbox's directory, and without a role unless somebody gives it one.
OUTSIDER = "outsider"


def warm(target: Target) -> None:
    """Load what a proof needs and get its token, while the engine is at work; whatever fails is told by the proof."""

    def load() -> None:
        from modelyard import smoke  # noqa: F401 - loading it is the point

        with suppress(Exception):
            target.credential().get_token(DATA_PLANE_SCOPE)

    Thread(target=load, daemon=True).start()


def prove(
    outputs: Mapping[str, Output],
    target: Target,
    progress: Progress,
    *,
    select: tuple[str, ...] = (),
    profile: ProfileName | None = None,
    principals: tuple[str, ...] = (),
    strangers: tuple[str, ...] | None = None,
) -> tuple[Check, ...]:
    """The checks of a stack. Unasked, Azure gets one small request a deployment and nothing that alarms.

    `principals` should be answered too, and `strangers` refused: in the sandbox its outsider, unless others are named.
    """
    from modelyard import smoke

    done: list[Check] = []

    def tell(check: Check) -> None:
        done.append(check)
        progress.passing(f"  proving: {len(done)} checks, {check.subject}")

    in_sandbox = target.name == "sandbox"
    options = smoke.Options(
        profile=smoke.Profile(profile or ("behaviour" if in_sandbox else "liveness")), select=select, progress=tell
    )
    if in_sandbox:
        options = replace(options, budget=SANDBOX_BUDGET, propagation=SANDBOX_PROPAGATION)
    if strangers is None:
        strangers = (OUTSIDER,) if in_sandbox else ()
    checks = smoke.run(
        {name: output.value for name, output in outputs.items()},
        target,
        options,
        principals={name: partial(somebody.token, target, name) for name in principals},
        strangers={name: partial(somebody.token, target, name) for name in strangers},
    )
    progress.clear()
    return checks


def proved(checks: tuple[Check, ...]) -> bool:
    """Whether everything that was asked was answered as expected."""
    return all(check.outcome in {Outcome.PASSED, Outcome.SKIPPED} for check in checks)
