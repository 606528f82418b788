"""The policies that apply to a stack."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from modelyard.audit import policy_files
from modelyard.audit.active_policies import ActivePolicy, at_work
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.operations.audit_source import at_stack_file
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import with_destination
from modelyard.policy.documents import scopes
from modelyard.report.result import Report, TextTable

COLUMNS = ("assignment", "effect", "at", "resources", "policy", "seen in")


@with_destination
def list_policies(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    target: TargetName | None = None,
    policies: Sequence[Path] = (),
) -> Report:
    """List the policies that apply to a stack: its own, those in files, and those that were pulled. Reads files only.

    `target` is as for `preview`; `policies` are files or folders of policies in Azure's form. `Report.data["policies"]`
    has one object for each, with its assignment, scope, effect, and the number of resources that it applies to.
    Raises StackMissing, `cli.target-differs`, TargetMissing.
    """
    audited = at_stack_file(project, stack, target, datetime.now(UTC), context)
    if not audited.sources:
        return Report(command="policy list", stack=stack, findings=audited.findings, failures=audited.failures)
    book, unreadable = policy_files.read(tuple(policies))
    found, unread = at_work(audited.sources[0], book | audited.around)
    # A member of an initiative has the initiative's assignment beside it.
    table = TextTable(COLUMNS, tuple(_row(each) for each in found), names=frozenset({2}))
    return Report(
        command="policy list",
        stack=stack,
        findings=(*audited.findings, *unread),
        failures=unreadable,
        text="\n".join(table.lines) if found else "no known policy applies to this stack",
        tables=(table,) if found else (),
        data={"policies": [asdict(each) for each in found]},
    )


def _row(each: ActivePolicy) -> tuple[str, ...]:
    enforced = "" if each.enforced else ", not enforced"
    elsewhere = f", for some {' or '.join(each.overridden)}" if each.overridden else ""
    exempt = f", exempt: {' '.join(each.exemptions)}" if each.exemptions else ""
    return (
        each.assignment_id.rpartition("/")[2] + (f" / {each.reference}" if each.reference else ""),
        f"{each.effect or 'not known yet'}{elsewhere}{enforced}{exempt}",
        _place(each.scope),
        str(each.resources),
        each.policy,
        ", ".join(each.sources),
    )


def _place(scope: str) -> str:
    """A scope in few words: `resource group rg-contoso`, `the subscription`, `management group contoso`."""
    name = scope.rstrip("/").rpartition("/")[2]
    if scopes.normalized(scope).startswith(scopes.GROUPS):
        return f"management group {name}"
    if scopes.normalized(scope) == scopes.normalized(scopes.subscription(scope)):
        return "the subscription"
    group = scopes.normalized(scope) == scopes.normalized(scopes.resource_group(scope))
    return f"resource group {name}" if group else name
