"""Azure may refuse to delete what has to be replaced (a lock, a policy). The engine then waits for ever, and CI too."""

import json
import sys
from pathlib import Path

import pytest

from modelyard.engine import failures
from modelyard.engine.discovery import Engine
from modelyard.engine.result import EventSummary
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.engine.stack import PulumiStack, Workspace
from modelyard.failures import ExitStatus

ROLE = "azure-native:authorization:RoleDefinition"
URN = f"urn:pulumi:dev::tried::{ROLE}::caller"
REFUSAL = 'Status=409 Code="RoleDefinitionHasAssignments" Message="There are existing role assignments."'

ENGINE = """#!{python}
import signal, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {{signal.SIGINT}})
for line in {lines!r}:
    print(line, flush=True)
if {waits}:
    signal.sigwait({{signal.SIGINT}})
sys.exit(255)
"""


def step(op: str) -> dict[str, dict[str, object]]:
    old = {"custom": True, "id": "/x", "inputs": {}}
    return {"metadata": {"op": op, "urn": URN, "type": ROLE, "old": old, "new": None}}


STARTED = {"resourcePreEvent": step("delete-replaced")}
SAID = {"diagnosticEvent": {"severity": "error", "message": REFUSAL, "urn": URN}}
REFUSED = {"resOpFailedEvent": {**step("delete-replaced"), "status": 1}}
CREATED = [{"resourcePreEvent": step("create-replacement")}, {"resOutputsEvent": step("create-replacement")}]


def run(folder: Path, *events: object, waits: bool) -> EngineRun:
    """A run on an engine that says these events and then waits to be interrupted, or ends."""
    binary = folder / "pulumi"
    binary.write_text(ENGINE.format(python=sys.executable, lines=[json.dumps(one) for one in events], waits=waits))
    binary.chmod(0o755)
    engine = Engine(binary, "3.250.0", "path")
    return EngineRun(PulumiStack(Workspace(engine, folder, {}), "dev"), patience=0.1)


GO = EngineOptions(yes=True, skip_preview=True, continue_on_error=True)


def test_an_engine_that_waits_for_nothing_is_ended_and_says_why(tmp_path: Path) -> None:
    result = run(tmp_path, STARTED, SAID, REFUSED, waits=True).up(GO)
    (found,) = result.failures
    assert isinstance(found, failures.RefusedByAzure), "it was Azure that refused, and nobody who interrupted"
    assert found.status is ExitStatus.REFUSED


OTHER = {"metadata": {**step("update")["metadata"], "urn": f"{URN}-2", "new": {"custom": True}}}


@pytest.mark.parametrize(
    ("events", "stalled"),
    [
        ((STARTED,), False),
        ((STARTED, REFUSED), True),
        ((STARTED, REFUSED, {"resourcePreEvent": OTHER}), False),  # a write may take its time
        ((STARTED, REFUSED, {"resourcePreEvent": OTHER}, {"resOutputsEvent": OTHER}), True),
        ((*CREATED, STARTED, REFUSED), False),  # the new one is there, so nobody waits for the old one
    ],
)
def test_when_it_waits_for_nothing(events: tuple[object, ...], stalled: bool) -> None:
    account = EventSummary(lambda: 0.0)
    for each in events:
        account.read(json.dumps(each))
    assert account.stalled is stalled
