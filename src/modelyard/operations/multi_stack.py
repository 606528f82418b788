"""Several stacks at once: those of a project, or the stack files and state exports that were named."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from modelyard.audit import state
from modelyard.audit.audited_resource import Locate
from modelyard.audit.source import NOBODY, AuditSource
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.failures import ProjectMissing
from modelyard.config.loader import Loaded, load
from modelyard.config.project import Project
from modelyard.config.stack import Stack
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.files import FileUnreadable, is_file, is_folder, json_of
from modelyard.findings import Finding, Position, Severity
from modelyard.operations.audit_source import written_in
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import login

MADE_UP = NOBODY[:24]
"""How the ids of subscriptions begin that no file and no environment names: each such stack is compared as if alone."""
STACK_FILE = "Pulumi.*.yaml"


@dataclass(frozen=True, slots=True)
class StackSelection:
    """One stack that is looked at."""

    name: str
    source: AuditSource
    locate: Locate
    target: TargetName


@dataclass(frozen=True, slots=True)
class LeftOut:
    """One stack that can't be looked at: why, in words that are the same for all that lack the same."""

    name: str
    why: str
    position: Position | None
    severity: Severity
    at: str


@dataclass(frozen=True, slots=True)
class Fleet:
    """The stacks, and those that can't be looked at."""

    members: tuple[StackSelection, ...]
    left_out: tuple[LeftOut, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """One for each cause: a definition that can't be read leaves out every stack that uses it."""
        causes: dict[tuple[str, str], list[LeftOut]] = {}
        for each in self.left_out:
            causes.setdefault((each.why, each.at), []).append(each)
        return tuple(_finding(group) for group in causes.values())

    def without(self, names: Iterable[str]) -> "Fleet":
        """The others."""
        gone = set(names)
        return Fleet(tuple(each for each in self.members if each.name not in gone), self.left_out)


def of_project(project: Project, calendar: Calendar, context: OperationContext, *, at: str = "") -> Fleet:
    """Every stack of a project; `at` says of which state the project is, for messages."""
    named = [(project, name, name) for name in project.stack_names()]
    return _fleet(_read(named, calendar, context, at))


def named(words: Sequence[str], start: Path, calendar: Calendar, context: OperationContext) -> Fleet:
    """The stacks that words name; without any, those of the project that `start` lies in. Raises `cli.no-stacks`."""
    if not words:
        try:
            found = of_project(Project.find(start), calendar, context)
        except ProjectMissing:
            raise Failure.of("cli.no-stacks", place=str(start.resolve())) from None
        if not found.members and not found.left_out:
            raise Failure.of("cli.no-stacks", place=str(start.resolve()))
        return found
    stacks: list[tuple[Project, str, str]] = []
    exports: list[Path] = []
    for word in words:
        place = Path(word)
        files = [place] if is_file(place) else sorted(_inside(place)) if is_folder(place) else []
        if not files and not is_folder(place):
            stacks.append((Project.find(start), word, word))
        elif not files:
            raise Failure.of("cli.no-stacks", place=word)
        stacks += [_stack(file) for file in files if file.suffix == ".yaml"]
        exports += [file for file in files if file.suffix != ".yaml"]
    return _fleet([*_read(stacks, calendar, context, ""), *map(_export, exports)])


def _inside(folder: Path) -> Iterator[Path]:
    """Stack files and state exports in a folder and below; other JSON files, as a schema, are none."""
    for file in (*folder.rglob(STACK_FILE), *folder.rglob("*.json")):
        hidden = any(part.startswith(".") for part in file.relative_to(folder).parts)
        if not hidden and (file.suffix == ".yaml" or _exported(file)):
            yield file


def _exported(file: Path) -> bool:
    try:
        found = json_of(file)
    except FileUnreadable:
        return False
    return isinstance(found, dict) and isinstance(found.get("deployment"), dict)


def _stack(file: Path) -> tuple[Project, str, str]:
    """The project, the stack's name there, and what to call it among stacks of several projects."""
    name = file.name.removeprefix("Pulumi.").removesuffix(".yaml")
    folder = file.resolve().parent
    try:
        project = Project.find(folder)
    except ProjectMissing:
        project = Project(folder, folder.name, folder, folder)
    return project, name, f"{project.name}/{name}"


def _read(
    stacks: Iterable[tuple[Project, str, str]], calendar: Calendar, context: OperationContext, at: str
) -> Iterator[StackSelection | LeftOut]:
    from modelyard.resources.graph import declared

    market = Market.load()
    for project, name, shown in stacks:
        context.progress.passing(f"  {shown} …")
        loaded = load(project, name, calendar=calendar, market=market)
        if loaded.stack is None:
            yield _left_out(shown, at, loaded)
            continue
        subscription = loaded.stack.subscription_id or _subscription(loaded.stack, project, context)
        found = AuditSource.declared(f"stack {shown}", declared(loaded.stack, subscription), subscription)
        yield StackSelection(shown, found, loaded.position, loaded.stack.target)


def _subscription(stack: Stack, project: Project, context: OperationContext) -> str:
    """Where a stack that names none is deployed: in the sandbox's, or whoever's is signed in to Azure.

    Where nobody is known to be, in one of its own that nobody has.
    """
    if stack.target == "sandbox":
        from modelyard.sandbox import SUBSCRIPTION_ID

        return SUBSCRIPTION_ID
    return login(context.environment)[1] or f"{MADE_UP}{uuid5(NAMESPACE_URL, f'{project.name}/{stack.name}').hex[:12]}"


def _left_out(shown: str, at: str, loaded: Loaded) -> LeftOut:
    first = loaded.errors[0]
    why = f"{first.message} [{first.code}]" + (f", and {len(loaded.errors) - 1} more" * (len(loaded.errors) > 1))
    severity = Severity.WARNING if at else Severity.ERROR  # what stood at a commit can't be mended any more
    return LeftOut(shown, why, None if at else first.position, severity, at)


def _finding(group: Sequence[LeftOut]) -> Finding:
    first, names = group[0], ", ".join(each.name for each in group)
    said = f"stack {names}{first.at} isn't evaluated, because its file has errors"
    if len(group) > 1:
        said = f"{len(group)} stacks{first.at} aren't evaluated, because their files have the same error: {names}"
    return Finding.of(
        "audit.stack-left-out",
        said,
        severity=first.severity,
        position=first.position,
        found=first.why,
        remedy="" if first.at else "see all of them: `modelyard check`",
    )


def _export(file: Path) -> StackSelection:
    try:
        export: Any = json_of(file)
    except FileUnreadable as wrong:
        raise Failure.of("audit.state-unreadable", name=str(file), problem=wrong.problem) from None
    found = state.source(f"state {file}", export)
    return StackSelection(file.stem, found, lambda _path: None, written_in(found, export))


def _fleet(found: Iterable[StackSelection | LeftOut]) -> Fleet:
    all_of_it = tuple(found)
    return Fleet(
        tuple(each for each in all_of_it if isinstance(each, StackSelection)),
        tuple(each for each in all_of_it if isinstance(each, LeftOut)),
    )
