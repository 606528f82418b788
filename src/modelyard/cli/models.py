"""The group `models`: what the catalog knows of models, when they retire, and what moves deployments to others."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, Plain, Pointing, Rows, project_around
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.report.result import Report


def show(model: str, *, common: Plain = Plain()) -> Report:
    """Show everything the catalog has of one model: versions, SKUs, regions, limits, retirement, sources.

    Asks nothing of Azure.

        modelyard models show gpt-5.6-terra
        modelyard models show gpt-4.1@2025-04-14 --json

    Parameters
    ----------
    model
        The model's name, or name@version.

    """
    return operations.show_model(model, context())


def search(
    *words: str,
    region: str = "",
    sku: str = "",
    publisher: str = "",
    retired: bool = False,
    rows: Rows = Rows(),
    common: Plain = Plain(),
) -> Report:
    """Search the catalog for models that can be deployed.

    Asks nothing of Azure. A model that no table covers may be offered all the same; such models are counted.

        modelyard models search gpt-5 mini
        modelyard models search --region swedencentral --sku Standard
        modelyard models search --publisher Anthropic --csv models.csv

    Parameters
    ----------
    words
        Words that name, version or publisher have, all of them.
    region
        Only models that a table offers in this region.
    sku
        Only models that a table offers with this SKU.
    publisher
        Only models of this publisher.
    retired
        Also show models that have retired.

    """
    return operations.search_models(
        " ".join(words), context(), region=region, sku=sku, publisher=publisher, retired=retired, csv=rows.csv
    )


def retirements(
    *stacks: str,
    every: Annotated[bool, Parameter(name="--all")] = False,
    scope: str | None = None,
    within: str = "",
    ics: Path | None = None,
    rows: Rows = Rows(),
    html: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show when the models of deployments retire, soonest first.

    For example:

        modelyard models retirements --all
        modelyard models retirements --all --within 90d --ics days.ics
        modelyard models retirements --scope subscription --target azure

    Of stacks it reads the files and asks the catalog, and nothing else. Of a scope it reads what runs there; each day
    is the one that Azure states for the SKU. A day of the catalog that has merely passed is a warning, since Microsoft
    has moved such days.

    Parameters
    ----------
    stacks
        Names of stacks.
    every
        All stacks of the project.
    scope
        Read what runs: `subscription`, or the id of a subscription, resource group, account or management group.
    within
        A period: 90d, 12w, 6m, 1y. What retires in it is an error.
    ics
        Also write the days as an iCalendar file.
    html
        Also write the result as an HTML page to this file.

    """
    return operations.retirements(
        project_around(common.project),
        stacks,
        context(),
        every=every,
        scope=scope,
        target=pointing.target,
        within=within,
        ics=ics,
        csv=rows.csv,
        html=html,
    )


def bump(
    old: str,
    new: str,
    *,
    stack: tuple[str, ...] = (),
    beside: bool = False,
    gate: str = "",
    offline: bool = False,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Move deployments to another model or version, in the stack files.

    For example:

        modelyard models bump gpt-5.4 gpt-5.6-terra@2026-07-09
        modelyard models bump gpt-5.4@2026-03-05 gpt-5.6-terra@2026-07-09 --yes
        modelyard models bump gpt-5.4 gpt-5.6-terra@2026-07-09 --beside --stack dev
        modelyard models bump OLD NEW --yes --beside --gate 'python evals/run.py'

    Shows the edits of the stacks' own files, with comments and layout kept, and the quota now and after them. Asks a
    terminal before it writes; without a terminal nothing is written unless `--yes` is given. Nothing is written if an
    edited file would have an error or quota doesn't suffice (exit status 1). `up` then declares what was written.

    With `--beside` the old deployments stay, and new ones are declared beside them under names of their own. With
    `--gate` the stacks are updated, smoke calls both, and the command runs for each of them with MODELYARD_ENDPOINT,
    MODELYARD_DEPLOYMENT, MODELYARD_MODEL and MODELYARD_STACK in its environment; it passes with exit status 0. Then
    the edit is printed that swaps the two, or takes the new one away.

    Parameters
    ----------
    old
        A model's name, or name@version.
    new
        name@version.
    stack
        Only this stack; again for more. Left out, all stacks of the project.
    beside
        Leave the old deployments, and declare the new ones beside them.
    gate
        A command that decides; it is run without a shell, in the project's folder.
    offline
        Leave quota out: the target isn't asked.
    yes
        Write the files without asking, and with `--gate` change Azure.

    """
    return operations.bump_models(
        Project.find(common.project),
        old,
        new,
        context(yes=yes),
        stacks=stack,
        beside=beside,
        gate=gate,
        offline=offline,
        target=pointing.target,
    )
