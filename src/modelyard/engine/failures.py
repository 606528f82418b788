"""What can go wrong with the Pulumi engine before it says anything about Azure."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from modelyard.failures import ExitStatus, Failure


class EngineFailure(Failure):
    """The root of this room's failures."""

    code: ClassVar[str] = "engine.failure"
    status: ClassVar[ExitStatus] = ExitStatus.ENGINE


def _without(name: str, message: str) -> str:
    """A message without what differs between resources that fail alike: the name, and the request's own id."""
    lines = (line for line in message.splitlines() if not line.startswith("  request:"))
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "*", "\n".join(lines))


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


class EngineFailed(EngineFailure):
    """The engine failed with an error that has no code of its own here."""

    code: ClassVar[str] = "engine.failed"

    def __init__(self, complaint: str, exit_status: int) -> None:
        super().__init__(f"Pulumi ended with status {exit_status}: {complaint or 'it said nothing'}")
        self.complaint = complaint


class EngineKilled(EngineFailure):
    """The engine's process was killed from outside; the stack may be locked and operations left pending."""

    code: ClassVar[str] = "engine.killed"

    def __init__(self, operation: str, signal_number: int) -> None:
        super().__init__(
            f"the engine was killed by signal {signal_number} during {operation}",
            remedy="run `modelyard up` again: it first mends what the engine left",
        )


class NoProject(EngineFailure):
    """The folder holds no Pulumi.yaml, nor does any above it."""

    code: ClassVar[str] = "engine.no-project"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self, complaint: str) -> None:
        super().__init__(
            "no Pulumi.yaml here or in any folder above",
            where=complaint,
            remedy="run it in a folder of the project, or name one with --project",
        )


class NoStack(EngineFailure):
    """The backend knows no stack of that name."""

    code: ClassVar[str] = "engine.no-stack"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"there is no stack {name} in this backend",
            remedy=f"run `modelyard up {name}`, which makes it, or `pulumi login` to the backend that has it",
        )


class StackExists(EngineFailure):
    """A stack of that name exists already."""

    code: ClassVar[str] = "engine.stack-exists"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(f"the stack {name} exists already")


class StackLocked(EngineFailure):
    """Another process works on the stack, or one on a machine we can't look at did."""

    code: ClassVar[str] = "engine.stack-locked"

    def __init__(self, holder: str) -> None:
        super().__init__(
            "the stack is locked",
            where=holder,
            remedy="wait for that process to end; if you are sure that it is gone, run `pulumi cancel`",
        )
        self.holder = holder


class WrongPassphrase(EngineFailure):
    """The stack's secrets can't be opened with the passphrase given, or none was given."""

    code: ClassVar[str] = "engine.wrong-passphrase"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self) -> None:
        super().__init__(
            "the stack's secrets can't be opened: the passphrase is missing or wrong",
            remedy="set PULUMI_CONFIG_PASSPHRASE (or PULUMI_CONFIG_PASSPHRASE_FILE) to the stack's passphrase",
        )


class ChangeNotConfirmed(EngineFailure):
    """A change was asked for without a yes."""

    code: ClassVar[str] = "engine.not-confirmed"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self) -> None:
        super().__init__("nothing was changed: the change was not confirmed", remedy="pass --yes")


class NoPlugin(EngineFailure):
    """A resource plugin is not installed and can't be downloaded."""

    code: ClassVar[str] = "engine.no-plugin"

    def __init__(self, plugin: str) -> None:
        super().__init__(
            f"the resource plugin {plugin} is not installed and could not be downloaded",
            remedy="run `pulumi plugin install` where the download can be reached, or use the sandbox's own",
        )


class PlanUnreadable(EngineFailure):
    """A file that should be a saved plan isn't there, or holds something else."""

    code: ClassVar[str] = "engine.plan-unreadable"
    status: ClassVar[ExitStatus] = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"this can't be read as a saved plan: {problem}",
            where=str(file),
            allowed="a file that `modelyard preview STACK --save-plan FILE` wrote",
            remedy="save a plan, look at what it shows, then `up` with it",
        )


