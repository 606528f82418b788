"""`modelyard policy impact`: what a change of policies would do to the stacks that there are."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from modelyard.arm.resource_types import rows
from modelyard.audit import impact as impacts
from modelyard.audit.evaluation import Surroundings, evaluate
from modelyard.audit.impact import ImpactKind, Move
from modelyard.audit.revision import Revision
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.cli import multi_stack
from modelyard.cli.multi_stack import Fleet
from modelyard.cli.options import Common
from modelyard.cli.policy import impact_text, policy_diff
from modelyard.cli.policy.policy_diff import Side
from modelyard.cli.policy.pull import NoRepository, assumption, group_id
from modelyard.cli.progress import Progress
from modelyard.cli.stack_calendar import calendar
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.policy.documents import definition_registry
from modelyard.policy.evaluation.compliance import Assigned
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields
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
    if from_epac is None and environment:
        return Report(command="policy impact", failures=(NoRepository("--environment"),))
    days, progress = calendar(), Progress()
    groups = tuple(map(group_id, management_group))

    def told(name: str) -> None:
        progress.passing(f"  {name} …")

    revision = Revision.find(from_epac or common.project, base)
    looked = multi_stack.named(stacks, common.project, days, told)
    if from_epac is not None:
        sides = policy_diff.epac(revision, base, from_epac, environment, groups)
    else:
        sides = policy_diff.project(revision, Project.find(common.project), looked, base, days, told, whole=not stacks)
    before, after = policy_diff.completed(sides, looked, groups, common.project, of_others=from_epac is not None)
    progress.clear()
    return _report(before, after, looked, revision, fail_on, days)


def _report(
    before: Side, after: Side, looked: Fleet, revision: Revision, fail_on: str, days: Calendar
) -> Report:  # fmt: skip
    fields = Fields(aliases.from_rows(rows()))
    old, old_refused = before.book.put_to_work(definition_registry.standard(fields), fields)
    new, new_refused = after.book.put_to_work(definition_registry.standard(fields), fields)
    found = impacts.lines(_moves((before, old), (after, new), looked, days))
    documents = impacts.differing(before.book, after.book)
    resources = sum(len(member.source.subjects) for member in looked.members)
    findings = (
        *looked.findings,
        *(each for each in (*before.findings, *after.findings) if each not in looked.findings),
        *_unread((*before.failures, *old_refused), (*after.failures, *new_refused)),
        *_doubts(before, after, looked),
    )
    looked_at = impact_text.looked_at(resources, len(looked.members), len(looked.left_out))
    whole = not (looked.left_out or new_refused or after.failures)
    targets = {member.name: member.target for member in looked.members}
    return Report(
        command="policy impact",
        destination=_destination(set(targets.values())),
        findings=tuple(dict.fromkeys(findings)),
        rulings=tuple(move.ruling for line in found for move in line.moves if _is_news(line.change)),
        fails_on=None if fail_on == "never" else Severity(fail_on),
        resources=resources,
        text=impact_text.text(found, targets, documents, looked_at, whole=whole),
        data={
            "base": revision.commit,
            "stacks": list(targets),
            "targets": targets,
            "leftOut": [each.name for each in looked.left_out],
            "policies": list(documents),
            "impact": impact_text.data(found),
        },
    )


def _destination(targets: set[TargetName]) -> Destination | None:
    """What all stacks are for. Where they differ the report has no target of its own, and says that of each stack."""
    return Destination(targets.pop(), according_to="the stacks") if len(targets) == 1 else None


def _is_news(change: ImpactKind) -> bool:
    return change not in {ImpactKind.FREED, ImpactKind.EASED}


def _moves(
    before: tuple[Side, Assigned], after: tuple[Side, Assigned], looked: Fleet, days: Calendar
) -> Iterator[Move]:
    market = Market.load()
    for member in looked.members:
        source = member.source
        around = Surroundings.of(source, days.time(member.target), market, days.market_time(member.target))
        old, new = (
            evaluate(assigned, side.book.sources, source.subjects, around, member.locate).rulings
            for side, assigned in (before, after)
        )
        yield from impacts.moves(member.name, old, new)


def _unread(before: Iterable[Failure], after: Iterable[Failure]) -> Iterator[Finding]:
    """What can't be evaluated: an error where the change brought it, else a warning that nothing is known of it.

    Each stack declares a copy of its own of a team's definition; what is wrong with the file is told once.
    """
    known = {str(each) for each in before}
    alike: dict[tuple[Severity, str, str], dict[str, Failure]] = {}
    for each in after:
        owner, _, place = each.where.rpartition(": ")
        weight = Severity.WARNING if str(each) in known else Severity.ERROR
        alike.setdefault((weight, each.what, place), {})[owner] = each
    for (weight, what, place), group in alike.items():
        first, owners = next(iter(group.values())), ", ".join(sorted(filter(None, group)))
        path = f"{owners}: {place}" if owners else place
        yield Finding(first.code, weight, what, path=path, allowed=first.allowed, remedy=first.remedy)


def _doubts(before: Side, after: Side, looked: Fleet) -> Iterator[Finding]:
    if len(after.assumed) > 1:
        yield assumption(after.assumed)
    books = (before.book, after.book)
    subjects = [each for member in looked.members for each in member.source.subjects]
    if subjects and any(book.assignments for book in books) and not impacts.reached(books, subjects):
        yield Finding(
            code=impacts.NOTHING_REACHED.code,
            severity=impacts.NOTHING_REACHED.severity,
            message="no assignment reaches any of the stacks, so nothing can be told",
            remedy="say where the stacks are deployed: azure-native:subscriptionId in their files, or "
            "AZURE_SUBSCRIPTION_ID; and which groups stand above: --management-group",
        )
