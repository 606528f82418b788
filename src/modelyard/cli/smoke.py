"""`modelyard smoke`."""

from modelyard.cli.operation import Operation
from modelyard.cli.options import Common, Pointing
from modelyard.cli.progress import Progress
from modelyard.cli.proving import ProfileName, prove
from modelyard.config.project import Project
from modelyard.report.result import Report


def smoke(
    stack: str,
    *,
    select: tuple[str, ...] = (),
    profile: ProfileName | None = None,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Prove with calls that what answers is what was configured.

        modelyard smoke dev -v                                  each check with what it saw
        modelyard smoke dev --select 'account.*' --select chat
        modelyard smoke prod --target azure --junit smoke.xml

    Reads the stack's outputs and calls every deployment on every endpoint that serves its model, with a token and,
    where keys are on, with a key; then looks that keys, strangers and unknown models are refused. What the network or
    a role assignment still needs time for is tried again; an expected refusal never is.

    Parameters
    ----------
    stack
        The stack's name.
    select
        Only checks whose id, or whose deployment, matches one of these globs.
    profile
        `liveness` sends one small request to each deployment and nothing that is meant to fail (the default against
        Azure); `behaviour` asks everything (the default in the sandbox).

    """
    operation = Operation.prepare(Project.find(common.project), stack, pointing.target, Progress())
    checks = prove(
        operation.stack.outputs(),
        operation.target,
        operation.progress,
        select=select,
        profile=profile,
    )
    return Report(command="smoke", stack=stack, target=pointing.target, checks=checks)
