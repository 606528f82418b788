"""What the engine tells while it works: its JSON lines, read into events of ours.

The engine's own shapes are `apitype.EngineEvent` in pulumi/sdk v3.250. Its timestamps are whole seconds, so the
seconds of a step are measured here, by the clock that is passed in.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm import pulumi_sentinels
from modelyard.arm.translation import PropertyMap, PulumiInputs
from modelyard.engine.differences import changes
from modelyard.report.change import SECRET, Change

STACK_TYPE = "pulumi:pulumi:Stack"

UNKNOWN = pulumi_sentinels.UNKNOWN
"""What stands in the place of a value that isn't known."""

UNBEGUN = re.compile(r"before hook .* failed: rpc error: code = (?:Unavailable|Canceled)", re.DOTALL)

BROKEN = re.compile(
    r"error reading from server|transport is closing|code = Unavailable|connection (?:reset|refused)"
    r"|no reply from Azure"
)
"""What is said of a resource whose provider, or the network behind it, went away in the midst of a call: gRPC's words,
Go's, and our provider's."""

MARK = pulumi_sentinels.SIGNATURE
"""The mark of a value that isn't plain JSON; in a stack's outputs, a secret."""


@dataclass(frozen=True, slots=True)
class Started:
    """The engine began with a resource. `op` is Pulumi's word: create, update, delete, same, replace, read, refresh…

    `inputs` are those it is to have, as the engine writes them: with marks for what is secret or unknown; of a resource
    that goes, those it has. `custom` ones are a provider's; the others are components. `id` is its ARM id until now,
    `changes` is what is to be changed of it. `parent` and `provider` are as the state writes them.
    """

    urn: str
    op: str
    preview: bool = False
    inputs: PropertyMap = field(default_factory=dict, repr=False)
    custom: bool = False
    id: str = ""
    changes: tuple[Change, ...] = ()
    parent: str = ""
    provider: str = ""


