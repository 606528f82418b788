"""What is known of a change from its preview, before anything is written.

That is what Azure's policies say of it, which keys were renamed, and whether the account would be replaced.

The engine's preview is what is evaluated: the program itself as it stands, with what is there already and what would be
replaced. The policies around the stack are got while the engine is at work, so that nobody waits for them.
"""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelyard.azure.target import Target
from modelyard.config.loader import Loaded
from modelyard.engine import preview_findings, renames
from modelyard.engine.events import Event, Started, name_of, type_of
from modelyard.engine.plans import Plan
from modelyard.engine.renames import Renamed
from modelyard.engine.result import Result
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.failures import Failure
from modelyard.files import JsonDocument
from modelyard.findings import Finding, Severity
from modelyard.inventory import quota
from modelyard.operations.stack_operation import StackOperation
from modelyard.report.policy_finding import BuiltInsAge, FindingCategory, PolicyFinding, category
from modelyard.report.result import Check

if TYPE_CHECKING:
    from modelyard.audit.project_policies import ProjectPolicies
    from modelyard.audit.source import AuditSource
    from modelyard.operations.live_step import LiveAnswers

LIVE, LOST = "inventory.", "inventory.not-made-again"
"""How the codes of live checks begin."""

LATER = "it stays as it is for now, and Azure refuses its next change: "
NEXT = "it stays as it is for now; at its next change "


@dataclass(frozen=True, slots=True)
class Foresight:
    """The policy findings on a change, of how many resources, what else is to be known of it, and renamed keys.

    `replaced` is the name of the account that would be deleted to be made anew; empty where none is. `plan` is the
    engine's own plan of the change. `checks` are the live check's, `built_ins` is the age of those evaluated.
    """

    policy_findings: tuple[PolicyFinding, ...] = ()
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    replaced: str = ""
    plan: Plan | None = None
    checks: tuple[Check, ...] = ()
    built_ins: BuiltInsAge | None = None

    @property
    def refused(self) -> tuple[PolicyFinding, ...]:
        """Those for which Azure would refuse a write."""
        return tuple(each for each in self.policy_findings if each.severity is Severity.ERROR)

    @property
    def live(self) -> tuple[Finding, ...]:
        """What live checks say would be refused."""
        return tuple(each for each in self._live if each.code != LOST)

    @property
    def lost(self) -> tuple[Finding, ...]:
        """The deployments that would go and that Azure would not make again."""
        return tuple(each for each in self._live if each.code == LOST)

    @property
    def _live(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.code.startswith(LIVE) and each.severity is Severity.ERROR)

    def without_quota(self) -> "Foresight":
        """The same with quota that doesn't suffice as a warning: Azure is to decide."""
        return replace(
            self,
            findings=tuple(
                replace(each, severity=Severity.WARNING) if _of_quota(each) else each for each in self.findings
            ),
        )

    def stops(self, *, ignore_policies: bool = False, replace_account: str | None = None) -> tuple[Failure, ...]:
        """Why nothing of the change should be made; empty where nothing speaks against it.

        `replace_account` names the account that may be replaced; a name is no leave for another account.
        """
        unasked = self.replaced and self.replaced.lower() != (replace_account or "").lower()
        return (
            *([_stopped_by_policy(self.refused)] if self.refused and not ignore_policies else []),
            *([_stopped_by_live_check(self.live)] if self.live else []),
            *([_stopped_by_loss(self.lost)] if self.lost else []),
            *([_stopped_by_replacement(self.replaced, replace_account)] if unasked else []),
        )


def _stopped_by_policy(policy_findings: Iterable[PolicyFinding]) -> Failure:
    return Failure.of("cli.stopped-by-policy", names=sorted({each.resource_name for each in policy_findings}))


def _stopped_by_live_check(findings: Sequence[Finding]) -> Failure:
    case = "quota" if all(map(_of_quota, findings)) else "other"
    return Failure.of("cli.stopped-by-live-check", case=case, messages=[each.message for each in findings])


def _stopped_by_loss(findings: Sequence[Finding]) -> Failure:
    return Failure.of("cli.stopped-by-loss", names=[each.path.rpartition(".")[2] for each in findings])


def _stopped_by_replacement(account: str, named: str | None) -> Failure:
    case = "unnamed" if named is None else "another"
    return Failure.of("cli.stopped-by-replacement", case=case, account=account, named=named)


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """Of the live check: whether it is left out, and names of deployments that may go although none is made again."""

    offline: bool = False
    allow_loss: tuple[str, ...] = ()


def foresee(
    operation: StackOperation, loaded: Loaded, options: EngineOptions | None = None, live: LiveOptions = LiveOptions()
) -> tuple[Result, Foresight]:
    """The preview, and what is known of it; nothing of a preview that failed."""
    options = options or EngineOptions()
    with TemporaryDirectory() as folder:
        file = options.save_plan or Path(folder) / "plan.json"
        return _foresee(operation, loaded, replace(options, save_plan=file), file, live)


def _foresee(
    operation: StackOperation, loaded: Loaded, options: EngineOptions, file: Path, live: LiveOptions
) -> tuple[Result, Foresight]:
    planned: list[Started] = []

    def follow(event: Event) -> None:
        operation.follow(event)
        if isinstance(event, Started) and event.custom:
            planned.append(event)

    operation.context.progress.passing(f"  previewing {operation.stack.name} …")
    with ThreadPoolExecutor(2) as aside:
        known, answers = aside.submit(_known, operation), aside.submit(_answers, operation, loaded, live)
        result = EngineRun(operation.stack, follow).preview(options)
    operation.context.progress.clear()
    if result.failures:
        return result, Foresight()
    foreseen = _evaluated(operation, loaded, planned, known.result(), Plan.read(file), answers.result(), live)
    return renames.shown(result, foreseen.renamed), foreseen


