"""What can't be used at all: a definition, a parameter, an assignment, a file of cases.

Failure
└── PolicyFailure
    ├── DefinitionRefused    it says something this evaluator, or Azure, doesn't take; named with its JSON path
    ├── ParameterRefused     a value is missing, of the wrong type, or not among the allowed ones
    ├── AssignmentRefused    an assignment, initiative or exemption can't be read, or names what isn't there
    ├── AliasesUnreadable    an alias table isn't in the form Azure's provider list has
    ├── PulledUnreadable     a file of pulled policies isn't one
    └── CasesUnreadable      a file of policy tests isn't one
"""

from modelyard.failures import ExitStatus, Failure


class PolicyFailure(Failure):
    """What the policy room can't use."""

    code = "policy.failure"
    status = ExitStatus.FINDINGS


class DefinitionRefused(PolicyFailure):
    """A definition that can't be evaluated as Azure would. `place` is the JSON path inside it."""

    code = "policy.definition-refused"

    def __init__(self, definition: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=f"{definition}: {place}", allowed=allowed, remedy=remedy)
        self.definition = definition
        self.place = place


class ParameterRefused(PolicyFailure):
    """A parameter's value that the definition or the initiative doesn't take."""

    code = "policy.parameter-refused"

    def __init__(self, owner: str, parameter: str, problem: str, *, allowed: str = "") -> None:
        super().__init__(problem, where=f"{owner}: parameters.{parameter}", allowed=allowed)
        self.parameter = parameter


class AssignmentRefused(PolicyFailure):
    """An assignment, initiative or exemption that can't be read, or that names what isn't there."""

    code = "policy.assignment-refused"

    def __init__(self, owner: str, place: str, problem: str, *, allowed: str = "", remedy: str = "") -> None:
        super().__init__(problem, where=f"{owner}: {place}", allowed=allowed, remedy=remedy)


class AliasesUnreadable(PolicyFailure):
    """An alias table that is not what `az provider list --expand resourceTypes/aliases` writes."""

    code = "policy.aliases-unreadable"
    status = ExitStatus.USAGE


class PulledUnreadable(PolicyFailure):
    """A file of pulled policies that can't be read as one."""

    code = "policy.pulled-unreadable"
    status = ExitStatus.USAGE

    def __init__(self, file: str, problem: str, *, allowed: str = "") -> None:
        super().__init__(
            f"this can't be read as a file of pulled policies: {problem}",
            where=file,
            allowed=allowed,
            remedy="delete it and run `modelyard policy pull` again",
        )


class CasesUnreadable(PolicyFailure):
    """A file of policy tests that can't be read as one."""

    code = "policy.cases-unreadable"
    status = ExitStatus.USAGE
