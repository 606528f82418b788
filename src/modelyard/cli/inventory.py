"""The commands about what runs already, whoever deployed it: what there is, what fits, taking it in, giving it back."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, InProject, Pointing, Rows, project_around
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.report.result import Report


def inventory(
    *,
    scope: str = "subscription",
    tag: tuple[str, ...] = (),
    rows: Rows = Rows(),
    html: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show every model deployment that runs at a scope, one row each. Writes nothing to Azure.

    For example:

        modelyard inventory --target azure
        modelyard inventory --target azure --scope <id>
        modelyard inventory --target azure --tag owner --csv models.csv
        modelyard inventory --target sandbox --json | jq .data.toKnow

    Needs the role Reader at the scope, and neither a project nor a state. Shows models, SKUs, limits, the day of
    retirement by SKU, what is left of the quota, whether keys and the public network are on, and which policies would
    refuse a deployment today. Ends with three things to know: what retires within 90 days, what is full, what is open.
    What may not be read is told with the permission that is missing, and its cells are unknown; the exit status is 6
    then.

    Parameters
    ----------
    scope
        `subscription`, or the id of a subscription, a resource group, an account or a management group.
    tag
        A tag of the accounts to show as a column; again for more.
    html
        Also write the result as an HTML page to this file.

    """
    return operations.inventory(scope, context(), target=pointing.target, tags=tag, csv=rows.csv, html=html)


def drift(
    *stacks: str,
    every: Annotated[bool, Parameter(name="--all")] = False,
    write: tuple[str, ...] = (),
    rows: Rows = Rows(),
    html: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Compare what stacks declare with what Azure has, whoever changed it. Writes nothing to Azure.

    For example:

        modelyard drift dev
        modelyard drift --all --sarif drift.sarif
        modelyard drift dev --write chat --write strict
        modelyard drift dev --write '*'

    `preview` compares with the stack's state, which knows nothing of changes made by others; this asks Azure, with
    the role Reader and without the engine. Shows each member as declared → in Azure, with the line of the stack file.
    What Microsoft changed by itself, as a version that it may upgrade, is told apart; so is what stands in the account
    and no stack declares. The exit status is 1 if somebody changed or deleted what is declared, and 6 if something
    can't be read.

    Parameters
    ----------
    every
        All stacks of the project.
    write
        A resource whose values in Azure are accepted, or a glob: they are written into the stack's own file, never into
        a layer. The file is compared again, and stays as it was where no edit says it.
    html
        Also write the result as an HTML page to this file.

    """
    return operations.drift(
        Project.find(common.project),
        stacks,
        context(),
        every=every,
        target=pointing.target,
        write=write,
        csv=rows.csv,
        html=html,
    )


def quota(
    *stacks: str,
    every: Annotated[bool, Parameter(name="--all")] = False,
    scope: str | None = None,
    used: bool = False,
    html: Path | None = None,
    rows: Rows = Rows(),
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Add up what stacks declare and what runs, and compare it with the quota there is.

    For example:

        modelyard quota --all               do all stacks fit together?
        modelyard quota dev prod --target sandbox
        modelyard quota --scope subscription --target azure

    Two changes that fit alone may not fit together. Quotas are added up where Azure counts them: in a region, in a data
    zone, or for all regions at once. A deployment that runs already is counted once. The exit status is 1 where
    everything together doesn't fit, and 6 where a quota can't be read.

    Parameters
    ----------
    stacks
        Names of stacks.
    every
        All stacks of the project.
    scope
        Show the quotas that the deployments at a scope draw on: `subscription`, or the id of a scope.
    used
        Also show quotas of which something is used and that no stack draws on.
    html
        Also write the result as an HTML page to this file.

    """
    return operations.quota(
        project_around(common.project),
        stacks,
        context(),
        every=every,
        scope=scope,
        target=pointing.target,
        used=used,
        csv=rows.csv,
        html=html,
    )


def adopt(
    scope: str,
    *,
    out: Path | None = None,
    preview: Annotated[bool, Parameter(negative="--no-preview")] = True,
    terraform_state: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Write stack files for the accounts that run at a scope. Writes nothing to Azure.

    For example:

        modelyard adopt <id> --target azure
        modelyard adopt subscription --target azure --no-preview
        modelyard adopt <id> --terraform-state state.json
        modelyard adopt subscription --target sandbox --json

    One stack file an account: the account, its deployments, content filters, blocklists, projects, connections, locks,
    diagnostic settings and the role assignments at it; what several have in common is a layer. Each file is compared
    with ARM before it is written, and each stack is previewed: nothing may change. What a file can't say is named,
    with the reason, and the account around it is only read then, so that neither `up` nor `destroy` touches it. The
    resource group is always only read. Secrets are neither read nor written. Accounts that a stack of the project has
    are left as they are, and so are existing files. The exit status is 1 where a preview would change something, and 6
    where something could not be read.

    Parameters
    ----------
    scope
        `subscription`, or the id of a subscription, a resource group, an account or a management group.
    out
        The folder of the new files; the project's folder of stack files where it isn't given. With another folder no
        preview is made.
    preview
        Preview each new stack with the engine. Without it the first preview takes the resources into the state.
    terraform_state
        What `terraform show -json` printed: the `removed` blocks are shown that make Terraform let go.

    """
    return operations.adopt(
        Project.find(common.project),
        scope,
        context(),
        target=pointing.target,
        out=out,
        preview=preview,
        terraform_state=terraform_state,
    )


def detach(
    stack: str,
    *,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: InProject = InProject(),
) -> Report:
    """Let a stack forget its resources. They stay in Azure as they are.

    For example:

        modelyard detach dev                              in the sandbox
        modelyard detach prod --yes                       in a pipeline
        modelyard detach prod --yes --json | jq -r .data.resources[].id

    The ARM ids of what it gives back are listed, for another tool to import. Only the state is changed; the stack's
    file stays, and is yours to remove. Of a stack in Azure a terminal is asked first, and without a terminal `--yes`
    is needed.

    Parameters
    ----------
    stack
        The stack's name.
    yes
        Don't ask. In the sandbox nobody is asked; of a stack in Azure, without a terminal, it is needed.

    """
    return operations.detach(Project.find(common.project), stack, context(yes=yes), target=pointing.target)
