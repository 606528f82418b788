"""`modelyard audit`: what policies say of a stack file, a preview, a state export, or of what stands in Azure."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from modelyard import operations
from modelyard.cli.options import Common, Pointing, project_around
from modelyard.cli.terminal import context
from modelyard.config.project import Project
from modelyard.report.result import Report


def audit(
    stack: str | None = None,
    *,
    preview: bool = False,
    state: Annotated[Path | None, Parameter(allow_leading_hyphen=True)] = None,
    scope: str | None = None,
    policies: tuple[Path, ...] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
    baseline: Path | None = None,
    write_baseline: bool = False,
    trend: Path | None = None,
    html: Path | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Show what Azure Policy says about a stack, a change to it, or what is deployed.

    For example:

        modelyard audit dev                           the stack file; no network
        modelyard audit dev --preview                 what a change would leave
        pulumi stack export | modelyard audit --state -
        modelyard audit --scope subscription --target azure
        modelyard audit prod --scope <resource group's id>
        modelyard audit dev --html audit.html --trend audits/

    Evaluates the stack's own policies, those that `modelyard policy pull` saved, and those of --policies; for a scope,
    the policies in force there now. What Azure would deny is an error, what it would report is a warning, and what it
    would change, or what is not known yet, is a note. Only the files that you name are written.

    To start with existing violations, `--baseline known.json --write-baseline` saves those of today; later runs with
    `--baseline known.json` fail only for new ones.

    Parameters
    ----------
    stack
        The stack's name; with --state or --scope, the stack whose file the lines are shown of.
    preview
        Evaluate what the engine says would exist after `modelyard up`.
    state
        A file of `pulumi stack export`, of any program; `-` reads standard input. Needs no project and no network.
    scope
        Evaluate what exists there now: `subscription`, or the id of a subscription, a resource group, an account or a
        management group.
    policies
        A file or folder with definitions, initiatives, assignments and exemptions as Azure writes them; again for more.
    fail_on
        The lowest severity of a violation that makes the exit status 1.
    baseline
        A file of known violations, which don't fail the audit.
    write_baseline
        Write the baseline from what is found now; known violations keep their date.
    trend
        A file or folder to which each run adds a line of counts; the HTML page draws them.
    html
        Also write the result as an HTML page to this file.

    """
    return operations.audit(
        Project.find(common.project) if stack is not None else project_around(common.project),
        stack,
        context(),
        target=pointing.target,
        preview=preview,
        state=sys.stdin.buffer.read() if str(state) == "-" else state,
        scope=scope,
        policies=policies,
        fail_on=fail_on,
        baseline=baseline,
        write_baseline=write_baseline,
        trend=trend,
        html=html,
    )
