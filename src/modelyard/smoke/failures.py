"""What keeps the checks from being asked at all. Everything else is a check's own outcome."""

from modelyard.failures import ExitStatus, Failure


class MissingOutput(Failure):
    """The stack doesn't say where it is."""

    code = "smoke.missing-output"
    status = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the stack has no output `{name}`, so there is nothing to ask",
            allowed="the outputs that infra/__main__.py exports",
            remedy="run `modelyard up` first, and keep the exports of the program as they are",
        )
