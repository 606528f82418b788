"""`modelyard policy pull`: the policies in force, kept in the project for previews and audits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.cli.usage import OptionWithoutEffect
from modelyard.config.project import Project
from modelyard.findings import Finding, Severity
from modelyard.operations.management_groups import NoRepository, assumption, group_id
from modelyard.operations.target_resolution import point, resolve, works
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.evaluation.policy_snapshot import Pulled
from modelyard.report.result import Report

PARTS = ("assignments", "definitions", "initiatives", "exemptions")


def pull(
    scope: str = "subscription",
    *,
    from_epac: Path | None = None,
    environment: str = "",
    management_group: list[str] | None = None,
    partial: bool = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Save the policies in force at a scope and above it, for previews and audits.

    Writes the assignments, the definitions and initiatives they use, and the exemptions, as Azure has them, to
    .modelyard/policies/azure. Commit that folder, and pipelines need no access to preview. Previews warn when
    what they need is older than 7 days.

        modelyard policy pull --target azure
        modelyard policy pull /subscriptions/<id>/resourceGroups/rg-models
        modelyard policy pull /providers/Microsoft.Management/managementGroups/contoso

    Where another team keeps its policies in a repository of EPAC (Enterprise Policy as Code), that can be
    read instead, without access to Azure. docs/epac.md says what is read; anything else is refused by file and place.

        modelyard policy pull --from-epac ../policies --environment tenant

    Parameters
    ----------
    scope
        `subscription` for the one you are signed in to, or the id of a subscription, a resource group or a
        management group. A subscription's has all that is assigned in it too, and serves every stack there.
    from_epac
        A folder with a repository of EPAC, read in place of Azure.
    environment
        The environment of that repository: a pacSelector in its global-settings.jsonc.
    management_group
        A management group above your subscriptions, by name or id; give it once for each. Only Azure knows them;
        without any, every group counts to which the repository assigns something.
    partial
        Save what can be read, even if a part of the repository can't be.

    """
    project = Project.find(common.project)
    if from_epac is not None and scope != "subscription":
        remedy = "leave the scope out: the repository says at which scopes it assigns"
        raise OptionWithoutEffect(scope, "with --from-epac", remedy)
    if from_epac is not None:
        return _from_epac(project, from_epac, environment, management_group or (), partial=partial)
    if environment or management_group or partial:
        named = {"--environment": environment, "--management-group": management_group, "--partial": partial}
        options = " and ".join(option for option, given in named.items() if given)
        return Report(command="policy pull", failures=(NoRepository(options),))
    from modelyard.audit import pull as asked
    from modelyard.audit import unevaluated_policies
    from modelyard.azure.arm_client import connect

    caller = context()
    target = point(resolve(pointing.target, caller), caller)
    meant = asked.scope_of(scope, target.subscription_id)
    target = replace(target, subscription_id=asked.subscription_of(meant) or target.subscription_id)
    works(target.destination)
    taken = Pulled(meant, target.name, datetime.now(UTC), Rulebook())
    with connect(target) as arm:
        answer = asked.pull(arm, meant, taken.name)
    told = unevaluated_policies.findings(answer.book, answer.missing)
    return _kept(project, replace(taken, book=answer.book), told)


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
    return _kept(project, taken, (*found.passed_over, *left_out, *assumed))


def _kept(project: Project, taken: Pulled, findings: tuple[Finding, ...]) -> Report:
    file = policy_snapshot.write(project.root / policy_snapshot.FOLDER, taken)
    book = taken.book
    counts = {part: len(getattr(book, part)) for part in PARTS}
    kept = file.relative_to(project.root)
    return Report(
        command="policy pull",
        findings=findings,
        text=f"{taken.scope}: {', '.join(_counted(count, part) for part, count in counts.items())}\nkept in {kept}",
        data={"scope": taken.scope, "file": str(file), "managementGroups": list(book.management_groups), **counts},
    )


def _counted(count: int, part: str) -> str:
    return f"{count} {part.removesuffix('s') if count == 1 else part}"
