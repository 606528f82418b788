"""The group `models`: what the catalog knows of models, and when they retire."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, Plain, Pointing, Rows, project_around
from modelyard.cli.terminal import context
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
