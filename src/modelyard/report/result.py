"""The result of a command: findings, checks, policy findings, steps, and what the command wants a machine to read.

Every command ends in one `Report`; its exit status is derived from what the report holds, so text, JSON, JUnit and
the exit status can't disagree.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from modelyard.destination import Destination
from modelyard.failures import ExitStatus, Failure
from modelyard.files import JsonObject
from modelyard.findings import Finding, Severity
from modelyard.report.change import Change

if TYPE_CHECKING:  # a command without policies does not pay for making the class
    from modelyard.report.policy_finding import BuiltInsAge, PolicyFinding, PolicySummary


class Outcome(StrEnum):
    """How a check or a step ended. Inconclusive means: neither proved nor disproved, and the reason says why.

    Not proved means that no check knows how to ask: the deployment exists, and nothing is known of its answers.
    """

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    INCONCLUSIVE = "inconclusive"
    NOT_PROVED = "not-proved"


@dataclass(frozen=True, slots=True)
class Check:
    """One question put to a live endpoint, with the answer it expected and the one it saw.

    `id` is stable (`deployment.answers`); `subject` is what was asked about (`chat on /openai/v1, with a token`).
    `attempts` counts the calls made, `seconds` is their time in all, `waited` the seconds between them.
    """

    id: str
    subject: str
    outcome: Outcome
    expected: str
    observed: str = ""
    reason: str = ""
    attempts: int = 1
    seconds: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True, slots=True)
class Step:
    """One stage of a longer command, with its time; `detail` is the one line a reader sees beside it.

    Of a resource that is changed, or would be: `op` is Pulumi's word for what happens, `resource` its URN, and
    `changes` are its members that get other values. A preview's steps take no time.
    """

    name: str
    outcome: Outcome
    seconds: float
    detail: str = ""
    op: str = ""
    resource: str = ""
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table within the text of a report: a head and rows of cells. Columns of figures are set right.

    Columns whose position is in `names` are set left, whatever they look like: a version is a name.
    """

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    names: frozenset[int] = frozenset()

    @property
    def right(self) -> tuple[bool, ...]:
        """For each column, whether all its cells are figures."""
        return self._layout[1]

    @property
    def lines(self) -> tuple[str, ...]:
        """Lines with aligned columns, as the report's text has them."""
        widths, right = self._layout
        columns = tuple(zip(widths, right, strict=True))
        return tuple(
            "  ".join(
                cell.rjust(width) if rightwards else cell.ljust(width)
                for cell, (width, rightwards) in zip(row, columns, strict=True)
            ).rstrip()
            for row in (self.head, *self.rows)
        )

    @property
    def _layout(self) -> tuple[tuple[int, ...], tuple[bool, ...]]:
        """The width of each column, and whether it is set right; a table may have thousands of rows."""
        widths = tuple(max(len(row[column]) for row in (self.head, *self.rows)) for column in range(len(self.head)))
        right = tuple(
            column not in self.names
            and all(row[column].lstrip("-")[:1].isdigit() or row[column] == "unknown" for row in self.rows)
            for column in range(len(self.head))
        )
        return widths, right


@dataclass(frozen=True, slots=True)
class Report:
    """What a command did.

    policy_findings  what policies say of resources that don't simply comply with them
    steps            stages of a longer command, or what changes
    text             what a person reads instead of `data`: a table, a next step
    tables           the tables within `text`, so that a terminal can set them to its width
    data             the command's own JSON: outputs, URLs, counts. Neither holds a secret that nobody asked for
    resources        how many resources policies were put to
    evaluated        how many of them some policy applied to; None where nobody counted. Of what no policy evaluated
                     nothing is known to be in order
    policies         the policies at work, with how many resources each evaluated
    built_ins        how old the built-in policies are that were evaluated; None where none came along
    baseline         whether policy findings were compared with a baseline, so that one that isn't `known` is new
    fails_on         the least severity of a policy finding that fails the command; None: none does
    file             the file that was audited, for policy findings that have no line in it; empty where none was
    countable        the outcomes that a check of the command can have; the closing line counts each of them
    destination      the cloud that the command worked in; the frame of the command line fills it in, so that the report
                     of a command that was stopped says it too
    """

    command: str
    stack: str = ""
    destination: Destination | None = None
    findings: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    policy_findings: "tuple[PolicyFinding, ...]" = ()
    steps: tuple[Step, ...] = ()
    failures: tuple[Failure, ...] = ()
    text: str = ""
    tables: tuple[TextTable, ...] = ()
    data: JsonObject = field(default_factory=dict)
    resources: int = 0
    evaluated: int | None = None
    policies: "tuple[PolicySummary, ...]" = ()
    built_ins: "BuiltInsAge | None" = None
    baseline: bool = False
    fails_on: Severity | None = Severity.ERROR
    file: str = ""
    countable: tuple[Outcome, ...] = tuple(Outcome)

    @property
    def target(self) -> str:
        """The name of the cloud; empty where the command worked in none."""
        return self.destination.target if self.destination else ""

    @property
    def stopped(self) -> bool:
        """Whether failures kept the command from a result; else they are a part of it."""
        return bool(self.failures) and not (self.checks or self.policy_findings or self.steps or self.text)

    @property
    def status(self) -> ExitStatus:
        """The one status of everything in the report; where several apply, the first by `failures.PRECEDENCE`."""
        return ExitStatus.worst(self._statuses())

    def _statuses(self) -> Iterator[ExitStatus]:
        yield from (failure.status for failure in self.failures)
        outcomes = {check.outcome for check in self.checks} | {step.outcome for step in self.steps}
        if (
            Outcome.FAILED in outcomes
            or any(finding.severity is Severity.ERROR for finding in self.findings)
            or any(self.fails(finding) for finding in self.policy_findings)
        ):
            yield ExitStatus.FINDINGS
        doubtful = any(finding.unverified for finding in self.findings)
        if Outcome.INCONCLUSIVE in outcomes or doubtful or self._nothing_proved:
            yield ExitStatus.INCONCLUSIVE

    @property
    def _nothing_proved(self) -> bool:
        """Whether what couldn't be asked is all there was: such a run must not look like one that proved something."""
        outcomes = {check.outcome for check in self.checks}
        return Outcome.NOT_PROVED in outcomes and Outcome.PASSED not in outcomes

    def fails(self, finding: "PolicyFinding") -> bool:
        """Whether a finding weighs enough to fail the command, and isn't known, exempt or only protected."""
        if self.fails_on is None or finding.known or finding.settled:
            return False
        return finding.severity.weight >= self.fails_on.weight
