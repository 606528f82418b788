"""From a stack file to a proven endpoint in the sandbox, one line for each step."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from modelyard.catalog.serving import serving
from modelyard.config.project import Project
from modelyard.engine import last_run
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.findings import Severity
from modelyard.operations import changes
from modelyard.operations.context import OperationContext, ProgressDisplay
from modelyard.operations.outputs_table import OutputValues, overview, tables, v1
from modelyard.operations.preview_checks import decided, foresee, live_data
from modelyard.operations.stack_check import checked
from modelyard.operations.stack_operation import StackOperation
from modelyard.operations.stack_smoke import provable, prove, proved
from modelyard.operations.target_resolution import resolve, with_destination
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
        ends: list[tuple[str, bool]] = []
        self.progress.passing(f"… {name}")
        start = time.perf_counter()
        yield lambda line, well: ends.append((line, well))
        line, well = ends[-1]
        step = Step(name, Outcome.PASSED if well else Outcome.FAILED, time.perf_counter() - start, line)
        self.done.append(step)
        self.progress.line(text.step(step))


@with_destination
def quickstart(project: Project, stack: str, context: OperationContext) -> Report:
    """Check, preview, declare and prove a stack in the sandbox, which is left running.

    The Pulumi engine is installed or built where there is none. A stack for Azure is rehearsed. A second run changes
    nothing.

    `Report.steps` has one step a stage (`check`, `engine`, `sandbox`, `preview`, `up`, `smoke`), then one a resource
    that changed; `checks` has the calls; `data` has `outputs` (secrets masked), `missing`, `live` and `proxy`, the
    sandbox's URL. The status is as for `up`. Raises StackMissing, `engine.not-found` and failures of the sandbox that
    keep it from beginning.
    """
    steps = Progression(context.progress)
    with steps.step("check") as ended:
        loaded = checked(project, stack, context, "sandbox")
        errors = sum(finding.severity is Severity.ERROR for finding in loaded.findings)
        deployments = len(loaded.stack.deployments) if loaded.stack else 0
        ended(f"{loaded.file.name}: {deployments} deployments, {errors or 'no'} errors", not errors)
    report = Report(command="quickstart", stack=stack, findings=loaded.findings)
    if errors:
        return replace(report, steps=tuple(steps.done))

    with steps.step("engine") as ended:
        engine = context.engine()
        ended(f"Pulumi {engine.version} ({engine.source})", True)
    with steps.step("sandbox") as ended:
        at = resolve("sandbox", context, loaded)  # of a stack for Azure it is a rehearsal
        operation = StackOperation.prepare(project, stack, at, context)
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
        policy_findings=foreseen.policy_findings,
        resources=foreseen.resources,
        built_ins=foreseen.built_ins,
        fails_on=None,
    )
    if result.failures or stops:
        return replace(report, steps=tuple(steps.done), failures=result.failures or stops)
    if not result.settled:
        with steps.step("up") as ended:
            result = EngineRun(operation.stack, operation.follow).up(
                EngineOptions(yes=True, skip_preview=True, continue_on_error=True)
            )
            mended += operation.settle(result)
            ended(changes.summary(result), not result.failures)
    exists = operation.outputs(result)
    if not provable(exists, result):
        return replace(report, steps=(*steps.done, *changes.steps(result)), failures=result.failures)
    with steps.step("smoke") as ended:
        checks = prove(exists, operation.target, context)
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
        tables=tables(shown),
        data={
            "outputs": shown,
            "missing": list(exists.missing),
            "proxy": proxy,
            "live": live_data(foreseen),
        },
    )


def try_it(outputs: OutputValues) -> str:
    """Lines to paste: this shell into the sandbox, then a call with curl and one from Python.

    The calls go to a deployment that chats, as they would be against Azure; without one there is the shell alone.
    """
    chats = [
        name
        for name, one in outputs["deployments"].items()
        if "openai-v1" in one["endpoints"] and "chat" in serving(one["model"], one["format"], one["sku"]).operations
    ]
    shell = SHELL.format(bin=Path(sys.executable).parent)
    if not chats or not v1(outputs):
        return f"This shell, and any client in it, reaches the sandbox after\n\n{shell}"
    calls = CALLS.format(endpoint=v1(outputs), deployment=min(chats, key=lambda name: (name != "chat", name)))
    return f"Try it; these lines are the same against Azure, but for the first:\n\n{shell}\n\n{calls}"


SHELL = 'eval "$({bin}/modelyard sandbox env)"'

CALLS = """\
curl -s "{endpoint}/chat/completions" \\
  -H "Authorization: Bearer $(modelyard token)" -H "Content-Type: application/json" \\
  -d '{{"model": "{deployment}", "messages": [{{"role": "user", "content": "Say hello."}}]}}'; echo

python - <<'END'
from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import OpenAI

token = get_bearer_token_provider(DefaultAzureCredential(), "https://cognitiveservices.azure.com/.default")
client = OpenAI(base_url="{endpoint}", api_key=token)
reply = client.chat.completions.create(model="{deployment}", messages=[{{"role": "user", "content": "Say hello."}}])
print(reply.model, reply.choices[0].message.content)
END"""

NEXT = """\
The sandbox stays up. Look at it:  modelyard sandbox status, modelyard sandbox logs
Change the stack:                  edit stacks/Pulumi.{stack}.yaml, then modelyard preview {stack}, modelyard up {stack}
Stop it:                           modelyard sandbox stop"""
