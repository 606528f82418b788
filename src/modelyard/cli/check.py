"""`modelyard check`: is the stack file right? Reads files only; needs no Pulumi, no network, no login."""

from datetime import date

from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.cli.options import Common
from modelyard.cli.stack_calendar import calendar
from modelyard.cli.target_resolution import stated
from modelyard.config.loader import load
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
    project = Project.find(common.project)
    loaded = load(project, stack, calendar=Calendar.on(on) if on else calendar(), market=Market.load())
    stated(loaded)
    deployments = len(loaded.stack.deployments) if loaded.stack else 0
    mend = "" if loaded.findings else ", nothing to correct"
    return Report(
        command="check",
        stack=stack,
        findings=loaded.findings,
        text=f"{loaded.file.name}: {deployments} deployment{'s' * (deployments != 1)}{mend}" if loaded.stack else "",
        data={"file": str(loaded.file), "deployments": deployments},
    )
