"""What keeps the checks from being asked at all. Everything else is a check's own outcome."""

from collections.abc import Iterable

from modelyard.failures import ExitStatus, Failure


class MissingOutput(Failure):
    """The stack lacks an output that is needed."""

    code = "smoke.missing-output"
    status = ExitStatus.USAGE

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the stack has no output `{name}`, so there is nothing to ask",
            allowed="the outputs that infra/__main__.py exports",
            remedy="run `modelyard up` first, and keep the exports of the program as they are",
        )


class NothingSelected(Failure):
    """A pattern of `--select` chooses nothing: no check and no deployment is called so, or the profile doesn't ask it.

    A run that was to prove something and asked nothing would look like one that proved it.
    """

    code = "smoke.nothing-selected"
    status = ExitStatus.USAGE

    def __init__(
        self, unknown: Iterable[str], elsewhere: Iterable[str], ids: Iterable[str], deployments: Iterable[str]
    ) -> None:
        parts = [
            ("nothing is called", list(unknown)),
            ("profile liveness doesn't ask", list(elsewhere)),
        ]
        said = "; ".join(f"{what} {', '.join(map(repr, names))}" for what, names in parts if names)
        super().__init__(
            f"--select chooses nothing: {said}",
            allowed=f"checks {', '.join(ids)}; deployments {', '.join(deployments) or 'none'}; globs of either",
            remedy="--profile behaviour asks everything" if parts[1][1] else "take the id from this list",
        )


class BothAllowedAndRefused(Failure):
    """A principal is named both as `--principal` and as `--stranger`."""

    code = "smoke.both-allowed-and-refused"
    status = ExitStatus.USAGE

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"--principal and --stranger both name {', '.join(names)}",
            remedy="name as --principal who should be answered, and as --stranger who should be refused",
        )
