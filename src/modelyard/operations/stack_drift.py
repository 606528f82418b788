"""Drift: what stacks declare against what ARM shows, without an engine; what is accepted becomes edits of files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from modelyard.arm import kinds
from modelyard.arm.json_path import ArmDocument
from modelyard.arm.resource_types import row_for_id
from modelyard.config.key_path import KeyPath
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.drift import accepted_edits, stack_keys
from modelyard.drift.comparison import Cause, Difference, written
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.operations.context import OperationContext
from modelyard.operations.live_inventory import unreadable
from modelyard.operations.stack_check import checked
from modelyard.operations.stack_comparison import ComparedResource, StackDrift, compared, compared_stack
from modelyard.operations.target_resolution import destination, with_destination, works
from modelyard.report.result import Report
from modelyard.report.table import Column, Table, counted, in_report
from modelyard.resources.graph import graph

COLUMNS = (
    Column("stack", "stack"),
    Column("resource", "resource"),
    Column("kind", "kind"),
    Column("place", "member", none=""),
    Column("declared", "declared", none=""),
    Column("shown", "in Azure", none=""),
    Column("cause", "changed by", none=""),
    Column("why", "why", none="", narrow=False),
    Column("changedBy", "last written by", none="", narrow=False),
    Column("changedAt", "at", none="", narrow=False),
    Column("file", "file", none="", narrow=False),
    Column("line", "line", none="", narrow=False),
    Column("id", "id", narrow=False),
)


@with_destination
def drift(
    project: Project,
    stacks: Sequence[str],
    context: OperationContext,
    *,
    every: bool = False,
    target: TargetName | None = None,
    write: Sequence[str] = (),
    csv: Path | None = None,
    html: Path | None = None,
) -> Report:
    """Compare what named `stacks`, or `every` stack of the project, declare with what ARM shows; needs Reader.

    `target` is as for `preview`. `write` are names of resources, or globs, whose differences are accepted: they become
    edits of the stack's own file, and what no edit can say is a finding. `csv` and `html` are files to write.

    `data` has `drift`: one row a difference with stack, resource, kind, place, declared, shown, cause (`people`,
    `Microsoft`, `missing` or `undeclared`), why, changedBy, changedAt, file, line, id; and `compared`, `uncompared`
    (how many members nobody compared, by reason), `edited` (files). The status is FINDINGS where somebody changed or
    deleted what is declared, INCONCLUSIVE where something could not be read. What Microsoft changed by a rule of the
    service, and what no stack declares, are warnings. Raises `cli.nothing-named` and failures of files and the target.
    """
    names = tuple(stacks) or (project.stack_names() if every else ())
    if not names:
        raise Failure.of("cli.nothing-named", case="stacks", command="drift")
    found, findings = compared(project, names, context, target)
    at = destination()
    edited: list[Path] = []
    if write:
        renewed = []
        for each in found:
            after, problems = _accepted(project, each, write, context, target)
            findings += problems
            edited += [after.loaded.file] * (after is not each)
            renewed.append(after)
        found = renewed
        works(at)
    rows = [row for each in found for row in _rows(each)]
    findings += [finding for each in found for finding in _findings(each)]
    findings += unreadable(one for each in found for one in each.live.unread)
    table = Table(COLUMNS, tuple(rows))
    told = [_sentence(found, rows), *(f"wrote {file}" for file in edited)]
    if edited:
        told.append("next: `modelyard up STACK --refresh` takes it into the state too, and leaves it alone in Azure")
    report = Report(
        command="drift",
        stack=names[0] if len(names) == 1 else "",
        findings=tuple(findings),
        resources=sum(len(each.resources) for each in found),
        **in_report(table, told),
        data={
            "drift": table.data(),
            "compared": sum(one.comparison is not None for each in found for one in each.resources),
            "uncompared": _uncompared(found),
            "edited": [str(each) for each in edited],
        },
    )
    if csv is not None:
        from modelyard.operations.output_files import write as write_file

        write_file(csv, table.csv())
    if html is not None:
        from modelyard.operations.output_files import write as write_file
        from modelyard.report import table_page

        write_file(html, table_page.write(report, table, "Drift", told))
    return report


def reasons(
    project: Project, stack: str, context: OperationContext, target: TargetName | None = None
) -> tuple[Finding, ...]:
    """What of a stack isn't in Azure as it is declared, for whoever asks why something doesn't work."""
    found, _ = compared(project, (stack,), context, target)
    codes = ("drift.changed", "drift.changed-by-microsoft", "drift.missing")
    return tuple(finding for each in found for finding in _findings(each) if finding.code in codes)


def _rows(stack: StackDrift) -> Iterator[dict[str, Any]]:
    for each in stack.resources:
        if each.missing and (not stack.gone or each.resource.row is kinds.ACCOUNT):
            yield {**_row(stack, each, None), "cause": "missing", "shown": "nothing"}
        for difference in each.comparison.differences if each.comparison else ():
            yield _row(stack, each, difference)
    for document in stack.live.beside:
        kind = row_for_id(str(document["id"]))
        yield {
            "stack": stack.name,
            "resource": str(document.get("name") or document["id"]),
            "kind": kind[0].noun if kind else str(document.get("type")),
            "place": None,
            "declared": "nothing",
            "shown": "there",
            "cause": "undeclared",
            **_writer(document),
            "id": str(document["id"]),
        }


def _row(stack: StackDrift, each: ComparedResource, difference: Difference | None) -> dict[str, Any]:
    position = _position(stack, each, difference)
    return {
        "stack": stack.name,
        "resource": each.resource.name,
        "kind": each.resource.row.noun,
        "place": difference.place if difference else None,
        "declared": written(difference.declared) if difference else None,
        "shown": written(difference.shown) if difference else None,
        "cause": difference.cause.value if difference else None,
        "why": difference.why or None if difference else None,
        **_writer(each.shown or {}),
        "file": position.file if position else None,
        "line": position.line if position else None,
        "id": each.id,
    }


def _writer(document: ArmDocument) -> dict[str, Any]:
    by = document.get("systemData") or {}
    return {"changedBy": by.get("lastModifiedBy") or None, "changedAt": by.get("lastModifiedAt") or None}


def _position(stack: StackDrift, each: ComparedResource, difference: Difference | None) -> Any:
    path = _path(each, difference)
    while path:
        if position := stack.loaded.position(path):
            return position
        path = path[:-1]
    return stack.loaded.position(("account",))


def _path(each: ComparedResource, difference: Difference | None) -> KeyPath:
    if difference is None:
        return stack_keys.resource_key(each.resource.row, each.resource.name)
    return stack_keys.member_key(each.resource, difference)


def _findings(stack: StackDrift) -> Iterator[Finding]:
    from modelyard.config.key_path import written as path_of

    accept = f"take it into the file: `modelyard drift {stack.name} --write"
    for each in stack.resources:
        if each.missing and (not stack.gone or each.resource.row is kinds.ACCOUNT):
            yield Finding.of(
                "drift.missing",
                f"{stack.name}: {each.label} is declared and isn't in Azure",
                position=_position(stack, each, None),
                path=path_of(_path(each, None)),
                remedy=f"make it again: `modelyard up {stack.name} --refresh`"
                + ("" if stack.gone else f"; or {accept} {each.resource.name}`"),
            )
        for difference in each.comparison.differences if each.comparison else ():
            people = difference.cause is Cause.PEOPLE
            yield Finding.of(
                "drift.changed" if people else "drift.changed-by-microsoft",
                f"{stack.name}: {each.label}: {difference.text}" + (f" ({difference.why})" * bool(difference.why)),
                position=_position(stack, each, difference),
                path=path_of(_path(each, difference)),
                found=written(difference.shown),
                allowed=written(difference.declared),
                remedy=f"change it back: `modelyard up {stack.name} --refresh`; or {accept} {each.resource.name}`",
            )
    for row in _rows(stack):
        if row["cause"] == "undeclared":
            yield Finding.of(
                "drift.undeclared",
                f"{stack.name}: {row['kind']} {row['resource']} is in the account, and the stack doesn't declare it",
                position=stack.loaded.position(("account",)),
                path="account",
                found=row["id"],
                remedy="declare it, or delete it in Azure",
            )


def _uncompared(found: Iterable[StackDrift]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for each in found:
        for one in each.resources:
            reasons = one.comparison.uncompared.values() if one.comparison else ("it can't be read or named yet",)
            for why in reasons:
                counts[why] = counts.get(why, 0) + 1
    return dict(sorted(counts.items()))


def _sentence(found: Sequence[StackDrift], rows: Sequence[Mapping[str, Any]]) -> str:
    resources = sum(one.comparison is not None for each in found for one in each.resources)
    by = {
        cause: sum(row["cause"] == cause for row in rows) for cause in ("people", "Microsoft", "missing", "undeclared")
    }
    words = {
        "people": "changed by others",
        "Microsoft": "changed by Microsoft",
        "missing": "missing",
        "undeclared": "that no stack declares",
    }
    said = ", ".join(f"{by[cause]} {word}" for cause, word in words.items() if by[cause]) or "no drift"
    left = sum(_uncompared(found).values())
    beyond = f"; {counted(left, 'member')} not compared" if left else ""
    return f"{counted(resources, 'resource')} of {counted(len(found), 'stack')} compared: {said}{beyond}"


def _accepted(
    project: Project,
    stack: StackDrift,
    patterns: Sequence[str],
    context: OperationContext,
    target: TargetName | None,
) -> tuple[StackDrift, list[Finding]]:
    """The stack after the edits of its own file that say what ARM shows, and what none could say.

    A resource's edits stay only where the file, read again, declares what is there and has no error that it hadn't.
    """
    findings: list[Finding] = []
    current = stack
    for each in stack.resources:
        name = each.resource.name
        wanted = any(fnmatchcase(one, pattern) for pattern in patterns for one in (name, each.label))
        if not wanted or not (each.missing or (each.comparison and each.comparison.differences)):
            continue
        if current.gone and each.resource.row is not kinds.ACCOUNT:
            continue  # what was in an account that is gone isn't given up by that
        after = None
        text = current.loaded.file.read_text(encoding="utf-8")
        for new in accepted_edits.edits(text, each.resource, each.comparison, each.shown):
            current.loaded.file.write_text(new, encoding="utf-8")
            try:
                after = _again(project, current, each, context, target)
            finally:
                if after is None:
                    current.loaded.file.write_text(text, encoding="utf-8")
            if after is not None:
                break
        if after is None:
            findings.append(
                Finding.of(
                    "drift.unwritten",
                    f"{stack.name}: {each.label}: no edit of {stack.loaded.file.name} alone says what Azure has",
                    position=_position(stack, each, None),
                    remedy="edit the stack file by hand, or change it back in Azure",
                )
            )
        current = after or current
    return current, findings


def _again(
    project: Project, stack: StackDrift, each: ComparedResource, context: OperationContext, target: TargetName | None
) -> StackDrift | None:
    """The stack read again, where it declares the resource as Azure has it, and nothing else differs more now."""
    loaded = checked(project, stack.name, context, target)
    old = {(one.code, one.path) for one in stack.loaded.findings if one.severity is Severity.ERROR}
    if loaded.stack is None or any((one.code, one.path) not in old for one in loaded.errors):
        return None
    resources = graph(loaded.stack, stack.subscription_id)
    after = compared_stack(stack.name, loaded, stack.subscription_id, resources, stack.live)
    if each.missing:
        return after if each.id not in {one.id for one in after.resources} else None
    before = {one.id: _places(one) for one in stack.resources}
    if any(_places(one) - before.get(one.id, frozenset()) for one in after.resources):
        return None
    return after if not any(one.id == each.id and _places(one) for one in after.resources) else None


def _places(one: ComparedResource) -> frozenset[str]:
    return frozenset(each.place for each in one.comparison.differences) if one.comparison else frozenset()
