"""Giving a stack's resources back: its state forgets them, and Azure isn't asked for anything."""

from modelyard.arm.resource_types import by_token
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.engine import adopted_state
from modelyard.operations.context import OperationContext, confirmed
from modelyard.operations.stack_operation import StackOperation, located
from modelyard.operations.target_resolution import with_destination
from modelyard.report.result import Report
from modelyard.report.table import counted


@with_destination
def detach(project: Project, stack: str, context: OperationContext, *, target: TargetName | None = None) -> Report:
    """Let a stack forget all its resources. They stay in Azure as they are, for others to import.

    `target` is as for `preview`; it is needed for a stack whose file is gone. Of a stack in Azure it needs the consent
    of `context.confirm`. `data` has `resources`, each with `kind`, `type` (Pulumi's) and ARM's `id`. The stack itself,
    its history and its file stay. Raises `cli.not-confirmed`, StackMissing, `cli.target-differs`, TargetMissing and
    failures of the engine, the sandbox and the login.
    """
    at = located(project, stack, target, context)
    confirmed(f"Let stack {stack} forget all its resources in {at}? Azure keeps them.", at.target, context)
    operation = StackOperation.prepare(project, stack, at, context)
    operation.must_exist()
    mended = operation.begin()
    state = operation.stack.state()
    given = adopted_state.managed(state)
    if state["deployment"].get("resources"):
        operation.stack.replace_state(adopted_state.emptied(state))
    context.progress.clear()
    rows = by_token()
    resources = [
        {"kind": rows[token].noun if token in rows else token, "type": token, "id": id_} for token, id_ in given
    ]
    file = project.stack_file(stack)
    lines = [
        *mended,
        f"{stack} has given back {counted(len(resources), 'resource')}; Azure has them as they were",
        *(f"  {each['kind']} {each['id']}" for each in resources),
    ]
    if file.exists():
        lines.append(f"remove {file.name}, or the next `up` takes them in again or is refused")
    return Report(command="detach", stack=stack, text="\n".join(lines), data={"resources": resources})
