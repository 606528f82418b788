"""`modelyard up`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations import stack_update
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
    return stack_update.up(
        Project.find(common.project),
        stack,
        context(yes=yes),
        target=pointing.target,
        plan=plan,
        refresh=refresh,
        smoke=smoke,
        ignore_policies=ignore_policies,
        ignore_quota=ignore_quota,
        replace_account=replace_account,
    )
