"""Remediations: Azure corrects what was there before a stack's policy."""

from collections.abc import Sequence

from modelyard.audit import remediation
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.operations.context import OperationContext, answerable, confirmed
from modelyard.operations.stack_check import checked
from modelyard.operations.target_resolution import point, resolve, with_destination
from modelyard.report.result import Outcome, Report, Step


@with_destination
def remediate(
    project: Project,
    stack: str,
    context: OperationContext,
    *,
    policies: Sequence[str] = (),
    target: TargetName | None = None,
) -> Report:
    """Let Azure correct resources that existed before a stack's policies. Takes minutes in Azure.

    `policies` are keys of the stack file's policies; without any, all that modify or deploy. `target` is as for
    `preview`. A change of Azure needs the consent of `context.confirm`. `Report.steps` has one step a remediation;
    `data["remediations"]` has `policy`, `reference`, `id`, `state`, `changed`, `failed` and `message` of each. Raises
    `cli.not-confirmed`, StackMissing, `cli.target-differs`, TargetMissing, and failures where the stack has no such
    policy or Azure refuses a remediation.
    """
    from modelyard.resources.graph import declared

    loaded = checked(project, stack, context, target)
    if loaded.errors or loaded.stack is None:
        return Report(command="policy remediate", stack=stack, findings=loaded.findings)
    there = tuple(key for key, each in loaded.stack.policies.items() if each.remediates)
    if not there or not set(policies) <= set(there):
        raise Failure.of(
            "cli.nothing-remediates",
            case="named" if policies and not set(policies) <= set(there) else "none",
            stack=stack,
            named=[each for each in policies if each not in there],
            there=there or "policies with the effect modify or deployIfNotExists",
        )
    at = resolve(target, context, loaded)
    answerable(at.target, context)
    pointed, progress = point(at, context), context.progress
    resources = declared(loaded.stack, pointed.subscription_id)
    due = tuple(each for each in remediation.tasks(loaded.stack, resources) if not policies or each.key in policies)
    names = ", ".join(dict.fromkeys(task.key for task in due))
    confirmed(f"Let Azure change what doesn't comply with {names}?", pointed.name, context)
    outcomes = []
    for task in due:
        progress.passing(f"  remediating {task.key} {task.reference} …")
        outcomes.append(remediation.run(task, pointed))
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
