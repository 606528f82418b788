"""A team's own project: the files that it begins with, and which of them a newer Modelyard may write anew.

`.modelyard/project.json` holds the answers and a digest of each file as Modelyard wrote it. A file that has another
digest was changed by the team, and is left alone from then on. Pulumi.yaml is written last: where it stands, the
project is whole.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from modelyard import __version__, files
from modelyard.config import schema
from modelyard.config.naming_rules import PATTERNS, RULES
from modelyard.config.project import Project
from modelyard.failures import Failure
from modelyard.files import FileUnreadable, json_of
from modelyard.operations.context import OperationContext
from modelyard.report.result import Report

TEMPLATES = Path(__file__).with_name("templates") / "project"
ENDING = ".jinja"
RECORD = ".modelyard/project.json"
PROJECT_FILE = "Pulumi.yaml"
WORKFLOW = ".github/workflows/modelyard.yml"
TEAMS_OWN = ("stacks/Pulumi.", "stacks/layers/", "policies/azure/", "tests/", "README.md", PROJECT_FILE)
"""What begins as a template and then is the team's: what is deployed doesn't follow a newer template."""

NAME = re.compile(r"[a-z][a-z0-9-]{0,38}[a-z0-9]")
PINNED = re.compile(r"(?:https|file)://\S+\.whl#sha256=[0-9a-f]{64}|git\+https://\S+@[0-9a-f]{40}")
"""A wheel with its hash, as pip compares it; a commit is a hash of what it holds."""
BACKEND = re.compile(r"azblob://[a-z0-9-]{3,63}\?storage_account=[a-z0-9]{3,24}|file://\S+")
"""Pulumi's addresses of a container of Azure Blob Storage and of a folder. A key in an address would be committed."""


def init(
    folder: Path,
    context: OperationContext,
    *,
    install: str | None = None,
    name: str | None = None,
    location: str = "swedencentral",
    backend: str | None = None,
) -> Report:
    """Write the files that a project of a team begins with. A second run changes nothing.

    `install` is where Modelyard is installed from, pinned: a wheel's URL with `#sha256=…`, or a git URL with a whole
    commit. `name` is the project's, the folder's where none is given; `backend` is where Pulumi keeps state.

    Files that are there are left as they are. `Report.data` has `written` and `left`, paths in the folder. Raises
    `init.install-unpinned`, `init.name-unusable`, `init.location-unusable` and `init.backend-unusable`.
    """
    if files.is_file(folder / PROJECT_FILE):
        return _report("init", folder, (), (), f"{folder}: this is a project already, and nothing was changed")
    name = name if name is not None else folder.resolve().name.lower()
    if not NAME.fullmatch(name):
        raise Failure.of("init.name-unusable", name=name)
    if not re.fullmatch(PATTERNS["region"], location):
        raise Failure.of("init.location-unusable", location=location, rule=RULES["region"])
    if backend is not None and not BACKEND.fullmatch(backend):
        raise Failure.of("init.backend-unusable", backend=backend)
    context.progress.passing(f"  writing {folder} …")
    answers = {"install": _pinned(install), "name": name, "location": location, "backend": backend}
    written, left, digests = list[str](), list[str](), dict[str, str]()
    for path, content in _rendered(answers):
        if path == PROJECT_FILE:
            continue
        if (folder / path).exists():
            left.append(path)
        else:
            _write(folder, path, content)
            written.append(path)
            digests[path] = _digest(content)
    _record(folder, answers, digests)
    project = dict(_rendered(answers))[PROJECT_FILE]
    _write(folder, PROJECT_FILE, project)
    written += [RECORD, PROJECT_FILE]
    change = "" if folder == Path() else f"cd {folder} && "
    following = (
        f"  {change}python3 -m venv .venv && .venv/bin/pip install -r requirements.txt",
        "  .venv/bin/modelyard up dev",
    )
    return _report("init", folder, written, left, "\n".join(("", "Next:", *following)))


