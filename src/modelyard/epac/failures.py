"""What is wrong with a repository of EPAC, or can't be said in one."""

from modelyard.failures import ExitStatus, Failure


class EpacRefused(Failure):
    """EPAC would refuse a file of the repository, or the file uses an unsupported feature."""

    code = "epac.refused"

    def __init__(self, file: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=f"{file}: {place}", allowed=allowed, remedy=remedy)
        self.file = file
        self.place = place


class NoEnvironment(Failure):
    """The folder holds no EPAC repository, or not the environment that was named."""

    code = "epac.no-environment"
    status = ExitStatus.USAGE


class EpacUnwritable(Failure):
    """EPAC's files can't express a policy."""

    code = "epac.unwritable"

    def __init__(self, about: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=f"{about}: {place}", allowed=allowed, remedy=remedy)


class EpacOccupied(Failure):
    """A file that Modelyard did not write is in the way."""

    code = "epac.occupied"

    def __init__(self, path: str) -> None:
        super().__init__(
            "this file says something else, and isn't one that was written from these policies",
            where=path,
            remedy="look at it, then replace it with --force, or rename the policy",
        )


class NoRootScope(Failure):
    """No assignment says at which scope EPAC keeps the definitions."""

    code = "epac.no-root-scope"
    status = ExitStatus.USAGE

    def __init__(self) -> None:
        super().__init__(
            "there is no assignment of a policy, so EPAC's root scope is unknown",
            allowed="at least one assignment, at a resource group, a subscription or a management group",
            remedy="declare one under modelyard:policies in the stack file, or export what was pulled",
        )
