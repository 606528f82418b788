"""Policies as the files of a repository of EPAC (Enterprise Policy as Code)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from modelyard.config.project import Project
from modelyard.epac import environment as environments
from modelyard.epac import repository_files as on_disk
from modelyard.epac import writer
from modelyard.epac.definition_index import DefinitionIndex
from modelyard.epac.environment import Environment
from modelyard.epac.failures import NoEnvironment
from modelyard.epac.portable_documents import plain, root_scope
from modelyard.epac.rebase import moved
from modelyard.epac.repository import RepositorySource
from modelyard.epac.write_plan import Placing, place
from modelyard.failures import Failure
from modelyard.files import below
from modelyard.findings import Finding
from modelyard.operations import multi_stack
from modelyard.operations.context import OperationContext
from modelyard.operations.output_files import write
from modelyard.operations.target_resolution import with_destination
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.report.result import Report
from modelyard.sandbox import SUBSCRIPTION_ID

FIRST = "tenant"
"""The environment of a repository that is made here, as EPAC's own examples call it."""


@dataclass(frozen=True, slots=True)
class ExportedPolicies:
    """What is exported, and whose it is."""

    origin: str
    book: Rulebook
    findings: tuple[Finding, ...] = ()


@with_destination
def export_policies(
    project: Project,
    folder: Path,
    context: OperationContext,
    *,
    stack: str | None = None,
    environment: str = "",
    force: bool = False,
) -> Report:
    """Write policies as the files of an EPAC repository in `folder`, which may be empty.

    `stack` names the stack whose policies are written; without it, those that were pulled. `environment` is the
    pacSelector to write for, not needed where there is only one; `force` replaces files that Modelyard did not write.
    A second run changes nothing.

    `Report.data` has `folder`, `environment`, `rootScope`, `written`, `removed` and `unchanged`; `failures` has what
    EPAC can't express and the files in the way, and then nothing is written. Raises NoEnvironment, and failures where
    nothing was pulled, the subscription is unknown, or there is no root scope.
    """
    policies = _of_stack(project, stack, context) if stack else _pulled(project)
    if policies.book == Rulebook() and policies.findings:
        return Report(command="policy export", stack=stack or "", findings=policies.findings)
    there = _there(folder)
    found = _environment(there, environment) if there else _new(policies.book, environment or FIRST)
    book, away = moved(policies.book, found)
    source = RepositorySource(there)
    known = DefinitionIndex(source, found, (*book.definitions.values(), *book.initiatives.values()))
    documents, unwritable = plain(book, known)
    if unwritable:
        return Report(command="policy export", stack=stack or "", failures=unwritable)
    at = environments.folder(there) if there else ""
    wanted = {
        f"{at}/{path}".lstrip("/"): text for path, text in writer.files(documents, found, policies.origin).items()
    }
    begun = {} if there else {environments.NAMES[0]: _settings(found)}
    planned = place({**there, **begun}, wanted, policies.origin, found.selector, force=force)
    if planned.refused:
        return Report(command="policy export", stack=stack or "", failures=planned.refused)
    _write(folder, {**begun, **planned.written}, planned)
    return Report(
        command="policy export",
        stack=stack or "",
        findings=(*policies.findings, *_told(away, found, begun)),
        text=_text(folder, begun, planned),
        data={
            "folder": str(folder),
            "environment": found.selector,
            "rootScope": found.root_scope,
            "written": sorted({**begun, **planned.written}),
            "removed": list(planned.removed),
            "unchanged": planned.unchanged,
        },
    )


def _of_stack(project: Project, stack: str, context: OperationContext) -> ExportedPolicies:
    found = multi_stack.named((stack,), project.root, context.calendar(), context)
    books = [member.source.rulebook for member in found.members]
    book = books[0] if books else Rulebook()
    ids = (*book.assignments, *book.definitions, *book.initiatives, *book.exemptions, *book.enrollments)
    # EPAC is for Azure, which has neither a subscription that was made up nor the sandbox's.
    if any(
        id_.startswith((f"/subscriptions/{multi_stack.MADE_UP}", f"/subscriptions/{SUBSCRIPTION_ID}")) for id_ in ids
    ):
        raise Failure.of("cli.subscription-unknown", stack=stack, file=project.stack_file(stack))
    return ExportedPolicies(f"stack {stack}", book, found.findings)


def _pulled(project: Project) -> ExportedPolicies:
    """What was pulled from Azure or a repository; the sandbox's policies have no place in one for Azure."""
    read = policy_snapshot.read(project.root / policy_snapshot.FOLDER)
    kept = policy_snapshot.joined(each for each in read if each.source != "sandbox")
    if kept == Rulebook():
        raise Failure.of("cli.nothing-pulled")
    return ExportedPolicies("what was pulled", kept)


def _there(folder: Path) -> dict[str, str]:
    """The files of a repository; nothing where there is none yet."""
    try:
        return on_disk.files(folder)
    except NoEnvironment:
        return {}


def _environment(there: Mapping[str, str], selector: str) -> Environment:
    """The one that is named, or the only one. Raises NoEnvironment."""
    at = environments.folder(there)
    source = RepositorySource(there, f"{at}/" if at else "")
    return environments.read(source, selector or environments.only(source))


def _new(book: Rulebook, selector: str) -> Environment:
    root = root_scope(book)
    if not root:
        raise Failure.of("epac.no-root-scope")
    located = (str(each.get("location") or "") for each in book.assignments.values())
    return Environment(selector, root, location=next(filter(None, located), ""))


def _settings(found: Environment) -> str:
    return writer.settings(found, str(uuid5(NAMESPACE_URL, found.root_scope)), "")


def _write(folder: Path, texts: Mapping[str, str], planned: Placing) -> None:
    for path, text in texts.items():
        write(below(folder, path), text)
    for path in planned.removed:
        below(folder, path).unlink(missing_ok=True)


def _told(away: tuple[str, ...], found: Environment, begun: Mapping[str, str]) -> tuple[Finding, ...]:
    findings = []
    if away:
        findings.append(
            Finding.of(
                "epac.definitions-moved",
                message=f"EPAC keeps definitions at the root scope {found.root_scope}, so these get another id there",
                found=", ".join(away),
            )
        )
    if begun:
        findings.append(
            Finding.of(
                "epac.tenant-unknown",
                message="the tenant isn't known here: EPAC needs its id",
                found=f"{environments.NAMES[0]}: {writer.NOBODY}",
                remedy="write tenantId into it; EPAC deletes nothing of others there (desiredState ownedOnly)",
            )
        )
    return tuple(findings)


def _text(folder: Path, begun: Mapping[str, str], planned: Placing) -> str:
    lines = [f"  + {path}" for path in sorted({**begun, **planned.written})]
    lines += [f"  - {path}" for path in planned.removed]
    counts = f"{len(begun) + len(planned.written)} written, {len(planned.removed)} removed"
    return "\n".join([*lines, f"{folder}: {counts}, {planned.unchanged} as they were"])
