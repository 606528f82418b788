"""`modelyard check`: is the stack file right? Reads files only; needs no Pulumi, no network, no login."""

from datetime import date

from modelyard.cli.options import Common
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations import stack_check
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
    return stack_check.check(Project.find(common.project), stack, context(), on=on)
