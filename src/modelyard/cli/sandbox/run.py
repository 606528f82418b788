"""`modelyard sandbox run`."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from modelyard.cli.process_context import context
from modelyard.config.failures import ProjectMissing
from modelyard.config.project import Project
from modelyard.destination import Destination
from modelyard.engine.build import PYTHON_VARIABLE
from modelyard.failures import ExitStatus, Failure
from modelyard.operations import stack_file
from modelyard.operations.context import OperationContext
from modelyard.operations.engine_location import search_path
from modelyard.operations.stack_operation import read
from modelyard.operations.target_resolution import child_environment, point, sandbox
from modelyard.operations.user_dirs import Places


class NoCommand(Failure):
    """No command was named, or it does not exist."""

    code = "cli.no-command"
    status = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no command {name!r}" if name else "no command was given",
            allowed="modelyard sandbox run -- COMMAND [ARGUMENT …]",
        )


def run(*command: Annotated[str, Parameter(allow_leading_hyphen=True)], project: Path = Path()) -> int:
    """Run a command inside the sandbox's environment.

    For example:

        modelyard sandbox run -- pulumi up --stack dev
        modelyard sandbox run -- python my_program.py

    The command reaches the sandbox by Azure's own host names, with a login of the sandbox's; every other host is
    refused by name. Your own logins and Pulumi state stay untouched. Starts the sandbox unless it runs. The exit
    status is the command's.

    Pulumi with `--stack` works on a copy of the stack's file, because it writes its secrets provider's settings
    there, and those of the sandbox have no place in a file that you commit.

    Parameters
    ----------
    command
        The command and its arguments, behind `--`.
    project
        A folder of the project whose stack files Pulumi reads; Pulumi.yaml is looked for in it and above.

    """
    caller = context()
    target = point(_destination(command, project, caller), caller)
    environment = child_environment(target, caller.environment)
    environment["PATH"] = search_path(caller, environment.get("PATH", ""), Path(sys.executable))
    environment.setdefault(PYTHON_VARIABLE, sys.executable)  # a built engine is shared, and may know another one
    found = shutil.which(command[0], path=environment["PATH"]) if command else None
    if found is None:
        raise NoCommand(command[0] if command else "")
    words = list(command[1:])
    if Path(found).name == "pulumi":
        words = stack_file.instead(words, project, Places.here(caller.environment).sandbox)
    child = subprocess.Popen([found, *words], env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:  # the terminal told the child as well; it ends in its own time
            continue


def _destination(command: tuple[str, ...], start: Path, caller: OperationContext) -> Destination:
    """The sandbox; for Pulumi's own commands on a stack for Azure it is a rehearsal, with that stack's subscription."""
    stack = stack_file.named(command[1:]) if command and Path(command[0]).name == "pulumi" else None
    try:
        loaded = read(Project.find(start), stack, caller) if stack else None
    except ProjectMissing:  # Pulumi has its own words for it
        loaded = None
    if loaded is None or loaded.target != "azure":
        return sandbox()
    return Destination("sandbox", subscription=loaded.subscription_id or "", rehearsal=True)