@dataclass(frozen=True, slots=True)
class Finished:
    """A resource is as it should be. `diff` names the inputs that changed, `replaced_by` those that forced it anew.

    `kept` is of the stack: its outputs are those that its state has. Where a secret is among them nobody can say so.
    """

    urn: str
    op: str
    seconds: float
    preview: bool = False
    id: str = ""
    diff: tuple[str, ...] = ()
    replaced_by: tuple[str, ...] = ()
    outputs: PropertyMap = field(default_factory=dict, repr=False)
    kept: bool = False
    custom: bool = False
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider refused or broke; a `Diagnostic` with the same URN says why.

    One that hasn't `begun` was not written: the program that it waited for in a hook was gone, as after Ctrl-C. One
    that is `lost` was, perhaps: its provider died before it answered.
    """

    urn: str
    op: str
    seconds: float
    custom: bool = False
    changes: tuple[Change, ...] = ()
    begun: bool = True
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Something said by the program, a provider or the engine. Severity: `info`, `info#err`, `warning`, `error`."""

    severity: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Violation:
    """A policy pack's finding; `level` is mandatory or advisory."""

    policy: str
    level: str
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The end of a preview or of an operation, with how many resources each op was done to."""

    changes: Mapping[str, int]
    preview: bool
    result: str = ""


Event = Started | Finished | Failed | Diagnostic | Violation | Summary


class Reader:
    """Turns the engine's lines into events; remembers when each step began."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began: dict[tuple[str, str], float] = {}
        self._unbegun: set[str] = set()
        self._broken: set[str] = set()

    def read(self, line: str) -> Iterator[Event]:
        """The events of one line: none for what is of no use to anybody, or isn't JSON."""
        try:
            said = json.loads(line)
        except ValueError:
            return
        match said:
            case {"resourcePreEvent": body}:
                yield self._started(body)
            case {"resOutputsEvent": body}:
                yield self._finished(body)
            case {"resOpFailedEvent": {"metadata": step}}:
                begun = step["urn"] not in self._unbegun
                lost = begun and step["urn"] in self._broken
                yield Failed(step["urn"], step["op"], self._seconds(step), _custom(step), changes(step), begun, lost)
            case {"diagnosticEvent": {"ephemeral": True, "urn": str(urn), "message": message}}:
                if message.strip() == pulumi_sentinels.WRITING:
                    self._began.update({key: self._clock() for key in self._began if key[0] == urn})
            case {"diagnosticEvent": body} if body["severity"] != "debug" and not body.get("ephemeral"):
                if unbegun(body["message"]):
                    self._unbegun.add(body.get("urn", ""))
                elif body["severity"] == "error" and BROKEN.search(body["message"]):
                    self._broken.add(body.get("urn", ""))
                yield Diagnostic(body["severity"], body["message"].strip(), body.get("urn", ""))
            case {"policyEvent": body}:
                policy = f"{body['policyPackName']}/{body['policyName']}"
                urn = body.get("resourceUrn", "")
                yield Violation(policy, body["enforcementLevel"], body["message"].strip(), urn)
            case {"summaryEvent": body}:
                yield Summary(body.get("resourceChanges") or {}, bool(body.get("isPreview")), body.get("result", ""))

    def _started(self, body: Mapping[str, Any]) -> Started:
        step = body["metadata"]
        self._began[step["urn"], step["op"]] = self._clock()
        old, new = step.get("old") or {}, step.get("new") or {}
        inputs, planning = (new or old).get("inputs") or {}, bool(body.get("planning"))
        return Started(
            step["urn"],
            step["op"],
            planning,
            inputs,
            _custom(step),
            old.get("id") or "",
            changes(step),
            new.get("parent") or "",
            new.get("provider") or "",
        )

    def _finished(self, body: Mapping[str, Any]) -> Finished:
        step = body["metadata"]
        new = step.get("new") or {}
        stack = step["type"] == STACK_TYPE
        outputs = new.get("outputs") or {} if stack else {}
        return Finished(
            step["urn"],
            step["op"],
            self._seconds(step),
            bool(body.get("planning")),
            id=new.get("id") or "",
            diff=tuple(step.get("diffs") or ()),
            replaced_by=tuple(step.get("keys") or ()),
            outputs=blinded(known(outputs)),
            custom=_custom(step),
            changes=changes(step),
            kept=stack and outputs == (step.get("old") or {}).get("outputs") and MARK not in json.dumps(outputs),
        )

    def _seconds(self, step: Mapping[str, Any]) -> float:
        now = self._clock()
        return now - self._began.pop((step["urn"], step["op"]), now)


def plain(value: Any) -> Any:
    """A value with each secret in it, however deep, as the text `[secret]`, and without what is unknown."""
    if isinstance(value, dict):
        return SECRET if MARK in value else {name: plain(item) for name, item in value.items() if item != UNKNOWN}
    return [plain(item) for item in value if item != UNKNOWN] if isinstance(value, list) else value


def blinded(outputs: PropertyMap) -> PulumiInputs:
    """Outputs with each secret as the text `[secret]`; the engine tells one as an object with a mark and no content."""
    return {name: SECRET if isinstance(value, dict) and MARK in value else value for name, value in outputs.items()}


def known(value: Any) -> Any:
    """A value without what is unknown in it: an update that failed in part leaves marks where outputs should be."""
    if isinstance(value, dict):
        return {name: known(item) for name, item in value.items() if item != UNKNOWN}
    if isinstance(value, list):
        return [known(item) for item in value if item != UNKNOWN]
    return value


def unbegun(message: str) -> bool:
    """Whether a diagnostic says that a resource waited for its turn in a hook when the program ended."""
    return UNBEGUN.match(message.removeprefix("error: ").strip()) is not None


def _custom(step: Mapping[str, Any]) -> bool:
    return bool((step.get("new") or step.get("old") or {}).get("custom"))


def is_resource(urn: str, *, custom: bool) -> bool:
    """Whether it is a resource of Azure's, and not the stack itself, a component that groups others, or a provider."""
    return custom and not type_of(urn).startswith("pulumi:")


def name_of(urn: str) -> str:
    """The logical name at the end of a URN (`urn:pulumi:stack::project::type$type::name`)."""
    return urn.split("::", 3)[-1]


def type_of(urn: str) -> str:
    """The resource's own type token, without those of its parents."""
    parts = urn.split("::", 3)
    return parts[2].rpartition("$")[2] if len(parts) == 4 else ""
