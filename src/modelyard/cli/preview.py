"""`modelyard preview`."""

from pathlib import Path

from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations import stack_preview
from modelyard.report.result import Report


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
    return stack_preview.preview(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        save_plan=save_plan,
        refresh=refresh,
    )
