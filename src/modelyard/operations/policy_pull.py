"""The policies in force, kept in the project for previews and audits: from Azure, or from a repository of EPAC."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure, Keyword
from modelyard.findings import Finding, Severity
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import point, resolve, with_destination, works
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled
from modelyard.report.result import Report

PARTS = ("assignments", "definitions", "initiatives", "exemptions", "enrollments")
SUBSCRIPTION = "subscription"
"""The scope of whoever is signed in."""


@with_destination
def pull_policies(
    project: Project,
    context: OperationContext,
    *,
    scope: str = SUBSCRIPTION,
    target: TargetName | None = None,
    from_epac: Path | None = None,
    environment: str = "",
    management_groups: Sequence[str] = (),
    partial: bool = False,
) -> Report:
    """Save the policies in force at a scope and above it in `.modelyard/policies` of the project.

    `scope` is `subscription`, or the id of a subscription, a resource group or a management group; `target` is required
    where nobody watches. `from_epac` is a folder with a repository of EPAC to read in place of Azure, `environment` its
    pacSelector, and `management_groups` stand above the subscriptions; `partial` saves what can be read.

    `Report.data` has `scope`, `file`, `managementGroups` and the number of `assignments`, `definitions`, `initiatives`,
    `exemptions` and `enrollments`. `failures` has what of a repository can't be read. Raises TargetMissing, and
    failures where the scope is unknown, Azure doesn't show it, or an argument needs a repository.
    """
    if from_epac is not None:
        return _from_epac(project, from_epac, environment, management_groups, partial=partial)
    given = {"environment": environment, "management_groups": management_groups, "partial": partial}
    if any(given.values()):
        raise no_repository(name for name, value in given.items() if value)
    from modelyard.audit import pull, unevaluated_policies
    from modelyard.azure.arm_client import connect

    pointed = point(resolve(target, context), context)
    meant = pull.scope_of(scope, pointed.subscription_id)
    pointed = replace(pointed, subscription_id=pull.subscription_of(meant) or pointed.subscription_id)
    works(pointed.destination)
    taken = Pulled(meant, pointed.name, datetime.now(UTC), Rulebook())
    context.progress.passing(f"  reading the policies of {meant} …")
    with connect(pointed) as arm:
        answer = pull.pull(arm, meant, taken.name)
    context.progress.clear()
    unevaluated = unevaluated_policies.findings(answer.book, answer.missing)
    return _saved(project, replace(taken, book=answer.book), unevaluated)


def _from_epac(project: Project, folder: Path, environment: str, groups: Sequence[str], *, partial: bool) -> Report:
    from modelyard.epac import repository_files as on_disk
    from modelyard.epac.reader import read

    found = read(on_disk.files(folder), environment, folder.resolve().name, tuple(map(group_id, groups)))
    if found.refused and not partial:
        return Report(command="policy pull", findings=found.passed_over, failures=found.refused)
    left_out = tuple(
        Finding(each.code, Severity.WARNING, each.what, found=each.where, allowed=each.allowed, remedy=each.remedy)
        for each in found.refused
    )
    assumed = (assumption(found.assumed),) if len(found.assumed) > 1 else ()
    source = f"{policy_snapshot.EPAC}{environment}"
    taken = Pulled(found.environment.root_scope, source, datetime.now(UTC), found.rulebook)
    return _saved(project, taken, (*found.passed_over, *left_out, *assumed))


def _saved(project: Project, taken: Pulled, findings: tuple[Finding, ...]) -> Report:
    from modelyard.audit import unevaluated_policies

    file = policy_snapshot.write(project.root / policy_snapshot.FOLDER, taken)
    book = taken.book
    counts = {part: len(getattr(book, part)) for part in PARTS}
    kept = file.relative_to(project.root)
    told = [_counted(count, part) for part, count in counts.items() if count or part != policy_snapshot.ENROLLMENTS]
    return Report(
        command="policy pull",
        findings=(*findings, *unevaluated_policies.refused(taken.book)),
        text=f"{taken.scope}: {', '.join(told)}\nkept in {kept}",
        data={"scope": taken.scope, "file": str(file), "managementGroups": list(book.management_groups), **counts},
    )


def _counted(count: int, part: str) -> str:
    return f"{count} {part.removesuffix('s') if count == 1 else part}"


def no_repository(keywords: Iterable[str]) -> Failure:
    """Keywords were given that mean something only beside a repository of EPAC."""
    return Failure.of("cli.no-repository", keywords=[Keyword(each) for each in keywords])


def group_id(written: str) -> str:
    """The id of a management group that is named, or written as one already."""
    return written if written.startswith("/") else f"/providers/Microsoft.Management/managementGroups/{written}"


def assumption(groups: Sequence[str]) -> Finding:
    """That several management groups count as being above the stacks, which nobody has said."""
    return Finding.of(
        "epac.groups-assumed",
        message="all these management groups are taken to stand above your subscriptions",
        found=", ".join(each.rpartition("/")[2] for each in groups),
        remedy="name those that do: --management-group NAME, once for each",
    )
