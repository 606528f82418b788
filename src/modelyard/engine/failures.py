"""What can go wrong with the Pulumi engine before it says anything about Azure."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from modelyard.failures import ExitStatus, Failure


class EngineFailure(Failure):
    """The root of this room's failures."""

    code: ClassVar[str] = "engine.failure"
    status: ClassVar[ExitStatus] = ExitStatus.ENGINE


class NoEngine(EngineFailure):
    """Every place was looked at and every way of getting an engine was tried; `tried` says how each one ended."""

    code: ClassVar[str] = "engine.not-found"

    def __init__(self, tried: Sequence[str], minimum: str) -> None:
        super().__init__(
            "no Pulumi engine: " + "; ".join(tried),
            allowed=f"the Pulumi CLI {minimum} or newer",
            remedy="install the Pulumi CLI (https://www.pulumi.com/docs/install/), or install Go 1.26 and run the "
            "command again: the engine is then built from Go modules",
        )
        self.tried = tuple(tried)


class InstallFailed(EngineFailure):
    """The SDK's installer didn't bring an engine; usually get.pulumi.com can't be reached."""

    code: ClassVar[str] = "engine.install-failed"

    def __init__(self, reason: str, folder: Path) -> None:
        super().__init__(f"the Pulumi SDK's installer did not succeed: {reason}", where=str(folder))
        self.reason = reason


class BuildFailed(EngineFailure):
    """`go` could not build the engine; `reason` is its last words."""

    code: ClassVar[str] = "engine.build-failed"

    def __init__(self, reason: str, folder: Path) -> None:
        super().__init__(
            f"building the Pulumi engine did not succeed: {reason}",
            where=str(folder),
            remedy="see that the Go module proxy can be reached (`go env GOPROXY`), then run the command again: "
            "what was compiled is kept",
        )
        self.reason = reason
