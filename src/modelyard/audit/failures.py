"""What an audit can't do.

Failure
└── AuditFailure
    ├── RemediationRefused    Azure doesn't start, or doesn't show, a remediation
    ├── BaselineMissing       the file of the baseline isn't there
    ├── BaselineUnnamed       it is to be written, and nobody says where
    ├── BaselineUnreadable    it is there and isn't a baseline
    ├── BaselineElsewhere     it was written from another cloud
    ├── TrendUnreadable       a kept run can't be read
    ├── TrendUnwritable       a run can't be kept there
    ├── StateUnreadable       a file isn't what `pulumi stack export` writes
    ├── PoliciesUnreadable    a file of policies holds something else
    ├── NothingToAudit        no stack, no state, no scope was named; or too many of them
    ├── ScopeUnknown          the words name no scope of ARM's
    ├── GitRefused            there is no repository, no such commit, or no git
    └── PullRefused           Azure doesn't tell the policies of a scope
"""

from pathlib import Path

from modelyard.arm.errors import ArmError
from modelyard.failures import ExitStatus, Failure


class AuditFailure(Failure):
    """What the audit room can't do."""

    code = "audit.failure"


class RemediationRefused(AuditFailure):
    """Azure refuses to start or to show a remediation."""

    code = "audit.remediation-refused"
    status = ExitStatus.REFUSED

    def __init__(self, policy: str, url: str, error: ArmError | str) -> None:
        super().__init__(
            f"{policy}: {error}",
            where=url,
            remedy="`modelyard up` first, so that the assignment is there; the caller needs the role "
            "Resource Policy Contributor at its scope",
        )


class BaselineMissing(AuditFailure):
    """The baseline file that was named does not exist."""

    code = "audit.baseline-missing"
    status = ExitStatus.USAGE

    def __init__(self, file: Path) -> None:
        super().__init__(
            "there is no baseline here",
            where=str(file),
            remedy="write one from what there is: --write-baseline",
        )


class BaselineUnreadable(AuditFailure):
    """A baseline file is not valid: not JSON, another version, or an incomplete entry."""

    code = "audit.baseline-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"this can't be read as a baseline: {problem}",
            where=str(file),
            allowed="version 1, and entries with key, policy, resource, severity and since (a date)",
            remedy="put back what version control has, or delete it and write it anew: --write-baseline",
        )


class BaselineElsewhere(AuditFailure):
    """A baseline of the sandbox is named for an audit of Azure, or the other way round."""

    code = "audit.baseline-elsewhere"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, written: str, audited: str) -> None:
        super().__init__(
            f"this baseline was written from {written}, and the audit is of {audited}",
            where=str(file),
            remedy="name another file for this target, and write it with --write-baseline",
        )


class TrendUnreadable(AuditFailure):
    """A trend file holds a line that can't be read."""

    code = "audit.trend-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(
            f"this can't be read as a kept run: {problem}",
            where=where,
            allowed="a JSON object a line, as --trend writes it",
            remedy="delete the line, or name another file with --trend",
        )


class TrendUnwritable(AuditFailure):
    """The trend file can't be written."""

    code = "audit.trend-unwritable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"the run can't be kept here: {problem}", where=str(file), remedy="name another file with --trend"
        )


class StateUnreadable(AuditFailure):
    """A state export does not exist or can't be read."""

    code = "audit.state-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(
            f"this can't be read as a state export: {problem}",
            where=name,
            allowed="JSON as Pulumi exports it",
            remedy="write it with `pulumi stack export --stack <name> --file export.json`",
        )


class PoliciesUnreadable(AuditFailure):
    """A file of policies does not exist, is not JSON, or holds something else."""

    code = "audit.policies-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(
            f"this can't be read as policies: {problem}",
            where=str(file),
            allowed="definitions, initiatives, assignments and exemptions as Azure writes them, one or a list of them; "
            "or what `modelyard policy pull` kept",
        )


class NothingToAudit(AuditFailure):
    """Nothing to audit was named, or two things at once."""

    code = "audit.nothing-to-audit"
    status = ExitStatus.USAGE

    def __init__(self, problem: str, *, remedy: str = "name one: `modelyard audit dev`") -> None:
        super().__init__(problem, allowed="a stack; a stack with --preview; --state FILE; or --scope ID", remedy=remedy)


class BaselineUnnamed(AuditFailure):
    """`--write-baseline` needs the name of a file."""

    code = "audit.baseline-unnamed"
    status = ExitStatus.USAGE

    def __init__(self) -> None:
        super().__init__(
            "--write-baseline doesn't say where", remedy="name the file: --baseline known.json --write-baseline"
        )


class ScopeUnknown(AuditFailure):
    """The text does not name a scope of ARM."""

    code = "audit.scope-unknown"
    status = ExitStatus.USAGE

    def __init__(self, scope: str, why: str = "", *, account: bool = False) -> None:
        group = "/subscriptions/<id>/resourceGroups/<name>"
        scopes = [
            "subscription (the one that is signed in to)",
            "/subscriptions/<id>",
            group,
            *([f"{group}/providers/Microsoft.CognitiveServices/accounts/<name>"] if account else []),
            "/providers/Microsoft.Management/managementGroups/<name>",
        ]
        super().__init__(why or f"{scope!r} is no scope", where=scope, allowed=", ".join(scopes))


class PullRefused(AuditFailure):
    """Azure refuses to show the policies of a scope."""

    code = "audit.pull-refused"
    status = ExitStatus.REFUSED

    def __init__(self, scope: str, why: str, remedy: str) -> None:
        super().__init__(f"the policies in force can't be read: {why}", where=scope, remedy=remedy)


REMEDIES = {
    "there is no commit": "see that it is here: `git fetch origin {ref}`",
    "too shallow": "fetch the whole history: `git fetch --unshallow` (in a pipeline: checkout with fetch-depth 0)",
    "not a git repository": "run it in the work tree that holds the policies, or name a folder of it",
    "dubious ownership": "tell git that you trust it: `git config --global --add safe.directory FOLDER`",
}
"""What to do, by words of git's or ours."""


class GitRefused(AuditFailure):
    """Git doesn't show files at a commit: there is no repository, no such commit, or no git."""

    code = "audit.git-refused"
    status = ExitStatus.USAGE

    def __init__(self, folder: str, ref: str, why: str) -> None:
        super().__init__(
            why.partition("\n")[0].removeprefix("fatal: "),
            where=f"{folder} at {ref}" if ref else folder,
            allowed="a commit, a branch or a tag of the repository that holds the policies",
            remedy=next((remedy for words, remedy in REMEDIES.items() if words in why), "").format(
                ref=ref.removesuffix("...").removeprefix("origin/")
            ),
        )
