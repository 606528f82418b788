"""What goes wrong with the sandbox itself. What it answers in Azure's name is no failure of its own."""

from pathlib import Path

from modelyard.failures import ExitStatus, Failure


class SandboxFailure(Failure):
    """A failure of the local Azure."""

    status = ExitStatus.SANDBOX


class NotRunning(SandboxFailure):
    """The sandbox is not running."""

    code = "sandbox.not-running"

    def __init__(self, home: Path) -> None:
        super().__init__("no sandbox is running", where=str(home), remedy="start it: modelyard sandbox start")


class DidNotStart(SandboxFailure):
    """The sandbox's process ended, or did not listen in time."""

    code = "sandbox.did-not-start"

    def __init__(self, home: Path, log: Path, last_words: str) -> None:
        super().__init__(
            f"the sandbox did not start: {last_words or 'it said nothing'}",
            where=str(home),
            remedy=f"read {log}; if the state is damaged: modelyard sandbox reset",
        )


class DoesNotAnswer(SandboxFailure):
    """A server process lives and holds the home, but its control API doesn't answer."""

    code = "sandbox.does-not-answer"

    def __init__(self, home: Path, port: int, why: str) -> None:
        super().__init__(
            f"the sandbox runs but does not answer on port {port}: {why}",
            where=str(home),
            remedy="stop it and start it again: modelyard sandbox stop, modelyard sandbox start",
        )


class RequestRefused(SandboxFailure):
    """The sandbox refused a request. The text is its own."""

    code = "sandbox.request-refused"
    status = ExitStatus.USAGE

    def __init__(self, path: str, text: str) -> None:
        super().__init__(text, where=path)


class DamagedState(SandboxFailure):
    """The sandbox's state file can't be read."""

    code = "sandbox.damaged-state"

    def __init__(self, database: Path, why: str) -> None:
        super().__init__(
            f"the sandbox's state can't be read: {why}",
            where=str(database),
            remedy="forget it and begin anew: modelyard sandbox reset",
        )
