"""The group `pipeline`: what a team's pipeline runs around its stacks."""

from pathlib import Path
from typing import Literal

from modelyard import operations
from modelyard.cli.options import InProject, Plain
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.report.result import Report


def render(host: Literal["github"], *, check: bool = False, common: InProject = InProject()) -> Report:
    """Write the workflow that runs the stacks of a project in GitHub.

    A pull request gets checks, tests of policies and stacks, previews of the stacks that it affects, and one comment.
    What is merged gets a plan, its approval, and `up` with that plan; each night drift is looked for. A second run
    changes nothing.

        modelyard pipeline render github
        modelyard pipeline render github --check     is the file as rendered?

    Parameters
    ----------
    host
        Where the pipeline runs.
    check
        Write nothing; the exit status is 1 where the file isn't as it would be written.

    """
    return operations.render_pipeline(Project.find(common.project), context(), check=check)


def affected(*, since: str, common: InProject = InProject()) -> Report:
    """List the stacks that a change affects, with the files that changed.

    A stack is affected by its file, by a layer that it extends, and by what all stacks share: Pulumi.yaml, the program,
    the requirements and the policies. Files that are not committed count too.

        modelyard pipeline affected --since main...
        modelyard pipeline affected --since HEAD~1 --json | jq -c .data.stacks

    Parameters
    ----------
    since
        The commit before the change; `main...` is the one at which the work left `main`.

    """
    return operations.affected(Project.find(common.project), context(), since=since)


def comment(*reports: Path, link: str = "", output: Path | None = None, common: Plain = Plain()) -> Report:
    """Write one comment for a pull request from the reports of previews.

    Every stack has a row; below, what changes with old and new values, findings and policies. The first line is a
    marker, by which a pipeline finds the comment and writes it anew. Details are left out from where they don't fit.

        modelyard preview prod --json | tee prod.json
        modelyard pipeline comment prod.json --output comment.md
        modelyard pipeline comment *.json --link https://ci.example/42

    Parameters
    ----------
    reports
        Files that hold what `modelyard preview STACK --json` printed.
    link
        Where the whole reports are, for what doesn't fit.
    output
        Write the comment to this file instead of standard output.

    """
    return operations.comment(reports, context(), link=link, output=output)
