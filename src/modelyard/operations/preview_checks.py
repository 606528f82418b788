"""What is known of a change from its preview, before anything is written.

That is what Azure's policies say of it, which keys were renamed, and whether the account would be replaced.

The engine's preview is what is judged: the program itself as it stands, with what is there already and what would be
replaced. The policies around the stack are got while the engine is at work, so that nobody waits for them.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelyard.config.loader import Loaded
from modelyard.engine import preview_findings, renames
from modelyard.engine.events import Event, Started, name_of, type_of
from modelyard.engine.plans import Plan
from modelyard.engine.renames import Renamed
from modelyard.engine.result import Result
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.failures import ExitStatus, Failure
from modelyard.findings import Finding, Severity
from modelyard.inventory.codes import CODES, EXCEEDED
from modelyard.operations import live_checks
from modelyard.operations.stack_calendar import calendar
from modelyard.operations.stack_operation import StackOperation
from modelyard.report.policy_finding import FindingCategory, PolicyFinding, standing

if TYPE_CHECKING:
    from modelyard.audit.project_policies import ProjectPolicies

LIVE = frozenset(each.code for each in CODES)

LATER = "it stays as it is for now, and Azure refuses its next change: "
NEXT = "it stays as it is for now; at its next change "


class StoppedByPolicy(Failure):
    """Azure's policies would refuse a part of the change; none of it was made."""

    code = "cli.stopped-by-policy"
    status = ExitStatus.FINDINGS

    def __init__(self, rulings: Iterable[PolicyFinding]) -> None:
        names = sorted({each.resource_name for each in rulings})
        super().__init__(
            f"nothing was changed: Azure would refuse {', '.join(names)}",
            remedy="correct what is reported above; to go on all the same, and let Azure decide: --ignore-policies",
        )


class StoppedByLiveCheck(Failure):
    """Azure would refuse a part of the change, by what it shows now: quota, or a soft-deleted account."""

    code = "cli.stopped-by-live-check"
    status = ExitStatus.FINDINGS

    def __init__(self, findings: Iterable[Finding]) -> None:
        found = list(findings)
        quota = "; to go on all the same, and let Azure decide: --ignore-quota"
        super().__init__(
            f"nothing was changed: Azure would refuse it: {'; '.join(each.message for each in found)}",
            remedy=f"mend what is told above{quota if all(map(_of_quota, found)) else ''}",
        )


class StoppedByReplacement(Failure):
    """The account would have been deleted, with all that is in it, to be made anew; nothing was done."""

    code = "cli.stopped-by-replacement"

    def __init__(self, account: str, allowed: str | None) -> None:
        another = f"; --replace-account names another one, {allowed}" if allowed is not None else ""
        super().__init__(
            f"nothing was changed: the account {account} would be deleted with all that is in it{another}",
            remedy=f"to delete it and make another one all the same, name it: --replace-account {account}",
        )


@dataclass(frozen=True, slots=True)
class Foresight:
    """The rulings on a change, of how many resources, what else is to be known of it, and which keys were renamed.

    `replaced` is the name of the account that would be deleted to be made anew; empty where none is. `plan` is the
    engine's own plan of the change.
    """

    rulings: tuple[PolicyFinding, ...] = ()
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    replaced: str = ""
    plan: Plan | None = None

    @property
    def refused(self) -> tuple[PolicyFinding, ...]:
        """Those for which Azure would refuse a write."""
        return tuple(each for each in self.rulings if each.severity is Severity.ERROR)

    @property
    def live(self) -> tuple[Finding, ...]:
        """What live checks say would be refused."""
        return tuple(each for each in self.findings if each.code in LIVE and each.severity is Severity.ERROR)

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
            *([StoppedByPolicy(self.refused)] if self.refused and not ignore_policies else []),
            *([StoppedByLiveCheck(self.live)] if self.live else []),
            *([StoppedByReplacement(self.replaced, replace_account)] if unasked else []),
        )


def foresee(
    operation: StackOperation, loaded: Loaded, options: EngineOptions | None = None
) -> tuple[Result, Foresight]:
    """The preview, and what is known of it; nothing of a preview that failed."""
    options = options or EngineOptions()
    with TemporaryDirectory() as folder:
        file = options.save_plan or Path(folder) / "plan.json"
        return _foresee(operation, loaded, replace(options, save_plan=file), file)


def _foresee(operation: StackOperation, loaded: Loaded, options: EngineOptions, file: Path) -> tuple[Result, Foresight]:
    planned: list[Started] = []

    def follow(event: Event) -> None:
        operation.follow(event)
        if isinstance(event, Started) and event.custom:
            planned.append(event)

    with ThreadPoolExecutor(1) as aside:
        known = aside.submit(_known, operation)
        result = EngineRun(operation.stack, follow).preview(options)
    operation.context.progress.clear()
    if result.failures:
        return result, Foresight()
    foreseen = _judged(operation, loaded, planned, known.result(), Plan.read(file))
    return renames.shown(result, foreseen.renamed), foreseen


def _judged(
    operation: StackOperation, loaded: Loaded, planned: list[Started], known: "ProjectPolicies", plan: Plan
) -> Foresight:
    from modelyard.audit import preview, stack_paths
    from modelyard.audit.inspection import inspect
    from modelyard.catalog.market import Market

    now, target = datetime.now(UTC), operation.target
    days = calendar(operation.context, target.name, now)
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
    told = (
        *preview_findings.account_findings(planned),
        *(live_checks.findings(target, loaded.stack, planned, subscription) if loaded.stack else ()),
        *preview_findings.principal_findings(planned, operation.stack.workspace.environment),
        *(
            replace(renames.finding(each), path=stack_paths.place(type_of(each.new), name_of(each.new)))
            for each in renamed
        ),
    )
    return Foresight(
        tuple(_later(each) if each.urn in untouched else each for each in found.evaluated.rulings),
        found.evaluated.resources,
        (*(_placed(each, loaded) for each in told), *known.findings(source, now, target=target.name), *found.findings),
        renamed,
        preview_findings.replaced_account(planned),
        plan,
    )


def decided(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings once a change is made: what could not be verified before has been decided by Azure."""
    return tuple(replace(each, unverified=False) for each in findings)


def _of_quota(finding: Finding) -> bool:
    return finding.code == EXCEEDED.code


def _placed(finding: Finding, loaded: Loaded) -> Finding:
    """The finding with its line in the stack file, where what it is about stands there."""
    return replace(finding, position=loaded.position(finding.path)) if finding.path else finding


def _later(each: PolicyFinding) -> PolicyFinding:
    """A denial of what isn't written now stops nothing now, and a change isn't made now either."""
    if standing(each) is FindingCategory.CHANGED:
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
