"""Failures of audits that code catches, or that hold logic. The others are rows of failures.json alone."""

from modelyard.failures import ExitStatus, Failure


class BaselineMissing(Failure):
    """The baseline file that was named does not exist."""


class PoliciesUnreadable(Failure):
    """A file of policies does not exist, is not JSON, or holds something else."""


class ScopeUnknown(Failure):
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


class PullRefused(Failure):
    """Azure refuses to show the policies of a scope."""


REMEDIES = {
    "there is no commit": "see that it is here: `git fetch origin {ref}`",
    "too shallow": "fetch the whole history: `git fetch --unshallow` (in a pipeline: checkout with fetch-depth 0)",
    "not a git repository": "run it in the work tree that holds the policies, or name a folder of it",
    "dubious ownership": "tell git that you trust it: `git config --global --add safe.directory FOLDER`",
}
"""What to do, by words of git's or ours."""


class GitRefused(Failure):
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
