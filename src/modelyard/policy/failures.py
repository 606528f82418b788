"""What of Azure Policy can't be used at all, where code catches it: a definition, a parameter, an assignment."""

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
