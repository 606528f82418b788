"""The Pulumi policy pack: what Azure's policies say of a stack, told by the engine's own preview and update.

The engine shows a pack each resource twice: its inputs before anything is done to it, and its outputs when all are
there. Policies are about what is asked of ARM, so the inputs are gathered, and evaluated once all are known: an
assignment, an exemption or a related resource may be declared anywhere in a program. The inputs come by way of a
remediation that changes nothing, the one call in which the SDK (pulumi-policy 1.21) still tells which values are
secret; they are hidden like those that nobody knows yet.

Nothing but this process's own memory is kept: a preview and the update after it have a process each.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyConfigSchema,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import serialize_properties

from modelyard.arm import pulumi_sentinels
from modelyard.audit import preview
from modelyard.audit.audited_resource import Locate
from modelyard.audit.inspection import Inspection, inspect
from modelyard.audit.project_policies import ProjectPolicies
from modelyard.audit.source import AuditSource
from modelyard.azure.target import in_sandbox
from modelyard.catalog.calendar import Calendar
from modelyard.catalog.market import Market
from modelyard.config.project import Project
from modelyard.destination import TargetName
from modelyard.failures import Failure
from modelyard.findings import Severity
from modelyard.policy.evaluation.policy_snapshot import FRESH
from modelyard.report import policy_text, text
from modelyard.report.policy_finding import FindingCategory, PolicyFinding, category
from modelyard.sandbox_clock import calendar

OF_AZURE = "azure-native:"
SUBSCRIPTIONS = ("ARM_SUBSCRIPTION_ID", "AZURE_SUBSCRIPTION_ID")
"""Where azure-native and azure-identity look for the subscription of whoever is signed in."""

EXPLAINED = (FindingCategory.DEPLOYED, FindingCategory.ATTESTED, FindingCategory.PROTECTED, FindingCategory.EXEMPT)


@dataclass(frozen=True)
class PackResult:
    """What is said of a stack, and what of it wasn't looked at."""

    source: AuditSource
    inspection: Inspection
    known: ProjectPolicies
    left_alone: int

    def of_category(self, *wanted: FindingCategory) -> tuple[PolicyFinding, ...]:
        """Its policy findings of these categories."""
        return tuple(each for each in self.inspection.evaluation.policy_findings if category(each) in wanted)


