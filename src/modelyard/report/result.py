"""The result of a command: findings, checks, rulings, steps, and what the command wants a machine to read.

Every command ends in one `Report`; its exit status is derived from what the report holds, so text, JSON, JUnit and
the exit status can't disagree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Position, Severity

SETTLED = frozenset({"Exempt", "Protected"})
"""States in which a resource is as somebody decided it may be."""


class Outcome(StrEnum):
    """How a check or a step ended. Inconclusive means: neither proved nor disproved, and the reason says why."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Check:
    """One question put to a live endpoint, with the answer it expected and the one it saw.

    `id` is stable (`deployment.answers`); `subject` is what was asked about (`chat on /models, with a token`).
    `attempts` counts the calls made, `seconds` is their time in all.
    """

    id: str
    subject: str
    outcome: Outcome
    expected: str
    observed: str = ""
    reason: str = ""
    attempts: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a longer command, with its time; `detail` is the one line a reader sees beside it."""

    name: str
    outcome: Outcome
    seconds: float
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one policy at work says of one resource, where that isn't just that it complies.

    key         the same from run to run: assignment, member and resource, folded
    state       Azure's word for compliance (`NonCompliant`, `Exempt`, `Error` …), or `Undecided`, which previews have
    effect      as Azure writes it; of an undecided ruling the one that may take place
    severity    what it weighs; ERROR is what Azure would refuse
    resource    its ARM id; `resource_name` is what people call it (the key in the stack file), `urn` Pulumi's name
    policy      display name of the definition; `definition` is its id, `reference` its member of `initiative`
    sources     where the assignment was seen: the stack, a pulled scope, a repository
    because     the conditions that decided, with the values compared
    waits_for   places whose values an undecided ruling waits for
    changes     what modify or append would change: `properties.disableLocalAuth: false → true`
    position    where the stack file says what is to be changed; `path` is its key there
    frameworks  compliance frameworks' controls that the initiative maps the member to
    exemption   the exemption that counts, with its end; empty without one
    known       whether the baseline has it already, so that it isn't news
    """

    key: str
    state: str
    effect: str
    severity: Severity
    resource: str
    resource_type: str
    resource_name: str
    urn: str = ""
    policy: str
    definition: str
    assignment: str
    assignment_id: str
    scope: str
    reference: str = ""
    initiative: str = ""
    sources: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    message: str = ""
    remedy: str = ""
    waits_for: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    position: Position | None = None
    path: str = ""
    frameworks: tuple[str, ...] = ()
    exemption: str = ""
    known: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """What a command did. `data` is the command's own JSON (outputs, URLs, counts) and `text` what a person reads
    instead of it (a table, a next step); neither holds a secret that the caller didn't ask for.

    `resources` is how many resources policies were put to: `rulings` hold only what doesn't comply. `baseline` says
    that rulings were compared with a baseline, and so that one that isn't `known` is new. `fails_on` is the least
    weight of a ruling that fails the command; None: nothing fails it.
    """

    command: str
    stack: str = ""
    target: str = ""
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    steps: tuple[Step, ...] = ()
    failures: tuple[Failure, ...] = ()
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    resources: int = 0
    baseline: bool = False
    fails_on: Severity | None = Severity.ERROR

    @property
    def status(self) -> ExitStatus:
        """The worst of what happened: a failure's own status, then findings and failed checks, then doubt."""
        if self.failures:
            return self.failures[0].status
        if any(finding.severity is Severity.ERROR for finding in self.findings):
            return ExitStatus.FINDINGS
        if any(self.fails(ruling) for ruling in self.rulings):
            return ExitStatus.FINDINGS
        outcomes = {check.outcome for check in self.checks} | {step.outcome for step in self.steps}
        if Outcome.FAILED in outcomes:
            return ExitStatus.FINDINGS
        if Outcome.INCONCLUSIVE in outcomes:
            return ExitStatus.INCONCLUSIVE
        return ExitStatus.DONE

    def fails(self, ruling: Ruling) -> bool:
        """Whether a ruling weighs enough to fail the command, and isn't known, exempt or only protected."""
        if self.fails_on is None or ruling.known or ruling.state in SETTLED:
            return False
        return ruling.severity.weight >= self.fails_on.weight
