"""What a command says when the sandbox is the trouble: what, where, and what to do."""

from pathlib import Path

from inline_snapshot import snapshot

from modelyard.failures import ExitStatus, Failure, rows
from modelyard.sandbox.failures import DamagedState, DoesNotAnswer

HOME = Path("/home/ada/.local/state/modelyard/sandbox")


def test_every_failure_says_what_to_do():
    told = [
        str(failure)
        for failure in (
            Failure.of("sandbox.not-running", home=HOME),
            Failure.of(
                "sandbox.did-not-start",
                home=HOME,
                last_words="port 7443 can't be had: Address already in use",
                remedy=f"read {HOME / 'sandbox.log'}; if the state is damaged: modelyard sandbox reset",
            ),
            DoesNotAnswer.of("sandbox.does-not-answer", home=HOME, port=7443, why="timed out"),
            DamagedState.of(
                "sandbox.damaged-state", case="state", file=HOME / "azure.sqlite", why="file is not a database"
            ),
            Failure.of(
                "sandbox.request-refused", path="/_modelyard/clock", text="advanceSeconds must be a number, 0 or more"
            ),
        )
    ]
    assert told == snapshot(
        [
            """\
no sandbox is running [sandbox.not-running]
  where:   /home/ada/.local/state/modelyard/sandbox
  do:      start it: modelyard sandbox start\
""",
            """\
the sandbox did not start: port 7443 can't be had: Address already in use [sandbox.did-not-start]
  where:   /home/ada/.local/state/modelyard/sandbox
  do:      read /home/ada/.local/state/modelyard/sandbox/sandbox.log; if the state is damaged: modelyard sandbox reset\
""",
            """\
the sandbox runs but does not answer on port 7443: timed out [sandbox.does-not-answer]
  where:   /home/ada/.local/state/modelyard/sandbox
  do:      stop it and start it again: modelyard sandbox stop, modelyard sandbox start\
""",
            """\
the sandbox's state can't be read: file is not a database [sandbox.damaged-state]
  where:   /home/ada/.local/state/modelyard/sandbox/azure.sqlite
  do:      forget it and begin anew: modelyard sandbox reset\
""",
            """\
advanceSeconds must be a number, 0 or more [sandbox.request-refused]
  where:   /_modelyard/clock\
""",
        ]
    )


def test_all_of_them_end_a_command_with_the_sandbox_s_exit_status():
    found = {code: row.status for code, row in rows().items() if code.startswith("sandbox.")}
    assert {code for code, status in found.items() if status is ExitStatus.USAGE} == {
        "sandbox.request-refused",
        "sandbox.not-a-port",
    }, "the sandbox is well"
    assert set(found.values()) == {ExitStatus.SANDBOX, ExitStatus.USAGE}