def upgrade(project: Project, context: OperationContext, *, install: str | None = None) -> Report:
    """Write anew what Modelyard keeps in a project: the schema, the programs, the pipeline, the requirements.

    Stack files, layers, policies, tests and the README are the team's and stay. A file that the team has changed or
    deleted stays so and is named. `install` takes the place of where Modelyard was installed from. A second run changes
    nothing. `Report.data` has `written` and `left`. Raises `init.not-begun` and `init.install-unpinned`.
    """
    file = project.root / RECORD
    try:
        record: Any = json_of(file)
        answers, digests = dict(record["answers"]), dict(record["files"])
    except (FileUnreadable, KeyError, TypeError, ValueError):
        raise Failure.of("init.not-begun", file=file) from None
    if install is not None:
        answers["install"] = _pinned(install)
    context.progress.passing(f"  comparing {project.root} …")
    written, left = list[str](), list[str]()
    for path, content in _rendered(answers):
        if path.startswith(TEAMS_OWN):
            continue
        place = project.root / path
        there = _digest(files.text(place)) if files.is_file(place) else None
        if there == _digest(content):
            digests[path] = there
        elif there == digests.get(path):  # as it was written, or new since then
            _write(project.root, path, content)
            written.append(path)
            digests[path] = _digest(content)
        else:
            left.append(path)
    if _record(project.root, answers, digests):
        written.append(RECORD)
    same = "" if written else f"{project.root}: everything is of version {__version__} already"
    return _report("upgrade", project.root, written, left, same)


def render_pipeline(project: Project, context: OperationContext, *, check: bool = False) -> Report:
    """Write the workflow of GitHub that runs a project's stacks; it is that of `init`.

    `check` writes nothing. `Report.data` has `written` and `left`. Raises `pipeline.differs` where the file isn't as it
    would be written and `check` is asked.
    """
    context.progress.passing("  rendering the pipeline …")
    content = dict(_rendered({"install": "", "name": "", "location": "", "backend": None}))[WORKFLOW]
    place = project.root / WORKFLOW
    there = files.text(place) if files.is_file(place) else None
    if there == content:
        return _report("pipeline render", project.root, (), (), f"{WORKFLOW}: as it would be rendered")
    if check:
        raise Failure.of("pipeline.differs", file=place)
    _write(project.root, WORKFLOW, content)
    return _report("pipeline render", project.root, (WORKFLOW,), (), "")


def _pinned(install: str | None) -> str:
    if install is None or not PINNED.fullmatch(install):
        raise Failure.of("init.install-unpinned", case="unnamed" if install is None else "unpinned", source=install)
    return install


def _rendered(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every file of a project, by its path."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(  # writes YAML and Python, no HTML; delimiters that GitHub's expressions don't have
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  what is made is no HTML
        keep_trailing_newline=True,
        trim_blocks=True,
        variable_start_string="[[",
        variable_end_string="]]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
    )
    for file in sorted(TEMPLATES.rglob(f"*{ENDING}")):
        path = file.relative_to(TEMPLATES).as_posix()
        yield path.removesuffix(ENDING), environment.get_template(path).render(answers)
    yield f"stacks/{schema.FILE_NAME}", schema.text()


def _record(folder: Path, answers: Mapping[str, Any], digests: Mapping[str, str]) -> bool:
    """Write which files are Modelyard's; whether that changed anything."""
    content = {"version": 1, "modelyard": __version__, "answers": answers, "files": dict(sorted(digests.items()))}
    text = json.dumps(content, indent=2) + "\n"
    if files.is_file(folder / RECORD) and files.text(folder / RECORD) == text:
        return False
    _write(folder, RECORD, text)
    return True


def _write(folder: Path, path: str, content: str) -> None:
    place = files.inside(folder, *path.split("/"))
    place.parent.mkdir(parents=True, exist_ok=True)
    files.write(place, content)


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def _report(command: str, folder: Path, written: Sequence[str], left: Sequence[str], text: str) -> Report:
    lines = [*(f"  + {path}" for path in written), *(f"  = {path}: left as it is" for path in left)]
    return Report(
        command=command,
        text="\n".join([*lines, *([text] if text else [])]),
        data={"folder": str(folder), "written": list(written), "left": list(left)},
    )
