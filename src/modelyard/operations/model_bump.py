"""Moving deployments to another model: edits of stack files, quota before and after, the new beside the old.

An edit is made in the stack's own file, where a layer says the model too: a layer is somebody else's as well. Nothing
is written before the edited files have been read and checked, in a copy of the stack folder.
"""

import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from modelyard.catalog.market import Market
from modelyard.config import stack_edits
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.display import shown
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.operations.context import OperationContext
from modelyard.operations.model_edits import SECTION, BumpedStack, bumped, edit, moved_to
from modelyard.operations.output_files import write
from modelyard.operations.quota_overview import quota
from modelyard.operations.stack_check import checked
from modelyard.operations.stack_smoke import smoke
from modelyard.operations.stack_update import up
from modelyard.operations.target_resolution import child_environment, point, resolve, with_destination
from modelyard.report.result import Check, Outcome, Report
from modelyard.report.table import Column, Table, counted, in_report

SECONDS = 3600.0
"""A team's own command may take so long."""
LINES = 5
"""Of its output, in the report."""
COLUMNS = (
    Column("quota", "quota"),
    Column("pool", "counted in"),
    Column("limit", "limit"),
    Column("before", "now"),
    Column("after", "after the edit"),
    Column("left", "left"),
)


@with_destination
def bump_models(
    project: Project,
    old: str,
    new: str,
    context: OperationContext,
    *,
    stacks: Sequence[str] = (),
    beside: bool = False,
    gate: str = "",
    offline: bool = False,
    target: TargetName | None = None,
) -> Report:
    """Move the deployments of `old` (a name, or name@version) to `new` (name@version) in `stacks`, or in all of them.

    Shows the difference and the quota before and after, and writes the files if `context.confirm` consents; without it
    nothing is written. `beside` leaves the old deployments and declares new ones beside them. `gate` is a command of
    the team's: with it the stacks are updated, smoke is run, and the command runs for the old and for the new, with
    MODELYARD_ENDPOINT, MODELYARD_DEPLOYMENT, MODELYARD_MODEL and MODELYARD_STACK in its environment. `offline` leaves
    quota out.

    `data` has `edits` (stack, file, diff), `quotas`, `written`, and after a gate `next`, the difference that swaps the
    two or takes the new one away. The status is FINDINGS where an edited file has an error that it hadn't, where quota
    doesn't suffice, or where the gate doesn't let the new one pass. Raises `cli.model-unreadable`, `cli.gate-alone`,
    StackMissing and failures of the target and the engine.
    """
    if "@" not in new or new.endswith("@"):
        raise Failure.of("cli.model-unreadable", found=new)
    if gate and not beside:
        raise Failure.of("cli.gate-alone")
    names = stacks or project.stack_names()
    read = {name: checked(project, name, context, target) for name in names}
    unread = [each for loaded in read.values() if loaded.stack is None for each in loaded.errors]
    found = [each for name, loaded in read.items() if (each := bumped(name, loaded, old, new, beside))]
    if not found:
        said = f"no deployment of {old} in {counted(len(names), 'stack')}"
        return Report(command="models bump", findings=tuple(unread), text=said)
    findings = [*unread, *_known(new)]
    with _copy(project, found) as copy:
        findings += [each for one in found for each in _new_findings(project, copy, one.name, context, target)]
        rows: list[dict[str, Any]] = []
        if not offline:
            rows, short = _quotas(project, copy, [each.name for each in found], context, target)
            findings += short
    table = Table(COLUMNS, tuple(rows))
    diff = "".join(each.diff for each in found)
    amount = f"{counted(sum(len(each.deployments) for each in found), 'deployment')} in {counted(len(found), 'stack')}"
    wrong = any(each.severity is Severity.ERROR for each in findings)
    agreed = not wrong and context.confirm is not None and context.confirm(f"{diff}\n{amount}. Write this?")
    if agreed:
        for each in found:
            write(each.file, each.after)
    told = [f"{amount}: {'written' if agreed else 'not written, there are errors' if wrong else 'nothing was written'}"]
    report = Report(
        command="models bump",
        findings=tuple(findings),
        resources=sum(len(each.deployments) for each in found),
        data={
            "edits": [{"stack": each.name, "file": str(each.file), "diff": each.diff} for each in found],
            "quotas": table.data(),
            "written": agreed,
        },
        **in_report(table, [diff, *told]),
    )
    if not gate or not agreed:
        return report
    return _tried(project, found, old, new, gate, context, target, report)


def _known(model: str) -> Iterator[Finding]:
    name, _, version = model.partition("@")
    if Market.load().entry(name, version) is None:
        yield Finding.of(
            "inventory.model-not-in-catalog",
            f"{model} is in no row of this release's catalog; Azure may have it",
            found=model,
            remedy=f"see what there is: `modelyard models search {name}`",
        )


@contextmanager
def _copy(project: Project, edited: Sequence[BumpedStack]) -> Iterator[Project]:
    """The project with the edited files, in a folder that goes afterwards."""
    with tempfile.TemporaryDirectory(prefix="modelyard-") as folder:
        root = Path(folder)
        stacks = root / project.stacks.relative_to(project.root)
        shutil.copy(project.root / "Pulumi.yaml", root)
        shutil.copytree(project.stacks, stacks, dirs_exist_ok=True)
        copy = replace(project, root=root, stacks=stacks)
        if project.definitions.is_dir():
            shutil.copytree(project.definitions, copy.definitions)
        for each in edited:
            copy.stack_file(each.name).write_text(each.after, encoding="utf-8")
        yield copy


