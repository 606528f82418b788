"""Operations on the real engine: what it tells, how it fails, how it is stopped, what it leaves when it is killed."""

import json
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil  # type: ignore[import-untyped] # brings no types
import pytest

from modelyard.engine import failures, recovery
from modelyard.engine.events import Diagnostic, Event, Finished, Started
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.engine.stack import Output, PulumiStack
from modelyard.engine.state_outputs import stack_outputs
from modelyard.failures import ExitStatus

pytestmark = pytest.mark.engine

GO = EngineOptions(yes=True, skip_preview=True)


def test_a_stack_from_plan_to_destroy(stack: PulumiStack, project: Path):
    events: list[Event] = []
    run = EngineRun(stack, events.append)
    plan = project / "plan.json"

    preview = run.preview(EngineOptions(save_plan=plan))
    assert (preview.failures, preview.changes, preview.grouped) == ((), {}, {"create": 3}), (
        "components are no resources"
    )
    assert plan.is_file()

    with pytest.raises(failures.EngineFailure, check=lambda failure: failure.code == "engine.not-confirmed"):
        run.up(EngineOptions(skip_preview=True))

    events.clear()
    done = run.up(EngineOptions(yes=True, plan=plan))
    assert (done.failures, done.grouped) == ((), {"create": 3}), "the plan's own changes are within the plan"
    assert [(step.name, step.op, step.outcome) for step in done.steps if "Thing" in step.type] == [
        ("parent", "create", "done"),
        ("child", "create", "done"),
    ]
    assert done.outputs == {"plain": {"a": [1, 2]}, "hidden": "[secret]"}
    real = [event for event in events if isinstance(event, Started | Finished) and not event.preview]
    assert [type(event) for event in real if event.urn.endswith("::child")] == [Started, Finished]

    found = stack_outputs(stack.state(show_secrets=True)).outputs
    assert found == {"plain": Output({"a": [1, 2]}), "hidden": Output("the-secret", secret=True)}
    assert "the-secret" not in repr(found) + repr(events), "whatever is logged must not hold it"

    gone = run.destroy(GO)
    assert (gone.failures, gone.grouped) == ((), {"delete": 3})
    assert not stack.create(), "destroying leaves the stack itself"


def test_a_programs_own_error_is_told_with_its_place(stack: PulumiStack, project: Path):
    result = EngineRun(stack).up(EngineOptions(yes=True, skip_preview=True, config={"tried:fail": "not like this"}))
    (found,) = result.failures
    assert found.code == "engine.program-failed"
    assert found.what == "the Pulumi program failed: ValueError: not like this"
    assert f'"{project}/infra/__main__.py"' in found.where
    assert "the-secret" not in str(found)


def test_a_stack_that_is_not_there_is_named(stack: PulumiStack):
    (found,) = EngineRun(PulumiStack(stack.workspace, "nowhere")).preview().failures
    assert isinstance(found, failures.NoStack)


def lock_of(stack: PulumiStack) -> dict[str, object]:
    state = Path(stack.workspace.environment["PULUMI_BACKEND_URL"].removeprefix("file://"))
    (file,) = state.glob(".pulumi/locks/organization/tried/dev/*.json")
    held: dict[str, object] = json.loads(file.read_text())
    return held


def when_waiting(act: Callable[[], None]) -> Callable[[Event], None]:
    """Does something as soon as the program says that it waits."""

    def progress(event: Event) -> None:
        if isinstance(event, Diagnostic) and event.message == "waiting":
            act()

    return progress


WAIT = EngineOptions(yes=True, skip_preview=True, config={"tried:wait": "true"})


def test_an_interruption_lets_the_engine_end_in_order(stack: PulumiStack):
    def interrupt() -> None:
        raise KeyboardInterrupt

    result = EngineRun(stack, when_waiting(interrupt)).up(WAIT)
    (found,) = result.failures
    assert isinstance(found, failures.Interrupted)
    assert (found.status, found.killed) == (ExitStatus.INTERRUPTED, False)
    assert not recovery.dead_locks(stack), "an engine that ended in order has given back its lock"


def test_after_a_kill_nothing_runs_on_and_the_stack_can_be_used_again(stack: PulumiStack):
    family: list[psutil.Process] = []
    refused: list[str] = []

    def kill() -> None:
        with pytest.raises(failures.StackLocked) as caught:
            recovery.recover(stack, subscription="", exists=lambda *_: False)
        refused.append(str(caught.value.facts["holder"]))
        engine = psutil.Process(lock_of(stack)["pid"])
        family.extend([engine, *engine.children(recursive=True)])
        os.kill(engine.pid, signal.SIGKILL)

    result = EngineRun(stack, when_waiting(kill)).up(WAIT)
    assert [failure.code for failure in result.failures] == ["engine.killed"]
    assert f"pid {family[0].pid}" in refused[0], "while the engine lives its lock is respected, and its holder named"
    assert len(family) >= 3, "an engine with its language host and the program"
    assert not psutil.wait_procs(family, timeout=20)[1], "nothing of ours may outlive a killed engine"

    assert not stack.create(), "a locked stack exists; what opens an `up` must let it come as far as recovery"
    (blocked,) = EngineRun(stack).up(GO).failures
    assert isinstance(blocked, failures.StackLocked), "this is what every later run would meet"

    mended = recovery.recover(stack, subscription="", exists=lambda *_: False)
    assert [lock.pid for lock in mended.locks] == [family[0].pid]
    assert f"pid {family[0].pid}" in mended.told[0]
    assert not recovery.recover(stack, subscription="", exists=lambda *_: False), "nothing is left to mend"
