"""The commands on one stack: `check`, `preview`, `up`, `smoke` and `destroy`."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, Pointing, ProjectSteps
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.failures import Failure
from modelyard.report.result import Report


def check(
    *stacks: str,
    every: Annotated[bool, Parameter(name="--all")] = False,
    on: date | None = None,
    live: bool = False,
    price: bool = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Check a stack file and its layers: every finding at once.

    Reads stacks/Pulumi.STACK.yaml and the layers it extends, and asks the catalog about models, versions, SKUs,
    regions, quota and retirement dates. Nothing is sent anywhere, unless `--live` is given: then the stack's target is
    asked whether it would take the stack now, and nothing is written.

        modelyard check dev
        modelyard check --all                    every stack of the project
        modelyard check dev --live               would Azure take it now?
        modelyard check --all --price            what may a day cost at most?
        modelyard check dev --on 2027-06-01      which models will have retired?
        modelyard check dev --json | jq .findings

    Parameters
    ----------
    stacks
        The stack's name: `dev` for stacks/Pulumi.dev.yaml; several are checked in one go.
    every
        All stacks of the project.
    on
        The day on which retirements are checked. Left out, it is today for a stack for Azure, and for a stack for the
        sandbox the market's day, which `modelyard sandbox clock` shows.
    live
        Ask the target as well: models, versions and SKUs of the region, quota, the account's name and subdomain,
        resource providers, what you may write, and whether the endpoint can be reached. A refusal comes with the way
        out. The exit status is 6 where something could not be asked.
    price
        Add an upper bound of what the deployments may cost a day, in USD: tokens a minute, for 1,440 minutes, at the
        dearer list price of input and output. What has no price in the catalog is unknown, and never 0.

    """
    if pointing.target is not None and not live:
        raise Failure.of("cli.option-without-effect", given="--target", beside="without --live", remedy="add --live")
    project = Project.find(common.project)
    if len(stacks) == 1 and not every:
        return operations.check(project, stacks[0], context(), on=on, live=live, price=price, target=pointing.target)
    if live:
        raise Failure.of(
            "cli.option-without-effect", given="--live", beside="for several stacks", remedy="name one stack"
        )
    return operations.check_stacks(project, stacks, context(), every=every, on=on, price=price)


def preview(
    stack: str,
    *,
    save_plan: Path | None = None,
    refresh: bool = False,
    offline: bool = False,
    allow_loss: tuple[str, ...] = (),
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show what a change would do, and change nothing.

    For example:

        modelyard preview dev
        modelyard preview dev --save-plan plan.json
        modelyard up dev --plan plan.json --yes

    Checks the stack file, then evaluates Azure's policies on the change: those that the stack declares, those in
    policies/azure, and those that `modelyard policy pull` saved. Meanwhile the live check asks the target whether it
    would take the change: models, quota, names, resource providers, your permissions. The exit status is 1 if Azure
    would refuse a part of the change, and 6 if nothing is wrong and a policy could not be verified; what the live check
    could not ask is a note. An account that would be replaced is a warning; `up` replaces it only with
    `--replace-account`. With a saved plan `up` does what was shown, or less.

    Parameters
    ----------
    stack
        The stack's name.
    save_plan
        Write the plan to this file, for `up --plan`. An entry of `access` whose key was renamed is renamed in the state
        too, because the plan would otherwise create what exists.
    refresh
        Read what is deployed first, so that changes made by others are shown.
    offline
        Leave the live check out: the target isn't asked whether it would take the change.
    allow_loss
        A deployment that may be deleted or replaced although Azure makes none of its model again.

    """
    return operations.preview(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        save_plan=save_plan,
        refresh=refresh,
        offline=offline,
        allow_loss=allow_loss,
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
    offline: bool = False,
    allow_loss: tuple[str, ...] = (),
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Declare a stack, then prove with calls that what answers is what was configured.

    For example:

        modelyard up dev                                  in the sandbox
        modelyard up prod --yes                           in a pipeline
        modelyard up prod --target sandbox                a rehearsal

    Checks the stack file, repairs the state if a run was killed, and previews the change. Stops before the first write,
    with exit status 1, if a known policy or the live check says that Azure would refuse a part of the change, if a
    deployment would go that Azure makes none of again, or if the account would be replaced. Against Azure it shows the
    change and asks at a terminal; without a terminal `--yes` is needed. Then it declares the stack, continues if Azure
    refuses one deployment, and calls every deployment on every endpoint that serves it. A second run changes nothing.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.
    plan
        A plan saved by `preview --save-plan`. A change beyond it stops the command before the first write.
    refresh
        Read what is deployed first, so that changes made by others are corrected.
    smoke
        Call the deployments afterwards.
    ignore_policies
        Continue although policies would refuse a part of the change; they are reported, and Azure decides.
    ignore_quota
        Continue although quota doesn't suffice for a part of the change; it is reported, and Azure decides.
    replace_account
        The name of the account that may be deleted with its contents and created again.
    offline
        Leave the live check out: the target isn't asked whether it would take the change.
    allow_loss
        A deployment that may be deleted or replaced although Azure makes none of its model again.

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
        offline=offline,
        allow_loss=allow_loss,
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

    Reads from the stack's state what exists, also after a failed run. Calls every deployment on every endpoint that
    serves its model, `/openai/v1` first, with a token and, if keys are enabled, with a key. Checks rate limits and
    filter annotations of the replies, and that the entries of blocklists are refused. Then checks that keys, principals
    without a role and unknown models are refused. Repeats calls that fail because of the network or a new role
    assignment; never repeats an expected refusal or provokes a rate limit. A deployment that the last run did not
    update is checked as it is; one that it did not create is inconclusive.

    Parameters
    ----------
    stack
        The stack's name.
    select
        Only checks whose id, or whose deployment, matches one of these globs.
    profile
        `liveness` sends one small request to each deployment, and no request that should fail unless a principal is
        named (the default against Azure); `behaviour` runs all checks (the default in the sandbox).
    principal
        Another principal whose calls should be answered. In the sandbox: developer, reader, outsider, pipeline or any
        object id; against Azure its token is read from `MODELYARD_TOKEN_<NAME>`.
    stranger
        A principal whose calls should be refused because it has no role (left out, in the sandbox: outsider).

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

    The contents of the account are deleted first, one by one: Azure keeps a soft-deleted account and its name for 48
    hours, and provisioned deployments in it would still cost money. Declare it again with `account.restore: true`, or
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
