"""What can go wrong with the Pulumi engine before it says anything about Azure."""

import re

from modelyard.failures import ExitStatus, Failure


class EngineFailure(Failure):
    """The root of this room's failures."""

    code = "engine.failure"
    status = ExitStatus.ENGINE


def _without(name: str, message: str) -> str:
    """A message without what differs between resources that fail alike: the name, and the request's own id."""
    lines = (line for line in message.splitlines() if not line.startswith("  request:"))
    return re.sub(rf"(?<![\w-]){re.escape(name)}(?![\w-])", "*", "\n".join(lines))


class InstallFailed(EngineFailure):
    """The SDK's installer didn't bring an engine; usually get.pulumi.com can't be reached."""


class BuildFailed(EngineFailure):
    """`go` could not build the engine; the fact `reason` is its last words."""


class NoStack(EngineFailure):
    """The backend knows no stack of that name."""


class StackExists(EngineFailure):
    """A stack of that name exists already."""


class StackLocked(EngineFailure):
    """Another process works on the stack, or one on a machine we can't look at did. The fact `holder` says which."""


class RefusedByAzure(EngineFailure):
    """Azure answered a resource's request with an error of its own."""

    code = "engine.refused-by-azure"
    status = ExitStatus.REFUSED

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

    code = "engine.resource-exists"
    status = ExitStatus.REFUSED

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

    code = "engine.resource-failed"

    def __init__(self, *, name: str, type_: str, urn: str, complaint: str) -> None:
        super().__init__(f"{name} ({type_}) failed: {complaint}", where=urn)
        self.urn = urn
        self.subject = name
        self.alike = f"{type_} {_without(name, complaint)}"


class Interrupted(EngineFailure):
    """Somebody pressed Ctrl-C. The engine finished what was under way, unless pressed again."""

    code = "engine.interrupted"
    status = ExitStatus.INTERRUPTED

    def __init__(self, operation: str, *, killed: bool) -> None:
        super().__init__(
            f"{operation} was interrupted" + (" and the engine was killed" if killed else ""),
            remedy=f"run it again; `modelyard {operation}` first mends what a killed engine left"
            if killed
            else "run it again",
        )
        self.killed = killed
