"""What an operation needs of the process that runs it: its environment, a display of progress, and consent.

An operation reads no environment variable, terminal or standard stream by itself. Whoever runs one, the command line, a
pipeline step or a notebook, hands these in as one value.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol


class ProgressDisplay(Protocol):
    """Lines for a person who waits. They are no part of the result."""

    def passing(self, line: str) -> None:
        """Show what is being done now; the next line replaces it."""

    def line(self, line: str) -> None:
        """Show what has happened."""

    def clear(self) -> None:
        """Remove the passing line."""


class SilentProgress:
    """Shows nothing."""

    def passing(self, line: str) -> None:
        """Show nothing."""

    def line(self, line: str) -> None:
        """Show nothing."""

    def clear(self) -> None:
        """Remove nothing."""


@dataclass(frozen=True, kw_only=True)
class OperationContext:
    """The environment of an operation, how it shows progress, and who consents to a change of Azure.

    `environment` is the mapping that `os.environ` is for a command: logins, MODELYARD_STATE, MODELYARD_CACHE and
    MODELYARD_TARGET are read from it, and the engine's child processes get it. It may hold secrets and is never shown.

    `confirm` gets the change and a question, and returns whether the change may be made. It is called only before Azure
    is changed; None refuses such a change before any work is done for it. The sandbox needs no consent.

    `interactive` says that a person watches: then the sandbox is assumed where no target is stated. `command` is what
    the user typed after `modelyard`, for messages that say how to repeat it; empty outside of the command line.
    """

    environment: Mapping[str, str] = field(repr=False)
    progress: ProgressDisplay = field(default_factory=SilentProgress)
    confirm: Callable[[str], bool] | None = None
    interactive: bool = False
    command: tuple[str, ...] = ()
