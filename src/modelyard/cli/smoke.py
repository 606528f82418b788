"""`modelyard smoke`."""

from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.operations import stack_smoke
from modelyard.operations.smoke_runner import ProfileName
from modelyard.report.result import Report


def smoke(
    stack: str,
    *,
    select: tuple[str, ...] = (),
    profile: ProfileName | None = None,
    principal: tuple[str, ...] = (),
    stranger: tuple[str, ...] = (),
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Prove with calls that what answers is what was configured.

    For example:

        modelyard smoke dev -v                              what each check saw
        modelyard smoke dev --select 'account.*' --select chat
        modelyard smoke prod --junit smoke.xml
        modelyard smoke dev --select 'access.*' --principal developer

    Reads from the stack's state what exists, after a run that failed as well, and calls every deployment on every
    endpoint that serves its model, `/openai/v1` first, with a token and, where keys are on, with a key; looks at the
    limits and annotations in the replies, and that entries of blocklists are refused where they should be; then that
    keys, strangers and unknown models are refused. What the network or a role assignment still needs time for is tried
    again; an expected refusal never is, and no limit is provoked. A deployment that the last run did not update is
    asked for what it has, and one that it did not create is inconclusive.

    Parameters
    ----------
    stack
        The stack's name.
    select
        Only checks whose id, or whose deployment, matches one of these globs.
    profile
        `liveness` sends one small request to each deployment and nothing that is meant to fail, unless somebody is
        named below (the default against Azure); `behaviour` asks everything (the default in the sandbox).
    principal
        Somebody else who should be answered. The sandbox plays everybody (developer, reader, outsider, pipeline, any
        object id); against Azure a token is read from `MODELYARD_TOKEN_<NAME>`.
    stranger
        Somebody who should be refused for want of a role (in the sandbox: outsider, unless others are named).

    """
    return stack_smoke.smoke(
        Project.find(common.project),
        stack,
        context(),
        target=pointing.target,
        select=select,
        profile=profile,
        principals=principal,
        strangers=stranger,
    )
