"""What stops a request to Azure, and what Azure doesn't show.

Some codes begin with `provider.`: they were published when only the provider sent such requests, and codes are stable.
"""

from collections.abc import Mapping

from modelyard.arm import errors
from modelyard.arm.errors import ArmError
from modelyard.failures import ExitStatus, Failure


class ArmFailure(Failure):
    """A request to ARM that had no good end."""

    code = "azure.failure"
    status = ExitStatus.REFUSED


class ReplyUnreadable(ArmFailure):
    """A reply that says success and isn't ARM's JSON: something else answered in its place."""


class Cancelled(ArmFailure):
    """Somebody stopped the operation: in a deployment, the engine."""


class AzureRefused(ArmFailure):
    """Azure's own error, whole: what ARM said is what the user needs to read."""

    code = "provider.refused"
    status = ExitStatus.REFUSED

    def __init__(self, error: ArmError, where: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(f'Status={error.status} Code="{error.code}" Message="{error.message}"', where=where)
        self.error = error
        self.request_id = (headers or {}).get("x-ms-request-id") or (headers or {}).get("x-ms-correlation-request-id")

    def __str__(self) -> str:
        """The first line is as azure-native words it; the rest of ARM's reply follows, one thing a line."""
        lines = [self.what, *errors.lines(self.error), f"  where:   {self.where}"]
        if self.request_id:
            lines.append(f"  request: {self.request_id}")
        return "\n".join(lines)


class ScopeUnreadable(Failure):
    """Azure doesn't show something to whoever is signed in, or gives no answer; the text is its own."""

    @property
    def problem(self) -> str:
        """Azure's words, or why there was no reply."""
        return str(self.facts.get("problem", self.what))
