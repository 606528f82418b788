"""What stops a command before there is a stack file to find fault with.

::

    Failure
├── ProjectMissing      no Pulumi.yaml from here upwards
├── ProjectUnreadable   Pulumi.yaml isn't a project file
└── StackMissing        no file for the stack
"""

import re
from collections.abc import Sequence
from pathlib import Path

from modelyard.config.suggestions import did_you_mean
from modelyard.failures import ExitStatus, Failure


class ProjectMissing(Failure):
    """No Pulumi.yaml is in the folder or above it."""

    code = "config.project-missing"
    status = ExitStatus.USAGE

    def __init__(self, start: Path) -> None:
        super().__init__(
            "there is no Pulumi.yaml in this folder or above it",
            where=str(start),
            allowed="a folder of a Modelyard repository",
            remedy="change into the repository, or name it with --project",
        )


class ProjectUnreadable(Failure):
    """Pulumi.yaml can't be read as a project file."""

    code = "config.project-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"Pulumi.yaml can't be read as a project file: {problem}",
            where=str(file),
            allowed="a YAML map with at least `name` and `runtime`",
        )


class StackMissing(Failure):
    """The stack that was named has no file."""

    code = "config.stack-missing"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, stack: str, known: Sequence[str]) -> None:
        named = re.fullmatch(r"(?:.*/)?Pulumi\.([^/]+)\.yaml", stack)  # a path instead of a name
        did = f"name the stack, not its file: {named[1]}" if named else did_you_mean(stack, known)
        super().__init__(
            f"there is no stack {stack}: it has no file",
            where=str(file),
            allowed=f"the stacks of this project: {', '.join(known)}" if known else "no stack has a file yet",
            remedy=did or "name one of these stacks, or write the file",
        )
