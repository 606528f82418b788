"""What an audit can't do.

Failure
└── AuditFailure
    └── RemediationRefused    Azure doesn't start, or doesn't show, a remediation
"""

from modelyard.arm.errors import ArmError
from modelyard.failures import ExitStatus, Failure


class AuditFailure(Failure):
    """What the audit room can't do."""

    code = "audit.failure"


class RemediationRefused(AuditFailure):
    """Azure doesn't start, or doesn't show, a remediation."""

    code = "audit.remediation-refused"
    status = ExitStatus.REFUSED

    def __init__(self, policy: str, url: str, error: ArmError) -> None:
        super().__init__(
            f"{policy}: {error}",
            where=url,
            remedy="`modelyard up` first, so that the assignment is there; the caller needs the role "
            "Resource Policy Contributor at its scope",
        )
