"""`modelyard quickstart`: what `make up` runs."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

from modelyard.cli.options import Common
from modelyard.cli.process_context import context
from modelyard.cli.quickstart_snippet import try_it
from modelyard.config.project import Project
from modelyard.engine import last_run
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.findings import Severity
from modelyard.operations import changes
from modelyard.operations.context import ProgressDisplay
from modelyard.operations.engine_location import locate
from modelyard.operations.outputs_table import overview
from modelyard.operations.preview_checks import decided, foresee
from modelyard.operations.smoke_runner import provable, prove, proved
from modelyard.operations.stack_operation import StackOperation, checked
from modelyard.operations.target_resolution import resolve
from modelyard.report import text
from modelyard.report.result import Outcome, Report, Step


@dataclass
class Progression:
    """The steps so far; each is shown as it ends."""

    progress: ProgressDisplay
    done: list[Step] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[Callable[[str, bool], None]]:
        """Time one step. The caller is given a function that says how it ended: its line, and whether it went well."""
        said: list[tuple[str, bool]] = []
        self.progress.passing(f"… {name}")
        start = time.perf_counter()
        yield lambda line, well: said.append((line, well))
        line, well = said[-1]
        step = Step(name, Outcome.PASSED if well else Outcome.FAILED, time.perf_counter() - start, line)
        self.done.append(step)
        self.progress.line(text.step(step))


def quickstart(stack: str = "dev", *, common: Common = Common()) -> Report:
    """Check, preview, declare and prove one stack in the sandbox, one line for each step.

    Gets the Pulumi engine where there is none, starts the sandbox, and leaves it running. A second run changes nothing
    and says so.

        modelyard quickstart
        modelyard quickstart keys

    Parameters
    ----------
    stack
        The stack's name.

    """
    caller = context()
    steps = Progression(caller.progress)
    with steps.step("check") as ended:
        project = Project.find(common.project)
        loaded = checked(project, stack, caller, "sandbox")
        errors = sum(finding.severity is Severity.ERROR for finding in loaded.findings)
        deployments = len(loaded.stack.deployments) if loaded.stack else 0
        ended(f"{loaded.file.name}: {deployments} deployments, {errors or 'no'} errors", not errors)
    report = Report(command="quickstart", stack=stack, findings=loaded.findings)
    if errors:
        return replace(report, steps=tuple(steps.done))

    with steps.step("engine") as ended:
        engine = locate(caller)
        ended(f"Pulumi {engine.version} ({engine.source})", True)
    with steps.step("sandbox") as ended:
        at = resolve("sandbox", caller, loaded)  # of a stack for Azure it is a rehearsal
        operation = StackOperation.prepare(project, stack, at, caller)
        proxy = operation.target.environment["HTTPS_PROXY"]
        ended(f"a local Azure behind {proxy}", True)
    mended = operation.begin()

    with steps.step("preview") as ended:
        result, foreseen = foresee(operation, loaded)
        stops = foreseen.stops()
        ended(changes.summary(result), not result.failures and not stops)
    report = replace(
        report,
        findings=(*loaded.findings, *foreseen.findings),
        rulings=foreseen.rulings,
        resources=foreseen.resources,
        fails_on=None,
    )
    if result.failures or stops:
        return replace(report, steps=tuple(steps.done), failures=result.failures or stops)
    if not result.settled:
        with steps.step("up") as ended:
            result = EngineRun(operation.stack, operation.follow).up(
                EngineOptions(yes=True, skip_preview=True, continue_on_error=True)
            )
            ended(changes.summary(result), not result.failures)
    exists = operation.outputs(result)
    if not provable(exists, result):
        return replace(report, steps=(*steps.done, *changes.steps(result)), failures=result.failures)
    with steps.step("smoke") as ended:
        checks = prove(exists, operation.target, caller)
        ended(text.outcomes(checks), proved(checks))
    shown = exists.shown
    unchanged = result.succeeded and not result.changed
    return replace(
        report,
        findings=(*decided(report.findings), *(last_run.elsewhere(stack, checks) if unchanged else ())),
        steps=(*steps.done, *changes.steps(result)),
        checks=checks,
        failures=result.failures,
        text="\n".join(
            [*mended, "", overview(shown, exists.missing), "", try_it(shown), "", NEXT.format(stack=stack), ""]
        ),
        data={"outputs": shown, "missing": list(exists.missing), "proxy": proxy},
    )


NEXT = """\
The sandbox stays up. Look at it:  modelyard sandbox status, modelyard sandbox logs
Change the stack:                  edit stacks/Pulumi.{stack}.yaml, then modelyard preview {stack}, modelyard up {stack}
Stop it:                           modelyard sandbox stop"""
