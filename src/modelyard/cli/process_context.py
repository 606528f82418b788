"""The context of operations that a command runs: this process's environment, terminal and command line."""

import os
import sys
from contextvars import ContextVar

from modelyard.cli.progress import Progress
from modelyard.display import shown
from modelyard.operations.context import OperationContext

COMMAND: ContextVar[tuple[str, ...]] = ContextVar("COMMAND", default=())
"""The words after `modelyard`, as they were typed."""


def context(*, yes: bool = False) -> OperationContext:
    """The context; `yes` is what the command line says of consent. Without it a terminal is asked, and nobody else."""
    interactive = sys.stdin.isatty()
    consent = _consent if yes else _asked if interactive else None
    return OperationContext(
        environment=os.environ,
        progress=Progress(),
        confirm=consent,
        interactive=interactive,
        command=COMMAND.get(),
    )


def _consent(_question: str) -> bool:
    return True


def _asked(question: str) -> bool:
    """Whether the person at the terminal says yes."""
    sys.stderr.write(f"{shown(question)} [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}
