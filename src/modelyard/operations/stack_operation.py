"""What preview, up and destroy have in common: a checked stack, a target, an engine, and how the run is shown."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from modelyard.azure.arm_reader import reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.catalog.market import Market
from modelyard.config.failures import StackMissing
from modelyard.config.loader import RUNNING, Loaded, load
from modelyard.config.project import Project
from modelyard.destination import Destination, TargetName
from modelyard.engine import exported_state
from modelyard.engine.create_journal import CreateJournal
from modelyard.engine.events import Event, Failed, Finished, Started, name_of
from modelyard.engine.failures import EngineFailure, NoStack
from modelyard.engine.recovery import recover, recover_lost
from modelyard.engine.result import Result
from modelyard.engine.stack import Output, PulumiStack, Workspace, command_environment
from modelyard.engine.state_outputs import StackOutputs, stack_outputs
from modelyard.failures import Failure
from modelyard.files import inside
from modelyard.operations import stack_file
from modelyard.operations.changes import finished
from modelyard.operations.context import OperationContext
from modelyard.operations.target_resolution import TargetMissing, child_environment, point, resolve
from modelyard.report.change import SECRET


@dataclass(frozen=True)
class StackOperation:
    """One stack, checked and pointed somewhere, with the engine that works on it."""

    project: Project
    at: Destination
    target: Target
    stack: PulumiStack
    context: OperationContext
    journal: CreateJournal

    @classmethod
    def prepare(
        cls, project: Project, name: str, at: Destination, context: OperationContext, running: Sequence[str] = ()
    ) -> "StackOperation":
        """Start or reach what is needed: the target, the engine, and in the sandbox a stack file of its own.

        `running` are deployments of closed models that run as they are written, which the program then takes.
        """
        context.progress.passing(f"  preparing {name} in {at.target} …")
        pointed = point(at, context)
        found = context.engine()
        told = {RUNNING: ",".join(running)} if running else {}
        environment = command_environment(
            child_environment(pointed, context.environment), told, engine=found, python=Path(sys.executable)
        )
        kept = stack_file.copy(project, name, context.folders.sandbox) if pointed.name == "sandbox" else None
        if kept and kept.told:
            context.progress.line(kept.told)
        pulumi = PulumiStack(Workspace(found, project.root, environment), name, kept.file if kept else None)
        written = f"{pointed.name}-{project.stack_file(name).name}.jsonl"
        journal = inside(context.folders.state, "creating", project.name, written)
        return cls(project, at, pointed, pulumi, context, CreateJournal(journal))

    def must_exist(self) -> None:
        """Raise StackMissing for a name that neither a file nor the backend has: to make it here would hide a typo."""
        file = self.project.stack_file(self.stack.name)
        if not file.exists():
            try:
                self.stack.state()
            except NoStack:
                raise StackMissing(file, self.stack.name, self.project.stack_names()) from None

    def begin(self, loaded: Loaded | None = None) -> tuple[str, ...]:
        """Make the stack where there is none, mend what a killed run left where there is; a line for each thing.

        With the stack's file what runs is taken into an empty state, where the file says `adopted`.
        """
        try:
            told = self._mended()
        except NoStack:
            self.stack.create()
            told = ()
        self.journal.forget()
        if loaded is not None and loaded.stack is not None and loaded.stack.adopted:
            from modelyard.operations.adopted_stack import take_in

            told += take_in(self.stack, loaded, self.project.name, self.target)
        return told

    def _mended(self) -> tuple[str, ...]:
        """What recovery did, by the state first, and then by the journal, for what the state doesn't tell."""
        subscription, exists = self.target.subscription_id, self._exists
        recovery = recover(self.stack, subscription=subscription, exists=exists, progress=self.show)
        if not self.journal.left():
            return recovery.told
        lost = self.journal.left(recovery.settled | exported_state.known(self.stack.state()))
        done = recover_lost(self.stack, lost, subscription=subscription, exists=exists, progress=self.show)
        return (*recovery.told, *done.told)

    def settle(self, result: Result) -> tuple[str, ...]:
        """Take into the stack what was lost with a provider that died in this run; a line for each thing done."""
        if result.lost:
            point(self.at, self.context)  # the sandbox may have died as well
        subscription, exists = self.target.subscription_id, self._exists
        done = recover_lost(self.stack, result.lost, subscription=subscription, exists=exists, progress=self.show)
        if result.exit_status >= 0:
            self.journal.forget()
        return done.told

    def outputs(self, result: Result) -> StackOutputs:
        """The stack's outputs after a run: as the engine told them, or of what exists where a part of it failed.

        A secret one isn't told, and has to be asked for.
        """
        told = {name: Output(value) for name, value in result.outputs.items() if value != SECRET}
        if result.succeeded and told and len(told) == len(result.outputs):
            return StackOutputs(told)
        try:
            return self.existing()
        except EngineFailure:
            if result.succeeded:
                raise
            return StackOutputs(told)

    def existing(self) -> StackOutputs:
        """The outputs of what exists, by the stack's state."""
        return stack_outputs(self.stack.state(show_secrets=True))

    def _exists(self, id_: str, api_version: str) -> bool:
        try:
            with reader(self.target) as arm:
                return arm.exists(id_, api_version)
        except ScopeUnreadable as refused:
            raise Failure.of("cli.cannot-look", id_=id_, why=refused.what) from refused

    def follow(self, event: Event) -> None:
        """Write down what an event tells of creates, and show it."""
        self.journal.note(event)
        self.show(event)

    def show(self, event: Event) -> None:
        """Show an event of the engine: what is being done, and what has been done to a resource."""
        match event:
            case Started(urn, op, preview) if op != "same" and not preview:
                self.context.progress.passing(f"  {op} {name_of(urn)} …")
            case Finished(preview=False) | Failed() if line := finished(event):
                self.context.progress.line(line)
            case _:
                pass


def read(project: Project, name: str, context: OperationContext) -> Loaded | None:
    """The stack's file, for what it says of the target; None where a stack that is deployed has no file any more."""
    try:
        return load(project, name, calendar=context.calendar(), market=Market.load())
    except StackMissing:
        return None


def located(project: Project, name: str, target: TargetName | None, context: OperationContext) -> Destination:
    """Where a stack that may be deployed works, by its file; one whose file is gone is found by --target."""
    try:
        loaded = load(project, name, calendar=context.calendar(), market=Market.load())
    except StackMissing as missing:
        try:
            return resolve(target, context)
        except TargetMissing:
            raise missing from None
    return resolve(target, context, loaded)


def excused(
    loaded: Loaded, target: TargetName | None, context: OperationContext, *, offline: bool
) -> tuple[Loaded, tuple[str, ...]]:
    """The file with a warning for each deployment of a closed model that runs as it is written, and their names.

    Azure is asked only where nothing else keeps the stack from being declared.
    """
    if offline or not loaded.closed or len(loaded.closed) < len(loaded.errors):
        return loaded, ()
    from modelyard.operations import live_step

    names = live_step.running(point(resolve(target, context, loaded), context), loaded)
    return loaded.excusing(names), names
