"""What is known of a change from its preview, before anything is written.

That is what Azure's policies say of it, which keys were renamed, and whether the account would be replaced.

The engine's preview is what is evaluated: the program itself as it stands, with what is there already and what would be
replaced. The policies around the stack are got while the engine is at work, so that nobody waits for them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from modelyard.arm import kinds, pulumi_sentinels
from modelyard.arm.declared_resource import arm_id
from modelyard.arm.translation import ArmDocument
from modelyard.azure.arm_reader import ArmReader, reader
from modelyard.azure.failures import ScopeUnreadable
from modelyard.azure.target import Target
from modelyard.config.loader import Loaded
from modelyard.config.stack import Stack
from modelyard.engine import preview_findings, renames
from modelyard.engine.events import Event, Started, name_of, type_of
from modelyard.engine.plans import Plan
from modelyard.engine.renames import Renamed
from modelyard.engine.result import Result
from modelyard.engine.run import EngineOptions, EngineRun
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.inventory import deleted_accounts, quota
from modelyard.operations.stack_operation import StackOperation
from modelyard.report.policy_finding import FindingCategory, PolicyFinding, category

if TYPE_CHECKING:
    from modelyard.audit.project_policies import ProjectPolicies

WRITES = frozenset({"create", "update", "create-replacement"})
DELETES = frozenset({"delete", "delete-replaced"})
LIVE = "inventory."
"""How the codes of live checks begin."""

LATER = "it stays as it is for now, and Azure refuses its next change: "
NEXT = "it stays as it is for now; at its next change "


@dataclass(frozen=True, slots=True)
class Foresight:
    """The policy findings on a change, of how many resources, what else is to be known of it, and renamed keys.

    `replaced` is the name of the account that would be deleted to be made anew; empty where none is. `plan` is the
    engine's own plan of the change.
    """

    policy_findings: tuple[PolicyFinding, ...] = ()
    resources: int = 0
    findings: tuple[Finding, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    replaced: str = ""
    plan: Plan | None = None

    @property
    def refused(self) -> tuple[PolicyFinding, ...]:
        """Those for which Azure would refuse a write."""
        return tuple(each for each in self.policy_findings if each.severity is Severity.ERROR)

    @property
    def live(self) -> tuple[Finding, ...]:
        """What live checks say would be refused."""
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
            *([_stopped_by_replacement(self.replaced, replace_account)] if unasked else []),
        )


def _stopped_by_policy(policy_findings: Iterable[PolicyFinding]) -> Failure:
    return Failure.of("cli.stopped-by-policy", names=sorted({each.resource_name for each in policy_findings}))


def _stopped_by_live_check(findings: Sequence[Finding]) -> Failure:
    case = "quota" if all(map(_of_quota, findings)) else "other"
    return Failure.of("cli.stopped-by-live-check", case=case, messages=[each.message for each in findings])


def _stopped_by_replacement(account: str, named: str | None) -> Failure:
    case = "unnamed" if named is None else "another"
    return Failure.of("cli.stopped-by-replacement", case=case, account=account, named=named)


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

    operation.context.progress.passing(f"  previewing {operation.stack.name} …")
    with ThreadPoolExecutor(1) as aside:
        known = aside.submit(_known, operation)
        result = EngineRun(operation.stack, follow).preview(options)
    operation.context.progress.clear()
    if result.failures:
        return result, Foresight()
    foreseen = _evaluated(operation, loaded, planned, known.result(), Plan.read(file))
    return renames.shown(result, foreseen.renamed), foreseen


def _evaluated(
    operation: StackOperation, loaded: Loaded, planned: list[Started], known: "ProjectPolicies", plan: Plan
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
    told = (
        *preview_findings.account_findings(planned),
        *(_live(target, loaded.stack, planned, subscription) if loaded.stack else ()),
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
    )


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


def _live(target: Target, stack: Stack, planned: Iterable[Started], subscription_id: str) -> tuple[Finding, ...]:
    """What ARM is asked about a change before it is made: quota, and soft-deleted accounts.

    Only what the change needs is asked, of the sandbox and of Azure alike. What may not be read is a finding that says
    so: `preview` then ends with exit status 6, and `up` goes on, since Azure decides.
    """
    steps = list(planned)
    accounts = [each for each in steps if type_of(each.urn) == kinds.ACCOUNT.token and each.op in WRITES]
    new = next((each for each in accounts if each.op != "update"), None)
    deployments = [
        each for each in steps if type_of(each.urn) == kinds.DEPLOYMENT.token and each.op in WRITES | DELETES
    ]
    if new is None and not any(each.op in WRITES for each in deployments):
        return ()
    with reader(target) as arm:
        kept = deleted_accounts.findings(arm, subscription_id, _new_account(new, target)) if new else ()
        try:
            there = {} if new else _deployments(arm, deployments, subscription_id)
        except ScopeUnreadable as refused:
            growing = quota.growth(_capacity_steps(deployments, {}))
            return (*kept, quota.unverified(growing, refused.what, where=refused.where))
        return (*kept, *quota.findings(arm, subscription_id, stack.location, list(_capacity_steps(deployments, there))))


def _new_account(step: Started, target: Target) -> deleted_accounts.New:
    inputs = pulumi_sentinels.plain(dict(step.inputs), None)
    properties = inputs.get("properties") or {}
    name, group = str(inputs.get("accountName")), str(inputs.get("resourceGroupName"))
    purge = (
        f"az cognitiveservices account purge --name {name} --resource-group {group} --location {inputs.get('location')}"
    )
    return deleted_accounts.New(
        name=name,
        group=group,
        subdomain=str(properties.get("customSubDomainName") or ""),
        restore=properties.get("restore") is True,
        purge="modelyard sandbox clock advance 2d" if target.name == "sandbox" else purge,
    )


def _deployments(arm: ArmReader, steps: Sequence[Started], subscription_id: str) -> Mapping[str, ArmDocument]:
    """The deployments of the account as they are now, by folded name: what they draw is in the usages already."""
    inputs = pulumi_sentinels.plain(dict(steps[0].inputs), None)
    parent = arm_id(kinds.DEPLOYMENT, inputs, subscription_id).rpartition("/deployments/")[0]
    listed = arm.list(f"{parent}/deployments", kinds.DEPLOYMENT.api_version, optional=True)
    return {str(each["name"]).lower(): each for each in listed}


def _capacity_steps(steps: Sequence[Started], there: Mapping[str, ArmDocument]) -> Iterator[quota.CapacityStep]:
    """What becomes of each deployment; one that is replaced is one step."""
    written = {each.urn: each for each in steps if each.op in WRITES}
    for each in {**{each.urn: each for each in steps}, **written}.values():
        inputs = pulumi_sentinels.plain(dict(each.inputs), None)
        before = there.get(str(inputs.get("deploymentName") or name_of(each.urn)).lower())
        after = quota.Draw.of(inputs) if each.urn in written else None
        yield quota.CapacityStep(name_of(each.urn), quota.Draw.of(before) if before else None, after)
