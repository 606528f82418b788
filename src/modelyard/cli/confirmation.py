"""Asking before something is lost. Without a terminal there is nobody to ask, so the caller has to have said yes."""

import sys

from modelyard.failures import ExitStatus, Failure


class NotConfirmed(Failure):
    """Nobody said yes."""

    code = "cli.not-confirmed"
    status = ExitStatus.USAGE

    def __init__(self) -> None:
        super().__init__("nothing was changed: nobody said yes", remedy="add --yes")


def confirmed(question: str, *, yes: bool, terminal: bool) -> None:
    """Return when somebody said yes; raise `NotConfirmed` otherwise."""
    if yes:
        return
    if not terminal:
        raise NotConfirmed
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in {"y", "yes"}:
        raise NotConfirmed
