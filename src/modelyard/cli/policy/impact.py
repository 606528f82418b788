"""`modelyard policy impact`."""

from pathlib import Path
from typing import Literal

from modelyard.cli.options import Common
from modelyard.cli.process_context import context
from modelyard.operations import policy_impact
from modelyard.report.result import Report


def impact(
    *,
    base: str,
    stacks: tuple[str, ...] = (),
    from_epac: Path | None = None,
    environment: str = "",
    management_group: tuple[str, ...] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
    common: Common = Common(),
) -> Report:
    """Show what a change of policies would do to the stacks, before it is merged.

    For example:

        modelyard policy impact --base main
        modelyard policy impact --base main... --stacks dev --stacks prod

    Compares the policies in the work tree with those at a commit: a project's definitions in policies/azure and
    what its stack files assign, or a repository of EPAC. Both are put to the resources that the stack files
    declare now, so that only effects of the change are shown: what would newly be denied or reported, and what
    would be allowed again. The work tree is not changed, and nothing is sent anywhere.

        modelyard policy impact --base main --from-epac . --environment tenant

    Parameters
    ----------
    base
        A commit, branch or tag; with three dots (`main...`) the commit at which the work left it.
    stacks
        Stacks of the project, stack files, state exports (`pulumi stack export`), or folders of them; again for
        more. Without any, all stacks of the project.
    from_epac
        A folder with a repository of EPAC, whose policies are compared in place of the project's.
    environment
        The environment of that repository: a pacSelector in its global-settings.jsonc.
    management_group
        A management group above the stacks' subscriptions, by name or id; again for more. Without any, all count
        to which something is assigned.
    fail_on
        The lowest severity that makes the exit status 1: error (newly denied), warning (newly reported), note.

    """
    return policy_impact.impact(
        common.project,
        context(),
        base=base,
        stacks=stacks,
        from_epac=from_epac,
        environment=environment,
        management_groups=management_group,
        fail_on=fail_on,
    )
