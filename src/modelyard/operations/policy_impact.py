"""What a change of policies would do to the stacks that there are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from modelyard.arm.resource_types import by_type
from modelyard.audit import impact as impacts
from modelyard.audit.evaluation import Surroundings, evaluate
from modelyard.audit.impact import WORDS, ImpactKind, ImpactLine, Move
from modelyard.audit.inspection import built_ins_age
from modelyard.audit.revision import Revision
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.operations import multi_stack, policy_diff
from modelyard.operations.context import OperationContext
from modelyard.operations.multi_stack import Fleet
from modelyard.operations.policy_diff import Side
from modelyard.operations.policy_pull import assumption, group_id, no_repository
from modelyard.operations.target_resolution import with_destination
from modelyard.policy.documents import definition_registry
from modelyard.policy.evaluation.compliance import Assigned
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields
from modelyard.report.result import Report

SHOWN = 5
"""Resources of one stack that are named before the rest is counted."""


@with_destination
def impact(
    start: Path,
    context: OperationContext,
    *,
    base: str,
    stacks: Sequence[str] = (),
    from_epac: Path | None = None,
    environment: str = "",
    management_groups: Sequence[str] = (),
    fail_on: Literal["error", "warning", "note", "never"] = "error",
) -> Report:
    """Compare the policies at a commit with those in the work tree, on the resources that the stack files declare now.

    `start` is a folder of the project; state exports in `stacks` need none. `base` is a commit, branch or tag. `stacks`
    are names of stacks, stack files, state exports or folders of them; without any, all stacks of the project.
    `from_epac` is a folder with a repository of EPAC and `environment` its pacSelector; `management_groups` stand above
    the stacks' subscriptions. Nothing is sent anywhere, and the work tree is not changed.

    `Report.policy_findings` has what would newly be denied or reported; `data` has `base`, `stacks`, `targets`,
    `leftOut`, `policies` and `impact`. The status is FINDINGS where a policy state has the
    severity `fail_on` or a higher one. Raises `cli.no-stacks`, and failures of git and of files that can't be read.
    """
    if from_epac is None and environment:
        return Report(command="policy impact", failures=(no_repository(["environment"]),))
    days, groups = context.calendar(), tuple(map(group_id, management_groups))

    revision = Revision.find(from_epac or start, base)
    fleet = multi_stack.named(stacks, start, days, context)
    if from_epac is not None:
        sides = policy_diff.epac(revision, base, from_epac, environment, groups)
    else:
        sides = policy_diff.project(revision, Project.find(start), fleet, base, days, context, whole=not stacks)
    before, after = policy_diff.completed(sides, fleet, groups, start, of_others=from_epac is not None)
    context.progress.clear()
    return _report(before, after, fleet, revision, fail_on, days)


def _report(
    before: Side, after: Side, fleet: Fleet, revision: Revision, fail_on: str, days: Calendar
) -> Report:  # fmt: skip
    fields = Fields(aliases.standard())
    old, old_refused = before.book.put_to_work(definition_registry.standard(fields), fields)
    new, new_refused = after.book.put_to_work(definition_registry.standard(fields), fields)
    found = impacts.lines(_moves((before, old), (after, new), fleet, days))
    documents = impacts.differing(before.book, after.book)
    resources = sum(len(member.source.subjects) for member in fleet.members)
    findings = (
        *fleet.findings,
        *(each for each in (*before.findings, *after.findings) if each not in fleet.findings),
        *_unread((*before.failures, *old_refused), (*after.failures, *new_refused)),
        *_doubts(before, after, fleet),
    )
    looked_at = _looked_at(resources, len(fleet.members), len(fleet.left_out))
    whole = not (fleet.left_out or new_refused or after.failures)
    targets = {member.name: member.target for member in fleet.members}
    return Report(
        command="policy impact",
        destination=_destination(set(targets.values())),
        findings=tuple(dict.fromkeys(findings)),
        policy_findings=tuple(move.finding for line in found for move in line.moves if _is_news(line.change)),
        fails_on=None if fail_on == "never" else Severity(fail_on),
        resources=resources,
        built_ins=built_ins_age((*old.bound, *new.bound), before.book | after.book, days.time("azure")),
        text=_text(found, targets, documents, looked_at, whole=whole),
        data={
            "base": revision.commit,
            "stacks": list(targets),
            "targets": targets,
            "leftOut": [each.name for each in fleet.left_out],
            "policies": list(documents),
            "impact": _data(found),
        },
    )


def _destination(targets: set[TargetName]) -> Destination | None:
    """What all stacks are for. Where they differ the report has no target of its own, and says that of each stack."""
    return Destination(targets.pop(), according_to="the stacks") if len(targets) == 1 else None


def _is_news(change: ImpactKind) -> bool:
    return change not in {ImpactKind.FREED, ImpactKind.EASED}


def _moves(before: tuple[Side, Assigned], after: tuple[Side, Assigned], fleet: Fleet, days: Calendar) -> Iterator[Move]:
    market = Market.load()
    for member in fleet.members:
        source = member.source
        around = Surroundings.of(source, days.time(member.target), market, days.market_time(member.target))
        old, new = (
            evaluate(assigned, side.book.sources, source.subjects, around, member.locate).policy_findings
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


def _doubts(before: Side, after: Side, fleet: Fleet) -> Iterator[Finding]:
    if len(after.assumed) > 1:
        yield assumption(after.assumed)
    books = (before.book, after.book)
    subjects = [each for member in fleet.members for each in member.source.subjects]
    if subjects and any(book.assignments for book in books) and not impacts.reached(books, subjects):
        yield Finding.of(
            "audit.nothing-reached",
            message="no assignment applies to any of the stacks, so the impact isn't known",
            remedy="say where the stacks are deployed: azure-native:subscriptionId in their files, or "
            "AZURE_SUBSCRIPTION_ID; and which groups stand above: --management-group",
        )


def _text(
    found: Sequence[ImpactLine],
    targets: Mapping[str, TargetName],
    documents: Sequence[str],
    looked: str,
    *,
    whole: bool,
) -> str:
    """The lines, and what they rest on. That nothing comes of a change is said only where the `whole` was looked at."""
    lines = []
    for line in found:
        said = f"{line.name}{_title(line)} {WORDS[line.change]} {_resources(line)}"
        lines.append(f"{said} in {_count(len(line.stacks), 'stack')}")
        for stack in line.stacks:
            names = list(dict.fromkeys(each.finding.resource_name for each in line.moves if each.stack == stack))
            more = f", and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            lines.append(f"  {stack} ({targets[stack]}): {', '.join(names[:SHOWN])}{more}")
    changed = f"{_count(len(documents), 'policy', 'policies')} differ{'s' * (len(documents) == 1)}"
    if not documents:
        changed = "no policy differs" if whole else "no policy that can be read differs"
    nothing = ", and nothing comes of it" if whole and documents and not lines else ""
    return "\n".join([*lines, f"{changed}{nothing}; {looked}"])


def _looked_at(resources: int, stacks: int, left_out: int) -> str:
    """`87 resources in 12 stacks evaluated, 1 stack left out`."""
    said = f"{_count(resources, 'resource')} in {_count(stacks, 'stack')} evaluated"
    return f"{said}, {_count(left_out, 'stack')} left out" if left_out else said


def _title(line: ImpactLine) -> str:
    """What the assignment is called, and how many of the name there are."""
    said = [line.display_name] if line.display_name != line.name else []
    several = len(line.assignments)
    return (
        f" ({', '.join([*said, *([f'{several} assignments'] if several > 1 else [])])})" if said or several > 1 else ""
    )


def _resources(line: ImpactLine) -> str:
    """`14 deployments and 2 accounts`."""
    kinds: Counter[str] = Counter()
    for kind, _ in {(each.finding.resource_type, (each.stack, each.finding.resource.lower())) for each in line.moves}:
        row = by_type().get(kind.lower())
        kinds[row.noun if row is not None else "resource"] += 1
    return " and ".join(_count(number, kind) for kind, number in sorted(kinds.items(), key=lambda each: -each[1]))


def _count(number: int, one: str, many: str = "") -> str:
    plural = many or (f"{one[:-1]}ies" if one.endswith("y") else f"{one}s")
    return f"{number} {one if number == 1 else plural}"


def _data(found: Sequence[ImpactLine]) -> list[dict[str, Any]]:
    return [
        {
            "assignment": line.name,
            "displayName": line.display_name,
            "assignments": list(line.assignments),
            "change": line.change.value,
            "resources": line.resources,
            "stacks": len(line.stacks),
            "of": [
                {
                    "stack": move.stack,
                    "assignment": move.finding.assignment_id,
                    "resource": move.finding.resource,
                    "name": move.finding.resource_name,
                    "definition": move.finding.definition,
                    "reference": move.finding.reference,
                    "effect": move.finding.effect,
                    "position": str(move.finding.position) if move.finding.position else None,
                }
                for move in line.moves
            ],
        }
        for line in found
    ]
