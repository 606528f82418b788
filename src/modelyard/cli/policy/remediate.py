"""`modelyard policy remediate`."""

from typing import Annotated

from cyclopts import Parameter

from modelyard.audit import remediation
from modelyard.cli.options import Common, Pointing
from modelyard.cli.process_context import context
from modelyard.config.project import Project
from modelyard.failures import ExitStatus, Failure
from modelyard.operations.confirmation import answerable, confirmed
from modelyard.operations.stack_operation import checked
from modelyard.operations.target_resolution import point, resolve
from modelyard.report.result import Outcome, Report, Step


class NothingRemediates(Failure):
    """The stack has no policy, or not the one that was named, that modifies or deploys."""

    code = "cli.nothing-remediates"
    status = ExitStatus.USAGE

    def __init__(self, stack: str, named: tuple[str, ...], there: tuple[str, ...]) -> None:
        what = (
            f"{', '.join(named)}: no policy that changes or deploys anything" if named else "no policy changes anything"
        )
        super().__init__(
            f"{what} in stack {stack}",
            where="policies",
            allowed=", ".join(there) or "policies with the effect modify or deployIfNotExists",
        )


def remediate(
    stack: str,
    *policy: str,
    yes: Annotated[bool, Parameter(name=["--yes", "-y"])] = False,
    pointing: Pointing = Pointing(),
    common: Common = Common(),
) -> Report:
    """Run remediations: Azure corrects resources that existed before a stack's policy.

    For example:

        modelyard policy remediate dev                      all that modify or deploy
        modelyard policy remediate dev keys-off --yes

    Policies with the effects modify and deployIfNotExists act on writes. What was written before they were assigned
    stays as it is until a remediation is run. Azure runs it with the assignment's own identity and takes minutes. It
    evaluates compliance again; for a policy at a management group it uses its last evaluation. A run that finds
    nothing to correct changes nothing. Make the same change in the stack file, or the next `up` sets it back.

    Parameters
    ----------
    stack
        The stack's name; it has to be deployed.
    policy
        Keys of the stack file's policies (all that modify or deploy when left out).
    yes
        Don't ask. In the sandbox nobody is asked; against Azure, without a terminal, it is needed.

    """
    from modelyard.resources.graph import declared

    caller = context(yes=yes)
    loaded = checked(Project.find(common.project), stack, caller, pointing.target)
    if loaded.errors or loaded.stack is None:
        return Report(command="policy remediate", stack=stack, findings=loaded.findings)
    there = tuple(key for key, each in loaded.stack.policies.items() if each.remediates)
    if not there or not set(policy) <= set(there):
        raise NothingRemediates(stack, tuple(each for each in policy if each not in there), there)
    at = resolve(pointing.target, caller, loaded)
    answerable(at.target, caller)
    target, progress = point(at, caller), caller.progress
    resources = declared(loaded.stack, target.subscription_id)
    due = tuple(each for each in remediation.tasks(loaded.stack, resources) if not policy or each.key in policy)
    names = ", ".join(dict.fromkeys(task.key for task in due))
    confirmed(f"Let Azure change what doesn't comply with {names}?", target.name, caller)
    outcomes = []
    for task in due:
        progress.passing(f"  remediating {task.key} {task.reference} …")
        outcomes.append(remediation.run(task, target))
    progress.clear()
    return Report(
        command="policy remediate",
        stack=stack,
        steps=tuple(_step(each) for each in outcomes),
        text="\n".join(_line(each) for each in outcomes),
        data={
            "remediations": [
                {
                    "policy": each.task.key,
                    "reference": each.task.reference,
                    "id": each.task.url,
                    "state": each.state,
                    "changed": each.changed,
                    "failed": each.failed,
                    "message": each.message,
                }
                for each in outcomes
            ]
        },
    )


def _step(each: remediation.RemediationOutcome) -> Step:
    outcome = Outcome.PASSED if each.succeeded else Outcome.FAILED
    return Step(each.task.name, outcome, 0.0, _line(each))


def _line(each: remediation.RemediationOutcome) -> str:
    name = f"{each.task.key} {each.task.reference}".rstrip()
    if not each.changed and not each.failed and each.succeeded:
        return f"{name}: nothing to correct" + ("" if each.task.evaluates else ", as far as Azure has looked since")
    failed = f", {each.failed} could not be: {each.message}" if each.failed or not each.succeeded else ""
    return f"{name}: {each.changed} corrected{failed}"