@dataclass
class Pack:
    """One engine's run. `environment` is that of the process; `now` is asked once for each evaluation."""

    project: Project
    environment: Mapping[str, str] = field(repr=False)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _inputs: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    _subscription: str = ""
    _result: PackResult | None = None

    def __post_init__(self) -> None:
        # The program takes longer to declare its stack than this takes, so nobody waits for it.
        self._known = ThreadPoolExecutor(1, "known").submit(self._prepare)

    @property
    def target(self) -> TargetName:
        """Where the engine's requests end, as its environment says."""
        return "sandbox" if in_sandbox(self.environment) else "azure"

    def policies(self) -> list[Policy]:
        """The pack's policies, each of a level of its own, which a team may change."""
        return [
            ResourceValidationPolicy(
                "resources",
                "Gathers what is declared for the policies below, and changes nothing. Leave its level as it is.",
                remediate=self.gather,
                enforcement_level=EnforcementLevel.REMEDIATE,
            ),
            StackValidationPolicy(
                "policies",
                "What others assign in Azure should be known.",
                self.tell_what_is_unknown,
                EnforcementLevel.ADVISORY,
                PolicyConfigSchema({"days": {"type": "integer", "minimum": 0, "default": FRESH.days}}),
            ),
            StackValidationPolicy("denied", "Azure would stop this.", self.tell_denied, EnforcementLevel.MANDATORY),
            StackValidationPolicy("audited", "Azure would report this.", self.tell_audited, EnforcementLevel.ADVISORY),
            StackValidationPolicy("changed", "Azure would change this.", self.tell_changed, EnforcementLevel.ADVISORY),
            StackValidationPolicy("undecided", "Not decided yet.", self.tell_undecided, EnforcementLevel.ADVISORY),
            StackValidationPolicy(
                "explained", "What else Azure's policies say.", self.tell_the_rest, EnforcementLevel.ADVISORY
            ),
        ]

    def gather(self, args: ResourceValidationArgs) -> None:
        """Keep a resource's inputs."""
        inputs = pulumi_sentinels.whole(serialize_properties(args.props))
        if args.provider is not None and args.resource_type.startswith(OF_AZURE):
            given = serialize_properties(args.provider.props).get("subscriptionId")
            if isinstance(given, str) and given not in pulumi_sentinels.UNKNOWNS:
                self._subscription = given
        self._inputs[args.urn] = inputs
        self._result = None

    def tell_what_is_unknown(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """What was never pulled or is too old, and policies that can't be put to work."""
        result = self.evaluate(args)
        days = args.get_config().get("days", FRESH.days)
        missing = result.known.findings(result.source, self.now(), target=self.target, fresh=timedelta(days=days))
        for each in (*missing, *result.inspection.findings):
            report(text.finding(each), None)

    def tell_denied(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """What Azure would refuse, and what it refuses because it can't evaluate it."""
        if not self._inputs and any(each.resource_type.startswith(OF_AZURE) for each in args.resources):
            report("Nothing was evaluated: the policy `resources` of this pack has to keep its level, remediate.", None)
        found = self.evaluate(args).of_category(FindingCategory.DENIED, FindingCategory.FAILED)
        tell(report, (each for each in found if each.severity is Severity.ERROR))

    def tell_audited(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """What Azure would report, and what it would refuse if the assignment were enforced."""
        found = self.evaluate(args).of_category(FindingCategory.AUDITED, FindingCategory.FAILED)
        tell(report, (each for each in found if each.severity is not Severity.ERROR))

    def tell_changed(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """What modify and append would do, as a difference."""
        tell(report, self.evaluate(args).of_category(FindingCategory.CHANGED))

    def tell_undecided(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """Results that hang on what isn't known yet: how many, and a line for each."""
        listed(report, self.evaluate(args).of_category(FindingCategory.UNDECIDED))

    def tell_the_rest(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """What is exempt, protected, deployed by Azure or to be attested; and what wasn't looked at."""
        result = self.evaluate(args)
        explained = result.of_category(*EXPLAINED)
        if explained:
            report("\n".join([f"{policy_text.counted(explained)}:", *policy_text.blocks(explained, hint="")]), None)
        for why, counts in (
            ("their types aren't known here", result.source.left_out),
            ("this run leaves them alone", {"resources": result.left_alone} if result.left_alone else {}),
        ):
            if counts:
                rest = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
                report(f"not evaluated, because {why}: {rest}", None)

    def evaluate(self, args: StackValidationArgs) -> PackResult:
        """What the policies say of all resources of the stack; the same until another one is gathered."""
        if self._result is None:
            known, market = self._known.result()
            urns = sorted(each.urn for each in args.resources if each.resource_type.startswith(OF_AZURE))
            planned = [(urn, "", self._inputs[urn]) for urn in urns if urn in self._inputs]
            stack = urns[0].split("::")[0].rpartition(":")[2] if urns else ""
            said = [self._subscription, *(self.environment.get(name) for name in SUBSCRIPTIONS)]
            subscription = next(filter(None, said), "") or known.subscription(self.target)
            source = preview.source(f"preview of {stack}", planned, subscription)
            source = replace(source, failures=known.failures)
            days = calendar(self.environment, self.now())
            locate = lines(self.project, stack, days, market)
            inspection = inspect(
                source,
                known.book,
                now=days.time(self.target),
                market_time=days.market_time(self.target),
                market=market,
                locate=locate,
            )
            self._result = PackResult(source, inspection, known, len(urns) - len(planned))
        return self._result

    def _prepare(self) -> tuple[ProjectPolicies, Market]:
        import modelyard.config.loader  # noqa: F401 - its import takes a quarter of a second, which nobody notices here

        return ProjectPolicies.of(self.project).in_target(self.target), Market.load()


def tell(report: ReportViolation, found: Iterable[PolicyFinding]) -> None:
    """Each finding as a violation of its resource."""
    for each in found:
        report(policy_text.block(each), each.urn or None)


def listed(report: ReportViolation, found: tuple[PolicyFinding, ...]) -> None:
    """All of them as one violation of the stack, for nobody has to do anything about them now."""
    if found:
        report("\n".join([f"{policy_text.counted(found)}:", *(f"  {policy_text.line(each)}" for each in found)]), None)


def lines(project: Project, stack: str, days: Calendar, market: Market) -> Locate:
    """The way to the lines of the stack's file; of a program that has none, nothing has a line."""
    from modelyard.config.loader import load

    try:
        return load(project, stack, calendar=days, market=market).position
    except Failure:
        return lambda _path: None
