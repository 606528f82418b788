"""`modelyard policy list`: which policies rule a stack."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from modelyard.audit import policy_files
from modelyard.audit.active_policies import ActivePolicy, at_work
from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations.audit_source import at_stack_file
from modelyard.operations.outputs_table import table
from modelyard.policy.documents import scopes
from modelyard.report.result import Report

COLUMNS = ("assignment", "effect", "at", "resources", "policy", "seen in")


def list(  # noqa: A001 - the command's name
    stack: str, *, policies: tuple[Path, ...] = (), pointing: Pointing = Pointing(), common: Common = Common()
) -> Report:
    """List the policies that apply to a stack: its own, those in files, and those that were pulled.

    For example:

        modelyard policy list dev
        modelyard policy list prod --json | jq .data.policies

    Reads files only. To include the policies that others assign, run `modelyard policy pull` first.

    Parameters
    ----------
    stack
        The stack's name.
    policies
        A file or folder with more policies, as Azure writes them; again for more.

    """
    project = Project.find(common.project)
    looked = at_stack_file(project, stack, pointing.target, datetime.now(UTC), context())
    if not looked.sources:
        return Report(command="policy list", stack=stack, findings=looked.findings, failures=looked.failures)
    book, unreadable = policy_files.read(policies)
    found, unread = at_work(looked.sources[0], book | looked.around)
    return Report(
        command="policy list",
        stack=stack,
        findings=(*looked.findings, *unread),
        failures=unreadable,
        text=told(found),
        data={"policies": [asdict(each) for each in found]},
    )


def told(found: tuple[ActivePolicy, ...]) -> str:
    """A table; a member of an initiative has the initiative's assignment beside it."""
    if not found:
        return "no known policy applies to this stack"
    return "\n".join(table(COLUMNS, [_row(each) for each in found]))


def _row(each: ActivePolicy) -> tuple[str, ...]:
    enforced = "" if each.enforced else ", not enforced"
    elsewhere = f", for some {' or '.join(each.overridden)}" if each.overridden else ""
    exempt = f", exempt: {' '.join(each.exemptions)}" if each.exemptions else ""
    return (
        each.assignment_id.rpartition("/")[2] + (f" / {each.reference}" if each.reference else ""),
        f"{each.effect or 'not known yet'}{elsewhere}{enforced}{exempt}",
        place(each.scope),
        str(each.resources),
        each.policy,
        ", ".join(each.sources),
    )


def place(scope: str) -> str:
    """A scope in few words: `resource group rg-contoso`, `the subscription`, `management group contoso`."""
    name = scope.rstrip("/").rpartition("/")[2]
    if scopes.normalized(scope).startswith(scopes.GROUPS):
        return f"management group {name}"
    if scopes.normalized(scope) == scopes.normalized(scopes.subscription(scope)):
        return "the subscription"
    group = scopes.normalized(scope) == scopes.normalized(scopes.resource_group(scope))
    return f"resource group {name}" if group else name
