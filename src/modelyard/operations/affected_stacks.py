"""Which stacks a change of a project affects: by their files, not by what they would do.

A stack is affected by its own file, by each layer that it extends, now or before, and by what all stacks share:
Pulumi.yaml, the program, the requirements, the team's definitions and saved policies. What isn't in git's history of
the project, as a newer catalog or a change in Azure, affects none here.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from modelyard import files
from modelyard.audit.revision import Revision
from modelyard.config.project import Project
from modelyard.operations.context import OperationContext
from modelyard.report.result import Report

STACK, LAYERS, YAML = "Pulumi.", "layers/", ".yaml"
SHARED_FILES = frozenset({"Pulumi.yaml", "requirements.txt", "requirements.lock"})
EXTENDS = "modelyard:extends"


def affected(project: Project, context: OperationContext, *, since: str) -> Report:
    """Find the stacks that a change affects.

    `since` is the commit before the change; `main...` is the one at which the work left `main`. The change is what the
    work tree has otherwise, committed or not.

    `Report.data` has `stacks` (names, for a matrix), `because` (by stack, the files that changed) and `gone` (stacks
    whose file was deleted: they may still be deployed). Raises GitRefused.
    """
    context.progress.passing(f"  comparing with {since} …")
    revision = Revision.find(project.root, since)
    place = Places(project)
    before = revision.files(project.root, lambda paths: [path for path in paths if place.counts(path)])
    after = {
        path: files.read(file)
        for file in place.there()
        if place.counts(path := file.relative_to(project.root).as_posix()) and files.is_file(file)
    }
    changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
    shared = [path for path in changed if not path.startswith(place.layers) and place.stack(path) is None]
    because: dict[str, list[str]] = {}
    for path in sorted(after):
        if (name := place.stack(path)) is None:
            continue
        own = {path, *place.extended(path, before), *place.extended(path, after)}
        if reasons := [each for each in changed if each in own or each in shared]:
            because[name] = reasons
    gone = [name for path in sorted(before) if (name := place.stack(path)) is not None and path not in after]
    lines = [*(f"{name}: {', '.join(reasons)}" for name, reasons in because.items())]
    lines += [f"{name}: its file is gone; what is deployed stays until `modelyard destroy {name}`" for name in gone]
    return Report(
        command="pipeline affected",
        text="\n".join(lines) or f"no stack is affected since {since}",
        data={"stacks": list(because), "because": because, "gone": gone},
    )


class Places:
    """Where the files of a project stand that stacks are made from, by paths from its root."""

    def __init__(self, project: Project) -> None:
        self._root = project.root
        self._folders = [project.stacks, project.main, project.definitions, project.root / ".modelyard" / "policies"]
        self._stacks, self._main, *self._whole = (self._prefix(each) for each in self._folders)
        self.layers = f"{self._stacks}{LAYERS}"

    def _prefix(self, folder: Path) -> str:
        path = folder.resolve().relative_to(self._root).as_posix()
        return "" if path == "." else f"{path}/"

    def there(self) -> list[Path]:
        """Files of the work tree that may count."""
        stacks, main, *whole = self._folders
        found = [self._root / name for name in SHARED_FILES]
        found += [*stacks.glob(f"{STACK}*{YAML}"), *(stacks / "layers").glob(f"*{YAML}"), *main.glob("*.py")]
        return [*found, *(file for folder in whole for file in folder.rglob("*"))]

    def stack(self, path: str) -> str | None:
        """The stack whose file this is."""
        name = path.removeprefix(self._stacks)
        fits = (
            path.startswith(self._stacks) and name.startswith(STACK) and name.endswith(YAML) and name != "Pulumi.yaml"
        )
        return name[len(STACK) : -len(YAML)] if fits and "/" not in name else None

    def counts(self, path: str) -> bool:
        """Whether stacks are made from this file."""
        program = path.startswith(self._main) and "/" not in path.removeprefix(self._main) and path.endswith(".py")
        layer = path.startswith(self.layers) and path.endswith(YAML)
        whole = path.startswith(tuple(self._whole))
        return path in SHARED_FILES or program or layer or whole or self.stack(path) is not None

    def extended(self, path: str, among: Mapping[str, bytes]) -> set[str]:
        """The layers that a file extends, at any distance. One that can't be read extends none: it fails by itself."""
        found: set[str] = set()
        ahead = [path]
        while ahead:
            for name in _extends(among.get(ahead.pop(), b"")):
                layer = f"{self.layers}{name}{YAML}"
                if layer not in found:
                    found.add(layer)
                    ahead.append(layer)
        return found


def _extends(content: bytes) -> Sequence[str]:
    if EXTENDS.encode() not in content:
        return ()
    try:
        document: Any = yaml.load(content, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError):
        return ()
    config = document.get("config") if isinstance(document, dict) else None
    names = config.get(EXTENDS) if isinstance(config, dict) else None
    return [str(each) for each in names] if isinstance(names, list) else ()
