"""What is wrong with a repository of EPAC, or can't be said in one."""

from modelyard.failures import Failure


class EpacRefused(Failure):
    """EPAC would refuse a file of the repository, or the file uses an unsupported feature."""

    code = "epac.refused"

    def __init__(self, file: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=f"{file}: {place}", allowed=allowed, remedy=remedy)
        self.file = file
        self.place = place


class NoEnvironment(Failure):
    """The folder holds no EPAC repository, or not the environment that was named."""
