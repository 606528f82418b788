"""The commands on one stack: `check`, `preview`, `up`, `smoke` and `destroy`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, Pointing, ProjectSteps
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.report.result import Report


def check(stack: str, *, on: date | None = None, common: Common = Common()) -> Report:
    """Check a stack file and its layers: every finding at once.

    Reads stacks/Pulumi.STACK.yaml and the layers it extends, and asks the catalog about models, versions, SKUs,
    regions, quota and retirement dates. Nothing is sent anywhere.

        modelyard check dev
        modelyard check dev --on 2027-06-01      which models will have retired?
        modelyard check dev --json | jq .findings

    Parameters
    ----------
    stack
        The stack's name: `dev` for stacks/Pulumi.dev.yaml.
    on
        The day to judge by. Left out, it is today for a stack that goes to Azure; for one that goes to the sandbox
        models retire by the market's day there, which `modelyard sandbox clock` tells.

    """
    return operations.check(Project.find(common.project), stack, context(), on=on)


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
    return operations.preview(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        save_plan=save_plan,
        refresh=refresh,
    )


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
    return operations.up(
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


def smoke(
    stack: str,
    *,
    select: tuple[str, ...] = (),
    profile: Literal["liveness", "behaviour"] | None = None,
    principal: tuple[str, ...] = (),
    stranger: tuple[str, ...] = (),
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Prove with calls that what answers is what was configured.

    For example:

        modelyard smoke dev -v                              what each check saw
        modelyard smoke dev --select 'account.*' --select chat
        modelyard smoke prod --junit smoke.xml
        modelyard smoke dev --select 'access.*' --principal developer

    Reads from the stack's state what exists, after a run that failed as well, and calls every deployment on every
    endpoint that serves its model, `/openai/v1` first, with a token and, where keys are on, with a key; looks at the
    limits and annotations in the replies, and that entries of blocklists are refused where they should be; then that
    keys, strangers and unknown models are refused. What the network or a role assignment still needs time for is tried
    again; an expected refusal never is, and no limit is provoked. A deployment that the last run did not update is
    asked for what it has, and one that it did not create is inconclusive.

    Parameters
    ----------
    stack
        The stack's name.
    select
        Only checks whose id, or whose deployment, matches one of these globs.
    profile
        `liveness` sends one small request to each deployment and nothing that is meant to fail, unless somebody is
        named below (the default against Azure); `behaviour` asks everything (the default in the sandbox).
    principal
        Somebody else who should be answered. The sandbox plays everybody (developer, reader, outsider, pipeline, any
        object id); against Azure a token is read from `MODELYARD_TOKEN_<NAME>`.
    stranger
        Somebody who should be refused for want of a role (in the sandbox: outsider, unless others are named).

    """
    return operations.smoke(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        select=select,
        profile=profile,
        principals=principal,
        strangers=stranger,
    )


def destroy(
    stack: str,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: ProjectSteps = ProjectSteps(),
) -> Report:
    """Delete everything a stack declared.

    For example:

        modelyard destroy dev                             in the sandbox
        modelyard destroy prod --target azure --yes       in a pipeline

    What is in the account goes first, one by one: Azure keeps the account for 48 hours as a soft-deleted one, with its
    name, and provisioned deployments in it would go on costing money. Declare it again with `account.restore: true`, or
    purge it. Against Azure a terminal is asked first, and without a terminal `--yes` is needed. In the sandbox nobody
    is asked.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.

    """
    return operations.destroy(Project.find(common.project), stack, context(yes=yes), target=pointing.target)
