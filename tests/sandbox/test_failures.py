"""What a command says when the sandbox is the trouble: what, where, and what to do."""

from pathlib import Path

from inline_snapshot import snapshot

from modelyard.failures import ExitStatus
from modelyard.sandbox import failures

HOME = Path("/home/ada/.local/state/modelyard/sandbox")


def test_every_failure_says_what_to_do():
    told = [
        str(failure)
        for failure in (
            failures.NotRunning(HOME),
            failures.DidNotStart(HOME, HOME / "sandbox.log", "port 7443 can't be had: Address already in use"),
            failures.DoesNotAnswer(HOME, 7443, "timed out"),
            failures.DamagedState(HOME / "azure.sqlite", "file is not a database"),
            failures.RequestRefused("/_modelyard/clock", "advanceSeconds must be a number, 0 or more"),
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
    found = [
        one for one in vars(failures).values() if isinstance(one, type) and issubclass(one, failures.SandboxFailure)
    ]
    asked_amiss = {failures.RequestRefused}  # the sandbox is well
    assert {one.status for one in found if one not in asked_amiss} == {ExitStatus.SANDBOX}
    assert {one.status for one in asked_amiss} == {ExitStatus.USAGE}
    codes = [one.code for one in found if one is not failures.SandboxFailure]
    assert all(code.startswith("sandbox.") for code in codes)
    assert len(set(codes)) == len(codes)