class PlanDiffers(EngineFailure):
    """The change that would be made now is not the one in the saved plan; nothing was changed."""

    code: ClassVar[str] = "engine.plan-differs"
    status: ClassVar[ExitStatus] = ExitStatus.FINDINGS

    def __init__(self, file: Path, differences: Sequence[str]) -> None:
        super().__init__(
            "nothing was changed: the plan doesn't hold what would be done now: " + "; ".join(differences),
            where=str(file),
            allowed="what the plan holds, or less",
            remedy="the stack, or what is deployed, has changed since: preview again, and save a new plan",
        )


class PlanExceeded(EngineFailure):
    """The update would have done something that the saved plan doesn't hold."""

    code: ClassVar[str] = "engine.plan-exceeded"
    status: ClassVar[ExitStatus] = ExitStatus.FINDINGS

    def __init__(self, complaint: str, urn: str = "") -> None:
        super().__init__(
            f"the update goes beyond the saved plan: {complaint}", where=urn, remedy="preview again and save a new plan"
        )


class ProgramFailed(EngineFailure):
    """The Pulumi program raised; the traceback holds the frames of the project's own files."""

    code: ClassVar[str] = "engine.program-failed"

    def __init__(self, error: str, traceback: str = "") -> None:
        super().__init__(f"the Pulumi program failed: {error}", where=traceback)


class RefusedByAzure(EngineFailure):
    """Azure answered a resource's request with an error of its own."""

    code: ClassVar[str] = "engine.refused-by-azure"
    status: ClassVar[ExitStatus] = ExitStatus.REFUSED

    def __init__(
        self, *, name: str, type_: str, urn: str, http_status: int, arm_code: str, message: str, advice: str
    ) -> None:
        super().__init__(f"Azure refused {name} ({type_}): {arm_code}: {message}", where=urn, remedy=advice)
        self.urn = urn
        self.http_status = http_status
        self.arm_code = arm_code
        self.message = message
        self.subject, self.reason = name, arm_code
        self.alike = f"{type_} {arm_code} {_without(name, message)}"


class ResourceExists(EngineFailure):
    """The resource to be created is in Azure already, but not in the stack's state."""

    code: ClassVar[str] = "engine.resource-exists"
    status: ClassVar[ExitStatus] = ExitStatus.REFUSED

    def __init__(self, *, name: str, type_: str, urn: str, id_: str) -> None:
        super().__init__(
            f"{name} ({type_}) exists in Azure already, but is not in the stack",
            where=id_,
            remedy=f"take it into the stack with `pulumi import {type_} {name} {id_}`, or delete it in Azure",
        )
        self.urn = urn
        self.id = id_
        self.subject = name


class ResourceFailed(EngineFailure):
    """A provider failed on a resource in its own words, without an answer of Azure's."""

    code: ClassVar[str] = "engine.resource-failed"

    def __init__(self, *, name: str, type_: str, urn: str, complaint: str) -> None:
        super().__init__(f"{name} ({type_}) failed: {complaint}", where=urn)
        self.urn = urn
        self.subject = name
        self.alike = f"{type_} {_without(name, complaint)}"


class PolicyViolated(EngineFailure):
    """A mandatory policy of a policy pack stopped the update."""

    code: ClassVar[str] = "engine.policy-violated"
    status: ClassVar[ExitStatus] = ExitStatus.FINDINGS

    def __init__(self, policy: str, message: str, urn: str) -> None:
        super().__init__(f"{policy}: {message}", where=urn)


class Interrupted(EngineFailure):
    """Somebody pressed Ctrl-C. The engine finished what was under way, unless pressed again."""

    code: ClassVar[str] = "engine.interrupted"
    status: ClassVar[ExitStatus] = ExitStatus.INTERRUPTED

    def __init__(self, operation: str, *, killed: bool) -> None:
        super().__init__(
            f"{operation} was interrupted" + (" and the engine was killed" if killed else ""),
            remedy=f"run it again; `modelyard {operation}` first mends what a killed engine left"
            if killed
            else "run it again",
        )
        self.killed = killed
