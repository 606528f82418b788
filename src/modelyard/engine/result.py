"""What an operation did, summed up from the events it told."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modelyard.arm.translation import PropertyMap
from modelyard.engine import error_parser
from modelyard.engine.events import (
    STACK_TYPE,
    Diagnostic,
    Event,
    Failed,
    Finished,
    Reader,
    Started,
    Summary,
    Violation,
    is_resource,
    name_of,
    plain,
    type_of,
    unbegun,
)
from modelyard.engine.exported_state import Pending
from modelyard.engine.failures import EngineFailure, Interrupted
from modelyard.report.change import Change

UNCHANGED = frozenset({"same", "read"})
"""Ops that leave a resource as it is; what others own is read."""


@dataclass(frozen=True, slots=True)
class ResourceStep:
    """What was done to one resource. Outcome: `done`, `failed`, or `unfinished` where the engine ended before it."""

    urn: str
    op: str
    outcome: str
    seconds: float = 0.0
    id: str = ""
    diff: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    custom: bool = False
    changes: tuple[Change, ...] = ()

    @property
    def is_resource(self) -> bool:
        """Whether it is a resource of Azure's, and not the stack, a component or a provider."""
        return is_resource(self.urn, custom=self.custom)

    @property
    def name(self) -> str:
        """The logical name."""
        return name_of(self.urn)

    @property
    def type(self) -> str:
        """The type token."""
        return type_of(self.urn)


@dataclass(frozen=True, slots=True)
class Result:
    """How an operation ended: well when `failures` is empty.

    `changes` counts resources by op (create, update, delete, replace, same…), and `grouped` what is none: the stack
    itself, and components that group resources. `outputs` are the stack's, with secrets
    blinded as `[secret]`, and `kept` says that the state has the same. `lost` are resources that were being created
    when their provider died: the engine has forgotten them, Azure may have them.
    """

    operation: str
    changes: Mapping[str, int]
    steps: tuple[ResourceStep, ...]
    diagnostics: tuple[Diagnostic, ...]
    violations: tuple[Violation, ...]
    failures: tuple[EngineFailure, ...]
    outputs: PropertyMap
    exit_status: int
    seconds: float
    kept: bool = False
    grouped: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[Pending, ...] = ()

    @property
    def succeeded(self) -> bool:
        """Whether everything was done."""
        return not self.failures

    @property
    def changed(self) -> bool:
        """Whether any resource was, or would be, other than it is."""
        return any(count for op, count in self.changes.items() if op not in UNCHANGED)

    @property
    def settled(self) -> bool:
        """Of a preview: whether an update would do nothing at all, to the stack's outputs neither."""
        return self.succeeded and self.kept and not self.changed and not self.grouped.keys() - UNCHANGED


CREATES = frozenset({"create", "create-replacement"})


def pending(begun: Started) -> Pending:
    """A create as the state notes one. What it depends on the engine doesn't tell here."""
    resource = {
        "urn": begun.urn,
        "custom": True,
        "type": type_of(begun.urn),
        "inputs": plain(begun.inputs),
        "parent": begun.parent,
        "provider": begun.provider,
    }
    return Pending("creating", {name: value for name, value in resource.items() if value})


class EventSummary:
    """Keeps what the engine told, and sums it up in the end."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = clock()
        self._reader = Reader(clock)
        self._steps: dict[tuple[str, str], ResourceStep] = {}
        self._diagnostics: list[Diagnostic] = []
        self._violations: list[Violation] = []
        self._summary: Summary | None = None
        self._outputs: Mapping[str, Any] = {}
        self._kept = False
        self._under_way: set[tuple[str, str]] = set()
        self._stuck = False
        self._creating: dict[str, Started] = {}
        self._lost: list[Pending] = []

    @property
    def stalled(self) -> bool:
        """Whether the engine waits for what never comes, and nothing else is under way.

        A resource that has to go before its replacement is made, and that Azure doesn't let go, is never answered for
        under `--continue-on-error`: the program waits for it, and the engine for the program (seen with 3.250).
        """
        return self._stuck and not self._under_way

    def read(self, line: str) -> list[Event]:
        """The events of one line, noted."""
        events = list(self._reader.read(line))
        for event in events:
            self._note(event)
        return events

    def _note(self, event: Event) -> None:
        match event:
            case Started(urn, op):
                if event.custom and op != "same":
                    self._under_way.add((urn, op))
                    if op in CREATES:
                        self._creating[urn] = event
                outcome = "done" if op == "same" else "unfinished"
                self._steps[urn, op] = ResourceStep(urn, op, outcome, custom=event.custom, changes=event.changes)
            case Finished(urn, op):
                self._under_way.discard((urn, op))
                self._steps[urn, op] = ResourceStep(
                    urn,
                    op,
                    "done",
                    event.seconds,
                    event.id,
                    event.diff,
                    event.replaced_by,
                    event.custom,
                    event.changes,
                )
                if type_of(urn) == STACK_TYPE:
                    self._outputs, self._kept = event.outputs, event.kept
            case Failed(urn, op):
                self._under_way.discard((urn, op))
                if event.lost and urn in self._creating:
                    self._lost.append(pending(self._creating[urn]))
                self._stuck |= op == "delete-replaced" and (urn, "create-replacement") not in self._steps
                outcome = "failed" if event.begun else "unfinished"
                self._steps[urn, op] = replace(self._steps[urn, op], outcome=outcome, seconds=event.seconds)
            case Diagnostic():
                self._diagnostics.append(event)
            case Violation():
                self._violations.append(event)
            case Summary(preview=before) if self._summary is None or not before:
                self._summary = event

    def _done(self) -> dict[str, int]:
        """Of an engine that didn't live to sum up: what it had told of each resource."""
        return Counter(step.op for step in self._steps.values() if step.outcome == "done" and step.is_resource)

    def result(self, operation: str, exit_status: int, last_words: str, project: Path, interruptions: int) -> Result:
        """Everything that was noted. An exit status other than 0 always leaves at least one failure."""
        found: list[EngineFailure] = []
        if interruptions:
            found.append(Interrupted(operation, killed=exit_status < 0))
        elif exit_status < 0:
            found.append(EngineFailure.of("engine.killed", operation=operation, signal_number=-exit_status))
        if exit_status:
            found.extend(error_parser.from_violations(self._violations))
            # Ctrl-C ends the program, and with it the turn of all that waited for it: no trouble of their own.
            said = (each for each in self._diagnostics if not (interruptions and unbegun(each.message)))
            found.extend(error_parser.from_diagnostics(said, project))
            if not found:
                found.append(error_parser.failure(last_words, exit_status))
        grouped = Counter(step.op for step in self._steps.values() if step.outcome == "done" and not step.is_resource)
        return Result(
            operation=operation,
            changes=dict(Counter(self._summary.changes) - grouped) if self._summary else self._done(),
            grouped=dict(grouped),
            steps=tuple(self._steps.values()),
            diagnostics=tuple(self._diagnostics),
            violations=tuple(self._violations),
            failures=tuple(found),
            outputs=self._outputs,
            exit_status=exit_status,
            kept=self._kept,
            lost=tuple(self._lost),
            seconds=self._clock() - self._began,
        )
