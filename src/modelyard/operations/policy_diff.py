"""The policies before and after a change: of a repository of EPAC, or of a project's stacks."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from modelyard.audit import impact
from modelyard.audit.project_policies import ProjectPolicies
from modelyard.audit.revision import Revision
from modelyard.catalog.calendar import Calendar
from modelyard.config.failures import ProjectMissing
from modelyard.config.project import Project
from modelyard.failures import Failure
from modelyard.files import below
from modelyard.findings import Finding
from modelyard.operations import multi_stack
from modelyard.operations.context import OperationContext
from modelyard.operations.multi_stack import Fleet
from modelyard.policy.documents import built_ins
from modelyard.policy.evaluation import policy_snapshot
from modelyard.policy.evaluation.policy_documents import Rulebook


@dataclass(frozen=True, slots=True)
class Side:
    """The policies before or after the change, with what could not be read of them."""

    book: Rulebook
    failures: tuple[Failure, ...] = ()
    findings: tuple[Finding, ...] = ()
    assumed: tuple[str, ...] = ()


def epac(revision: Revision, base: str, folder: Path, environment: str, groups: Sequence[str]) -> tuple[Side, Side]:
    """Of the repository of EPAC in a folder. Raises NoEnvironment where the work tree doesn't have the environment."""
    from modelyard.epac import reader
    from modelyard.epac import repository_files as on_disk
    from modelyard.epac.failures import NoEnvironment

    name = folder.resolve().name

    def side(files: Mapping[str, str]) -> Side:
        found = reader.read(files, environment, name, groups)
        return Side(found.rulebook, found.refused, found.passed_over, found.assumed)

    after = side(on_disk.files(folder))
    try:
        return side(on_disk.texts(revision.files(folder, reader.wanted))), after
    except NoEnvironment as none:
        new = f"environment '{environment}' wasn't there at {base}, so that all of it counts as new"
        told = Finding.of("epac.environment-new", new, found=none.what)
        return Side(Rulebook(), findings=(told,)), after


def project(
    revision: Revision,
    of: Project,
    fleet: Fleet,
    base: str,
    calendar: Calendar,
    context: OperationContext,
    *,
    whole: bool,
) -> tuple[Side, Side]:
    """Policies of all the project's stacks, since one may assign what reaches another.

    A stack that can be read on one side only would seem to bring all its policies, or to take them away; it counts on
    neither.
    """
    now_there = fleet if whole else multi_stack.of_project(of, calendar, context)
    with tempfile.TemporaryDirectory() as kept:
        for path, content in revision.files(of.root, lambda paths: _of_project(of, paths)).items():
            file = below(Path(kept), path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        try:
            then = Project.find(Path(kept))
            there_then = multi_stack.of_project(then, calendar, context, at=f" at {base}")
            known = ProjectPolicies.of(then)
        except ProjectMissing:
            there_then, known = Fleet(()), ProjectPolicies()
    unread = {each.name for each in (*there_then.left_out, *now_there.left_out)}
    return _side(there_then.without(unread), known), _side(now_there.without(unread), ProjectPolicies.of(of))


def _of_project(project: Project, paths: Sequence[str]) -> list[str]:
    folders = [
        f"{folder.relative_to(project.root).as_posix()}/"
        for folder in (project.stacks, project.definitions)
        if folder != project.root
    ]
    return [
        path
        for path in paths
        if path == "Pulumi.yaml"
        or path.startswith(tuple(folders))
        or (project.stacks == project.root and path.endswith(".yaml") and path.startswith(("Pulumi.", "layers/")))
    ]


def _side(found: Fleet, known: ProjectPolicies) -> Side:
    """What the stacks declare, and what the project's own files assign."""
    book = _declared(found)
    assigns = known.own.assignments or known.own.exemptions  # what only defines is in the stacks that use it
    return Side(book | known.own if assigns else book, failures=known.failures, findings=found.findings)


def _declared(found: Fleet) -> Rulebook:
    book = Rulebook()
    for member in found.members:
        book |= member.source.rulebook
    return book


def completed(
    sides: tuple[Side, Side], fleet: Fleet, groups: Sequence[str], start: Path, *, of_others: bool
) -> tuple[Side, Side]:
    """Both sides with what is the same on both: groups, pulled built-ins, exemptions and enrollments of others."""
    try:
        around = policy_snapshot.joined(policy_snapshot.read(Project.find(start).root / policy_snapshot.FOLDER))
    except ProjectMissing:
        around = Rulebook()
    if of_others:
        around = Rulebook(exemptions=_declared(fleet).exemptions) | around
    theirs = {key for side in sides for key in (*side.book.exemptions, *side.book.enrollments)}
    common = Rulebook(
        definitions={key: each for key, each in around.definitions.items() if built_ins.is_built_in(key)},
        initiatives={key: each for key, each in around.initiatives.items() if built_ins.is_built_in(key)},
        exemptions={key: each for key, each in around.exemptions.items() if key not in theirs},
        enrollments={key: each for key, each in around.enrollments.items() if key not in theirs},
    )
    above = tuple(groups) or impact.management_groups(*(side.book for side in sides))
    before, after = (
        replace(side, book=replace(side.book | common, management_groups=above), assumed=() if groups else above)
        for side in sides
    )
    return before, after
