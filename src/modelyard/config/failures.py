"""What stops a command before there is a stack file to find fault with.

::

    Failure
├── ProjectMissing      no Pulumi.yaml from here upwards
├── ProjectUnreadable   Pulumi.yaml isn't a project file
└── StackMissing        no file for the stack
"""

from collections.abc import Sequence
from pathlib import Path

from modelyard.failures import ExitStatus, Failure


class ProjectMissing(Failure):
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
    code = "config.project-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"Pulumi.yaml can't be read as a project file: {problem}",
            where=str(file),
            allowed="a YAML map with at least `name` and `runtime`",
        )


class StackMissing(Failure):
    code = "config.stack-missing"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, stack: str, known: Sequence[str]) -> None:
        super().__init__(
            f"the stack {stack} has no file",
            where=str(file),
            allowed=f"stacks with a file: {', '.join(known)}" if known else "no stack has a file yet",
            remedy="name one of these stacks, or write the file; `pulumi stack init` makes the stack itself",
        )
