"""Options that several commands take, with one name and one meaning everywhere.

A command offers the options that it can fill and no others: a report of JUnit or SARIF that is always empty would pass
for one that found nothing.
"""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure, Wording

NAMES = {
    "confirm": "--yes",
    "every": "--all",
    "principals": "--principal",
    "regions": "--region",
    "start": "--project",
    "strangers": "--stranger",
    "variables": "--env",
    "management_groups": "--management-group",
}
"""Options that are called otherwise than the keyword of the operation."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Plain:
    """Of commands whose result is text and data: no findings, no checks."""

    json: bool = False
    """Print the result as JSON on standard output. Progress stays on standard error."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class InProject(Plain):
    """Of commands that read a project."""

    project: Path = Path()
    """A folder of the project. Pulumi.yaml is looked for in it and in the folders above."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Rows:
    """Of commands whose result has rows of one kind."""

    csv: Path | None = None
    """Also write the rows as CSV to this file, with every column."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Steps(Plain):
    """Of commands whose result has steps that can fail."""

    junit: Path | None = None
    """Also write the result as JUnit XML to this file."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Checks(Steps):
    """Of commands whose result has checks."""

    verbose: Annotated[bool, Parameter(name=["--verbose", "-v"])] = False
    """Also show checks that passed, and notes."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ProjectSteps(InProject, Steps):
    """Of commands with steps that read a project."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class ProjectChecks(InProject, Checks):
    """Of commands with checks that read a project."""


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Common(ProjectChecks):
    """Of commands whose result has findings, which are at a place in a file."""

    sarif: Path | None = None
    """Also write the result as SARIF 2.1.0 to this file. Code hosts show it beside the lines of a pull request."""


def common(options: Any) -> Common:
    """How to show a result: the options that a command offers, and the defaults of the others."""
    given = {each.name: getattr(options, each.name) for each in fields(Common) if hasattr(options, each.name)}
    return Common(**given)


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class Pointing:
    """Where the command works."""

    target: TargetName | None = None
    """`azure`, or `sandbox` (a local Azure, started when needed). A stack's file says it, and nothing else is taken,
    but `sandbox` for a stack for Azure: that is a rehearsal. Where no stack is named, say it here or by
    MODELYARD_TARGET."""


class OptionWording(Wording):
    """The texts of failures in the words of the command line: a keyword of an operation is its option."""

    def keyword(self, name: str, value: str) -> str:
        """An option, as it is typed."""
        option = NAMES.get(name, f"--{name.replace('_', '-')}")
        return f"{option} {value}" if value else option


def in_options(failure: Failure, words: Sequence[str]) -> None:
    """Write a failure's texts in the words of the command line; `words` are those after `modelyard`."""
    failure.word(OptionWording())
    if failure.code == "cli.not-confirmed":
        failure.remedy += f": {shlex.join(['modelyard', *words, '--yes'])}"


def project_around(start: Path) -> Project | None:
    """The project around a command that needs none; None outside of one."""
    try:
        return Project.find(start)
    except Failure:
        return None