def _new_findings(
    project: Project, copy: Project, name: str, context: OperationContext, target: TargetName | None
) -> Iterator[Finding]:
    """What is wrong with the edited file that wasn't before."""
    before = {(each.code, each.path) for each in checked(project, name, context, target).findings}
    for each in checked(copy, name, context, target).findings:
        if (each.code, each.path) not in before and each.severity is not Severity.NOTE:
            yield each


def _quotas(
    project: Project, copy: Project, names: Sequence[str], context: OperationContext, target: TargetName | None
) -> tuple[list[dict[str, Any]], list[Finding]]:
    """Quotas of the old and of the new side by side, as far as one of them draws on them, and what doesn't suffice."""
    sides = [quota(each, names, context, target=target) for each in (project, copy)]
    by = [{(row["subscription"], row["quota"], row["pool"]): row for row in each.data["quotas"]} for each in sides]
    old, new = by
    rows = [
        {
            "quota": key[1],
            "pool": key[2],
            "limit": (new.get(key) or old[key])["limit"],
            "before": (old.get(key) or {"after": new[key]["used"]})["after"] if key in old or key in new else None,
            "after": new[key]["after"] if key in new else old[key]["after"] - old[key]["declared"],
            "left": new[key]["left"] if key in new else old[key]["left"] + old[key]["declared"],
        }
        for key in {**old, **new}
        if old.get(key) != new.get(key)
    ]
    before = {(each.code, each.message) for each in sides[0].findings}
    return rows, [each for each in sides[1].findings if (each.code, each.message) not in before]


def _tried(
    project: Project,
    found: Sequence[BumpedStack],
    old: str,
    new: str,
    gate: str,
    context: OperationContext,
    target: TargetName | None,
    report: Report,
) -> Report:
    """The new beside the old: declared, called, put to the team's command; and the edit that follows from it."""
    checks: list[Check] = []
    lines = [report.text]
    edits = []
    for each in found:
        declared = up(project, each.name, context, target=target, smoke=False)
        if declared.failures:
            return replace(report, failures=declared.failures, text="\n".join(lines))
        names = tuple(name for one in each.deployments for name in (one.name, one.beside))
        checks += smoke(project, each.name, context, target=target, select=names).checks
        for one in each.deployments:
            for name, model in ((one.name, old), (one.beside, new)):
                checks.append(_gate(project, each.name, name, model, gate, declared.data["outputs"], context, target))
        passed = all(
            check.outcome in (Outcome.PASSED, Outcome.SKIPPED)
            for check in checks
            if any(one.beside in check.subject for one in each.deployments)
        )
        after = each.after
        for one in each.deployments:
            after = stack_edits.without(moved_to(after, one.name, new) if passed else after, (SECTION, one.beside))
        diff = edit(each.file.name, each.after, after)
        edits.append({"stack": each.name, "passed": passed, "diff": diff})
        said = "the new one passed; this swaps them" if passed else "the new one didn't pass; this takes it away"
        lines += [f"{each.name}: {said}:", diff]
    return replace(
        report,
        checks=tuple(checks),
        countable=(Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED, Outcome.INCONCLUSIVE, Outcome.NOT_PROVED),
        text="\n".join(lines),
        data={**report.data, "next": edits},
    )


def _gate(
    project: Project,
    stack: str,
    deployment: str,
    model: str,
    command: str,
    outputs: Mapping[str, Any],
    context: OperationContext,
    target: TargetName | None,
) -> Check:
    """The team's command for one deployment. It gets no secret in its arguments, and signs in as whoever runs this."""
    there = point(resolve(target, context, checked(project, stack, context, target)), context)
    endpoint = f"{str(outputs.get('openaiEndpoint') or '').rstrip('/')}/openai/v1"
    about = {
        "MODELYARD_STACK": stack,
        "MODELYARD_DEPLOYMENT": deployment,
        "MODELYARD_MODEL": model,
        "MODELYARD_ENDPOINT": endpoint,
        "MODELYARD_INFERENCE_ENDPOINT": str(outputs.get("inferenceEndpoint") or ""),
    }
    context.progress.passing(f"  {deployment}: {command} …")
    begun = time.monotonic()
    try:
        done = subprocess.run(
            shlex.split(command),
            cwd=project.root,
            env={**child_environment(there, context.environment), **about},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
            check=False,
        )
        status, output = f"exit status {done.returncode}", done.stdout.decode(errors="replace")
        passed = done.returncode == 0
    except (OSError, ValueError, subprocess.TimeoutExpired) as wrong:
        status, output, passed = str(wrong), "", False
    context.progress.clear()
    return Check(
        "gate.passes",
        deployment,
        Outcome.PASSED if passed else Outcome.FAILED,
        "exit status 0",
        status,
        "" if passed else " | ".join(map(shown, output.strip().splitlines()[-LINES:])),
        seconds=time.monotonic() - begun,
    )
