"""Running preview, up, refresh, destroy and import on a stack, with what the engine tells as it goes.

The engine runs as a child process whose JSON lines are read from its standard output as they come (`--json`); no file
and no port is needed, and the stream ends when the engine does. It has a session of its own, so that Ctrl-C at a
terminal reaches it once and by our hand only.
"""

import signal
import subprocess
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic

from modelyard.engine.events import Event
from modelyard.engine.failures import EngineFailure
from modelyard.engine.processes import Lines, end, termination_is_interruption
from modelyard.engine.result import EventSummary, Result
from modelyard.engine.stack import PulumiStack


@dataclass(frozen=True, slots=True)
class EngineOptions:
    """What an operation is told. A flag that an operation doesn't know is a ValueError, never left out in silence.

    `yes` is always the caller's to say. `config` reaches the program and is written into the stack's file, as Pulumi
    does with `-c`; give the stack a `config_file` where that must not be. It is part of the command line, so it is no
    place for a secret. `save_plan` and `plan` are files.
    """

    yes: bool = False
    skip_preview: bool = False
    continue_on_error: bool = False
    refresh: bool = False
    expect_no_changes: bool = False
    targets: tuple[str, ...] = ()
    target_dependents: bool = False
    config: Mapping[str, str] = field(default_factory=dict, repr=False)
    plan: Path | None = None
    save_plan: Path | None = None
    policy_packs: tuple[Path, ...] = ()
    parallel: int | None = None
    message: str | None = None


CHANGES = frozenset({"yes", "skip_preview", "parallel", "message", "config", "targets", "target_dependents"})
KNOWN: Mapping[str, frozenset[str]] = {
    "preview": frozenset(
        {"refresh", "expect_no_changes", "targets", "target_dependents", "config", "save_plan", "policy_packs"}
        | {"parallel", "message"}
    ),
    "up": CHANGES | {"continue_on_error", "refresh", "expect_no_changes", "plan", "policy_packs"},
    "refresh": CHANGES | {"expect_no_changes"},
    "destroy": CHANGES | {"continue_on_error", "refresh"},
    "import": frozenset({"yes", "skip_preview", "parallel", "message"}),
}
SWITCHES = ("yes", "skip_preview", "continue_on_error", "refresh", "expect_no_changes", "target_dependents")


def flags(operation: str, options: EngineOptions) -> list[str]:
    """The command line for these options. ValueError names one that the operation doesn't know."""
    standard = EngineOptions()
    for name in EngineOptions.__dataclass_fields__:
        if getattr(options, name) != getattr(standard, name) and name not in KNOWN[operation]:
            raise ValueError(f"pulumi {operation} has no {name}")
    given = [f"--{name.replace('_', '-')}" for name in SWITCHES if getattr(options, name)]
    for name in ("plan", "save_plan", "parallel", "message"):
        value = getattr(options, name)
        if value is not None:
            given += [f"--{name.replace('_', '-')}", str(value)]
    for target in options.targets:
        given += ["--target", target]
    for pack in options.policy_packs:
        given += ["--policy-pack", str(pack)]
    for key, value in options.config.items():
        given += ["--config", f"{key}={value}"]
    return given


PATIENCE = 10.0
"""Seconds of silence after which an engine that waits for nothing is believed to do so for ever."""

GRACE = 10.0
"""Seconds an engine that was told to stop at once gets before it is killed."""


@dataclass(frozen=True)
class EngineRun:
    """Operations on one stack; `progress` gets every event as it comes, in the calling thread.

    How an operation ends is told in its `Result`, failures included. Raised are only `cli.not-confirmed`, for a change
    without the caller's yes (Pulumi itself would take `--skip-preview` for one), and ValueError for a wrong flag.
    """

    stack: PulumiStack
    progress: Callable[[Event], None] = lambda _: None
    clock: Callable[[], float] = monotonic
    grace: float = GRACE
    patience: float = PATIENCE

    def preview(self, options: EngineOptions | None = None) -> Result:
        """What `up` would do; changes nothing."""
        return self._operate("preview", options or EngineOptions())

    def up(self, options: EngineOptions) -> Result:
        """Makes the stack as the program declares it."""
        return self._operate("up", options)

    def refresh(self, options: EngineOptions) -> Result:
        """Takes what the provider reads into the state."""
        return self._operate("refresh", options)

    def destroy(self, options: EngineOptions) -> Result:
        """Deletes the stack's resources; the stack itself and its history stay."""
        return self._operate("destroy", options)

    def take(self, token: str, name: str, id_: str, options: EngineOptions, *, parent: str = "") -> Result:
        """Imports one existing resource, under a parent of the state's (a URN); writes no code and protects nothing."""
        more = ["--parent", f"parent={parent}"] if parent else []
        return self._operate("import", options, token, name, id_, *more, "--generate-code=false", "--protect=false")

    def _operate(self, operation: str, options: EngineOptions, *arguments: str) -> Result:
        if operation != "preview" and not options.yes:
            raise EngineFailure.of("engine.not-confirmed")
        command = [operation, *arguments, *self.stack.flags, *flags(operation, options)]
        account = EventSummary(self.clock)
        workspace = self.stack.workspace
        process = subprocess.Popen(
            [workspace.engine.binary, *command, "--json", "--non-interactive", "--color", "never"],
            cwd=workspace.folder,
            env=dict(workspace.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        told, complained = Lines(process.stdout), Lines(process.stderr)
        interruptions = 0
        try:
            with termination_is_interruption():
                while process.returncode is None:
                    try:
                        self._follow(told, account, process)
                        process.wait()
                    except KeyboardInterrupt:
                        interruptions += 1
                        self._interrupt(process, interruptions)
        finally:
            end(process, signal.SIGKILL)
        return account.result(operation, process.returncode, "".join(complained), workspace.folder, interruptions)

    def _follow(self, told: Lines, account: EventSummary, process: "subprocess.Popen[str]") -> None:
        freed = False

        def free(quiet: float) -> None:
            """Has an engine that waits for nothing end in order, once; what it did is told and kept as ever."""
            nonlocal freed
            if not freed and quiet >= self.patience and account.stalled:
                freed = True
                process.send_signal(signal.SIGINT)

        for line in told.each(free):
            for event in account.read(line):
                self.progress(event)

    def _interrupt(self, process: "subprocess.Popen[str]", count: int) -> None:
        """The first time lets the engine finish what is under way; the second time it has to stop at once."""
        if process.poll() is not None:
            return
        process.send_signal(signal.SIGINT)
        if count > 1:
            timer = threading.Timer(self.grace, process.kill)
            timer.daemon = True
            timer.start()
