"""What an audit can't do.

Failure
└── AuditFailure
    ├── RemediationRefused    Azure doesn't start, or doesn't show, a remediation
    ├── BaselineMissing       the file of the baseline isn't there
    ├── BaselineUnreadable    it is there and isn't a baseline
    └── TrendUnreadable       a kept run can't be read
"""

from pathlib import Path

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


class BaselineMissing(AuditFailure):
    """There is no baseline file where one was named."""

    code = "audit.baseline-missing"
    status = ExitStatus.USAGE

    def __init__(self, file: Path) -> None:
        super().__init__(
            "there is no baseline here",
            where=str(file),
            remedy="write one from what there is: --write-baseline",
        )


class BaselineUnreadable(AuditFailure):
    """A baseline file isn't one: no JSON, another version, or an entry that lacks something."""

    code = "audit.baseline-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"this can't be read as a baseline: {problem}",
            where=str(file),
            allowed="version 1, and entries with key, policy, resource, severity and since (a date)",
            remedy="put back what version control has, or write it anew: --write-baseline",
        )


class TrendUnreadable(AuditFailure):
    """A file of kept runs holds a line that isn't one."""

    code = "audit.trend-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"this can't be read as a kept run: {problem}",
            where=where,
            allowed="a JSON object a line, as --trend writes it",
            remedy="delete the line, or name another file with --trend",
        )
