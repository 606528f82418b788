"""Asking before Azure is changed: one rule for every command.

The sandbox is there to be changed, so nobody is asked there. Against Azure a terminal is asked. Without a terminal
there is nobody to ask, so that `--yes` has to be on the command line, whatever there turns out to be to do.
"""

import shlex
import sys
from contextvars import ContextVar

from modelyard.destination import TargetName
from modelyard.display import shown
from modelyard.failures import ExitStatus, Failure

COMMAND: ContextVar[tuple[str, ...]] = ContextVar("COMMAND", default=())
"""The words after `modelyard`, as they were typed."""


class NotConfirmed(Failure):
    """The change was not confirmed."""

    code = "cli.not-confirmed"
    status = ExitStatus.USAGE

    def __init__(self, why: str) -> None:
        words = COMMAND.get()
        command = f": {shlex.join(['modelyard', *words, '--yes'])}" if words else ""
        super().__init__(f"nothing was changed: {why}", remedy=f"say so with --yes{command}")


def answerable(target: TargetName, *, yes: bool) -> None:
    """See that a question could be answered, before any work. Raises NotConfirmed."""
    if target == "azure" and not yes and not sys.stdin.isatty():
        raise NotConfirmed("without a terminal nobody can be asked, and --yes is missing")


def confirmed(question: str, target: TargetName, *, yes: bool) -> None:
    """Return when nobody is to be asked, or somebody said yes. Raises NotConfirmed."""
    answerable(target, yes=yes)
    if yes or target != "azure":
        return
    sys.stderr.write(f"{shown(question)} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise NotConfirmed("the answer was not yes")
