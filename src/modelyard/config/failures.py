"""What stops a command before there is a stack file to find fault with, where code catches it or it holds logic."""

import re
from collections.abc import Sequence
from pathlib import Path

from modelyard.failures import ExitStatus, Failure


class ProjectMissing(Failure):
    """No Pulumi.yaml is in the folder or above it."""


class StackMissing(Failure):
    """The stack that was named has no file."""

    code = "config.stack-missing"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, stack: str, known: Sequence[str]) -> None:
        from modelyard.config.suggestions import did_you_mean  # it loads pydantic, and most commands find their stack

        named = re.fullmatch(r"(?:.*/)?Pulumi\.([^/]+)\.yaml", stack)  # a path instead of a name
        did = f"name the stack, not its file: {named[1]}" if named else did_you_mean(stack, known)
        super().__init__(
            f"there is no stack {stack}: it has no file",
            where=str(file),
            allowed=f"the stacks of this project: {', '.join(known)}" if known else "no stack has a file yet",
            remedy=did or "name one of these stacks, or write the file",
        )
