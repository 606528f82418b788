"""What an operation needs of the process that runs it: its environment and folders, a display of progress, and consent.

An operation reads no environment variable, terminal or standard stream by itself. Whoever runs one, the command line, a
pipeline step or a notebook, hands these in as one value.
"""

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from modelyard.destination import TargetName
from modelyard.failures import Failure

if TYPE_CHECKING:
    from modelyard.catalog.calendar import Calendar
    from modelyard.engine.discovery import Engine

NO_PLUGINS = ("PYDANTIC_DISABLE_PLUGINS", "__all__")
"""Pydantic looks through every installed distribution for plugins, which have no part in reading a stack file. Set for
a command's own process only; a tenth of a quick command's time."""


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


@dataclass(frozen=True, slots=True)
class UserFolders:
    """Where Modelyard keeps things on this machine, outside every project. A folder is made when it is first needed.

    `cache` has what can be made again: the Pulumi engine that was built here. `state` has what belongs to the user: the
    sandbox and its Pulumi state. MODELYARD_CACHE and MODELYARD_STATE name them; else the platform does (platformdirs:
    XDG on Linux, Library on macOS, AppData on Windows).
    """

    cache: Path
    state: Path

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "UserFolders":
        """The folders that a user's environment asks for."""
        from platformdirs import user_cache_path, user_state_path  # a check needs no folder

        return cls(
            cache=Path(environment.get("MODELYARD_CACHE") or user_cache_path("modelyard", appauthor=False)).absolute(),
            state=Path(environment.get("MODELYARD_STATE") or user_state_path("modelyard", appauthor=False)).absolute(),
        )

    @property
    def engine(self) -> Path:
        """Engines, by version."""
        return self.cache / "engine"

    @property
    def sandbox(self) -> Path:
        """The sandbox's home."""
        return self.state / "sandbox"


@dataclass(frozen=True, kw_only=True)
class OperationContext:
    """The environment of an operation, how it shows progress, and who consents to a change of Azure.

    `environment` is the mapping that `os.environ` is for a command: logins, MODELYARD_STATE, MODELYARD_CACHE and
    MODELYARD_TARGET are read from it, and the engine's child processes get it. It may hold secrets and is never shown.

    `confirm` gets the change and a question, and returns whether the change may be made. It is called only before Azure
    is changed; None refuses such a change before any work is done for it. The sandbox needs no consent.

    `interactive` says that a person watches: then the sandbox is assumed where no target is stated.
    """

    environment: Mapping[str, str] = field(repr=False)
    progress: ProgressDisplay = field(default_factory=SilentProgress)
    confirm: Callable[[str], bool] | None = None
    interactive: bool = False

    @property
    def folders(self) -> UserFolders:
        """Where this user's engine and sandbox are."""
        return UserFolders.of(self.environment)

    def calendar(self, target: TargetName | None = None, now: datetime | None = None) -> "Calendar":
        """The days that count: the real one, and those of the user's sandbox. With a target the operation goes there,
        whatever its stacks say.
        """
        from modelyard.catalog.calendar import Calendar
        from modelyard.catalog.market import Market
        from modelyard.sandbox_clock import advanced

        return Calendar(now or datetime.now(UTC), Market.load().date, advanced(self.folders.sandbox), target)

    def engine(self) -> "Engine":
        """The Pulumi engine; it is installed or built where there is none. Raises `engine.not-found`."""
        from modelyard.engine import discovery

        def tell(line: str) -> None:
            self.progress.line(line)
            self.progress.passing("  getting the Pulumi engine …")

        found = discovery.locate(
            cache=self.folders.engine,
            environment=dict(self.environment),
            python=Path(sys.executable),
            progress=tell,
        )
        self.progress.clear()
        return found


def answerable(target: TargetName, context: OperationContext) -> None:
    """Raise `cli.not-confirmed`, before any work, where nobody could consent to a change of Azure."""
    if target == "azure" and context.confirm is None:
        raise Failure.of("cli.not-confirmed", case="unasked")


def confirmed(question: str, target: TargetName, context: OperationContext) -> None:
    """Return where no consent is needed, or it is given: the sandbox needs none. Raises `cli.not-confirmed`."""
    answerable(target, context)
    if target == "azure" and context.confirm is not None and not context.confirm(question):
        raise Failure.of("cli.not-confirmed", case="refused")