def _answers(operation: StackOperation, loaded: Loaded, live: LiveOptions) -> "LiveAnswers | None":
    """What Azure says of the stack, while the engine is at work; None where nobody is to ask."""
    if loaded.stack is None:
        return None
    from modelyard.operations import live_step

    if live.offline:
        return live_step.LiveAnswers(live_step.stack_in_azure(loaded.stack, operation.target), None)
    return live_step.ask(operation.target, loaded.stack)


def _evaluated(
    operation: StackOperation,
    loaded: Loaded,
    planned: list[Started],
    known: "ProjectPolicies",
    plan: Plan,
    answers: "LiveAnswers | None",
    live: LiveOptions,
) -> Foresight:
    from modelyard.audit import audited_resource, preview
    from modelyard.audit.inspection import inspect
    from modelyard.catalog.market import Market

    now, target = datetime.now(UTC), operation.target
    days = operation.context.calendar(target.name, now)
    subscription = target.subscription_id or known.subscription(target.name)
    renamed = renames.renames(planned, subscription)
    stays = {each.old for each in renamed if each.kept}
    steps = [(each.urn, each.op, each.inputs) for each in planned if each.op != "delete" or each.urn not in stays]
    source = preview.change(f"preview of {operation.stack.name}", steps, subscription, plan.waits())
    source = replace(source, failures=known.failures)
    found = inspect(
        source,
        known.book,
        now=days.time(target.name),
        market_time=days.market_time(target.name),
        market=Market.load(),
        locate=loaded.position,
    )
    untouched = {urn for urn, op, _ in steps if op in preview.UNTOUCHED}
    checks, said = _live(target, answers, planned, source, live)
    told = (
        *preview_findings.account_findings(planned),
        *said,
        *preview_findings.principal_findings(planned, operation.stack.workspace.environment),
        *(
            replace(renames.finding(each), path=audited_resource.place(type_of(each.new), name_of(each.new)))
            for each in renamed
        ),
    )
    return Foresight(
        tuple(_later(each) if each.urn in untouched else each for each in found.evaluation.policy_findings),
        found.evaluation.resources,
        (*(_placed(each, loaded) for each in told), *known.findings(source, now, target=target.name), *found.findings),
        renamed,
        preview_findings.replaced_account(planned),
        plan,
        checks,
        found.built_ins(days.time(target.name)),
    )


def _live(
    target: Target, answers: "LiveAnswers | None", planned: list[Started], source: "AuditSource", live: LiveOptions
) -> tuple[tuple[Check, ...], tuple[Finding, ...]]:
    if answers is None:
        return (), ()
    from modelyard.operations import live_step

    return live_step.tell(target, answers, planned, source, live.allow_loss)


def live_line(foreseen: Foresight) -> list[str]:
    """How the live check went, in a line; none where nothing was asked."""
    if not foreseen.checks:
        return []
    from modelyard.operations import live_step

    return [live_step.summary(foreseen.checks)]


def live_data(foreseen: Foresight) -> list[JsonDocument]:
    """The live check's checks, for machines."""
    from modelyard.operations import live_step

    return [live_step.document(each) for each in foreseen.checks]


def decided(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings once a change is made: what could not be verified before has been decided by Azure."""
    return tuple(replace(each, unverified=False) for each in findings)


def _of_quota(finding: Finding) -> bool:
    return finding.code == quota.EXCEEDED


def _placed(finding: Finding, loaded: Loaded) -> Finding:
    """The finding with its line in the stack file, where what it is about stands there."""
    return replace(finding, position=loaded.position(finding.path)) if finding.path else finding


def _later(each: PolicyFinding) -> PolicyFinding:
    """A denial of what isn't written now stops nothing now, and a change isn't made now either."""
    if category(each) is FindingCategory.CHANGED:
        return replace(each, remedy=f"{NEXT}{each.remedy}")
    if each.severity is not Severity.ERROR:
        return each
    return replace(each, severity=Severity.WARNING, remedy=f"{LATER}{each.remedy}")


def _known(operation: StackOperation) -> "ProjectPolicies":
    """What the project knows; of the sandbox, which is at hand, what is in force there at this moment."""
    from modelyard.audit import inspection, pull  # noqa: F401 - its import is done by the time it is needed
    from modelyard.audit.project_policies import ProjectPolicies
    from modelyard.azure.arm_client import connect
    from modelyard.policy.evaluation.policy_documents import Rulebook
    from modelyard.policy.evaluation.policy_snapshot import Pulled

    known, target = ProjectPolicies.of(operation.project).in_target(operation.target.name), operation.target
    if target.name != "sandbox":
        return known
    now = Pulled(f"/subscriptions/{target.subscription_id}", target.name, datetime.now(UTC), Rulebook())
    try:
        with connect(target) as arm:
            answer = pull.pull(arm, now.scope, now.name)
    except Failure as failure:
        return replace(known, failures=(*known.failures, failure))
    others = tuple(each for each in known.pulled if each.source != target.name)
    return replace(known, pulled=(*others, replace(now, book=answer.book)))
