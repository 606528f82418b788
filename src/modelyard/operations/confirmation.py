"""Consent to a change of Azure: one rule for every operation.

The sandbox needs no consent. A change of Azure needs that of `OperationContext.confirm`; without it, the operation
stops before any work, whatever there turns out to be to do.
"""

import shlex

from modelyard.destination import TargetName
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.context import OperationContext


class NotConfirmed(Failure):
    """The change was not confirmed."""

    code = "cli.not-confirmed"
    status = ExitStatus.USAGE

    def __init__(self, why: str, command: tuple[str, ...] = ()) -> None:
        typed = f": {shlex.join(['modelyard', *command, '--yes'])}" if command else ""
        super().__init__(f"nothing was changed: {why}", remedy=f"say so with --yes{typed}")


def answerable(target: TargetName, context: OperationContext) -> None:
    """Raise NotConfirmed, before any work, where nobody could consent to a change."""
    if target == "azure" and context.confirm is None:
        raise NotConfirmed("without a terminal nobody can be asked, and --yes is missing", context.command)


def confirmed(question: str, target: TargetName, context: OperationContext) -> None:
    """Return where no consent is needed, or it is given. Raises NotConfirmed."""
    answerable(target, context)
    if target == "azure" and context.confirm is not None and not context.confirm(question):
        raise NotConfirmed("the answer was not yes", context.command)
