"""What the policies at work say of resources: one finding for each policy and resource that isn't simply in order."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.audit.audited_resource import Locate, Subject
from modelyard.audit.policy_findings import policy_finding
from modelyard.audit.source import NOBODY, AuditSource
from modelyard.catalog.built_in_policies import IN_DATA_PLANE
from modelyard.catalog.market import Market
from modelyard.policy.documents import scopes
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.evaluation import admission, data_plane_resource
from modelyard.policy.evaluation.compliance import Assigned, ComplianceState, PolicyState
from modelyard.policy.evaluation.related_resources import Estate
from modelyard.policy.language.context import EvaluationContext, request_of, subscription_of
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import UNKNOWN
from modelyard.report.policy_finding import PolicyFinding, PolicySummary

DEPLOYMENTS = "microsoft.cognitiveservices/accounts/deployments"
FILTERS = "/raipolicies/"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What policies may ask about beside the resources themselves.

    complete     ARM types of which all resources are among the subjects; None: of every type
    subscription what `subscription()` returns, where it is known
    requested    whether the resources are as somebody asks for them, so that append and modify come before a deny
    beside       documents that stand around the resources and aren't evaluated
    """

    now: datetime
    market_time: datetime
    market: Market
    complete: tuple[str, ...] | None = None
    subscription: ArmDocument | None = None
    requested: bool = False
    beside: tuple[ArmDocument, ...] = ()

    @classmethod
    def of(
        cls, source: AuditSource, now: datetime, market: Market, market_time: datetime | None = None
    ) -> "Surroundings":
        """Those that a source brings along."""
        return cls(
            now, market_time or now, market, source.complete, source.subscription, source.requested, source.beside
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The policy findings, in the order of the subjects, and how often each state came up (`Compliant` among them).

    `evaluated` is how many of the resources some policy had a result on, `policies` what each policy at work did.
    """

    policy_findings: tuple[PolicyFinding, ...]
    states: Mapping[ComplianceState, int]
    resources: int
    evaluated: int
    policies: tuple[PolicySummary, ...] = ()
    evaluations: int = field(default=0)

    @classmethod
    def together(cls, parts: Sequence["Evaluation"]) -> "Evaluation":
        """What was said of several places, each ruled by its own policies; one that rules several counts once."""
        policies: dict[tuple[str, str], PolicySummary] = {}
        for each in (policy for part in parts for policy in part.policies):
            known = policies.get(each.key)
            policies[each.key] = replace(each, resources=each.resources + (known.resources if known else 0))
        return cls(
            tuple(finding for part in parts for finding in part.policy_findings),
            sum((Counter(part.states) for part in parts), Counter()),
            sum(part.resources for part in parts),
            sum(part.evaluated for part in parts),
            tuple(policies.values()),
            sum(part.evaluations for part in parts),
        )


def evaluate(
    assigned: Assigned,
    sources: Mapping[str, tuple[str, ...]],
    subjects: Sequence[Subject],
    around: Surroundings,
    locate: Locate,
    controls: Mapping[str, tuple[str, ...]] | None = None,
) -> Evaluation:
    """Every subject against every policy at work there.

    `sources` are those of the assignments, by folded id; `controls` those of built-in definitions, by folded id.
    """
    context = Contexts(subjects, around)
    parts = Parts.of(assigned)
    states: Counter[ComplianceState] = Counter()
    counted: Counter[int] = Counter()
    policy_findings: list[PolicyFinding] = []
    evaluated = 0
    for subject in subjects:
        before = states.total()
        for found in _compliance(parts, subject, context, around):
            states[found.state] += 1
            counted[id(found.bound)] += 1
            if found.state is not ComplianceState.COMPLIANT:
                policy_findings.append(policy_finding(found, subject, sources, locate, controls or {}))
        evaluated += states.total() > before
    if any(each.leaving for each in subjects):  # what is replaced is looked at twice, and told once
        policy_findings = list({(each.key, each.urn): each for each in policy_findings}.values())
    policies = tuple(_summary(bound, counted[id(bound)]) for bound in assigned.bound)
    return Evaluation(tuple(policy_findings), states, len(subjects), evaluated, policies, states.total())


def _summary(bound: Bound, resources: int) -> PolicySummary:
    definition, assignment = bound.plain.definition, bound.assignment
    return PolicySummary(
        policy=definition.display_name or definition.name,
        assignment=assignment.display_name,
        assignment_id=assignment.id,
        reference=bound.reference,
        initiative=bound.initiative.display_name if bound.initiative else "",
        resources=resources,
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The policies at work by what their modes look at: resources, or what a provider has in them.

    A policy of mode All that names no type would else evaluate a deployment twice. Modes of other providers look at
    nothing that is here.
    """

    resources: Assigned
    components: Assigned
    _before: dict[frozenset[str], Assigned] = field(default_factory=dict)

    @classmethod
    def of(cls, assigned: Assigned) -> "Parts":
        """Both parts, with the same exemptions and enrollments."""
        resources = (each for each in assigned.bound if not _mode(each).startswith(data_plane_resource.PROVIDER_MODES))
        components = (each for each in assigned.bound if _mode(each) == IN_DATA_PLANE)
        return cls(assigned.rest(resources), assigned.rest(components))

    def before(self, later: frozenset[str]) -> Assigned:
        """Those that look at resources, without what is written later."""
        found = self._before.get(later)
        if found is None:
            found = self._before[later] = self.resources.without(later)
        return found


def foreign(bound: Iterable[Bound]) -> Counter[str]:
    """How many policies have a mode of another provider, by mode: nothing here is evaluated by them."""
    modes = (_mode(each) for each in bound)
    return Counter(
        mode for mode in modes if mode.startswith(data_plane_resource.PROVIDER_MODES) and mode != IN_DATA_PLANE
    )


def _mode(bound: Bound) -> str:
    return bound.plain.definition.mode


def _compliance(parts: Parts, subject: Subject, contexts: "Contexts", around: Surroundings) -> Iterator[PolicyState]:
    """The states of a resource, and of a deployment also as resource-provider mode sees it."""
    surrounding = contexts.of(subject)
    resource = EvaluatedResource(subject.document, surrounding)
    if subject.leaving:
        yield from admission.foreseen_delete(parts.resources, resource, around.now)
        return
    if around.requested:
        yield from _at_its_write(parts, subject, resource, around.now)
    else:
        yield from parts.resources.evaluate(resource, around.now)
    if parts.components.bound and subject.type.lower() == DEPLOYMENTS:
        seen = data_plane_resource.deployment(
            subject.document, market=around.market, rai_policy=contexts.content_filter(subject)
        )
        yield from parts.components.evaluate(EvaluatedResource(seen, surrounding), around.now)


def _at_its_write(parts: Parts, subject: Subject, resource: EvaluatedResource, now: datetime) -> Iterator[PolicyState]:
    """What becomes of a write at its moment: what is written after it doesn't count for it yet."""
    if not subject.later and not subject.unordered:
        yield from admission.foreseen(parts.resources, resource, now)
        return
    in_the_end = {each.key: each for each in admission.foreseen(parts.resources, resource, now)}
    for each in admission.foreseen(parts.before(subject.later | subject.unordered), resource, now):
        after = in_the_end.pop(each.key)
        exempt = after.exemption
        if exempt is None or not each.stops:
            yield after
        elif exempt.id.lower() in subject.later:
            yield replace(each, late=exempt)
        else:
            waits = f"exemption {exempt.name}, which may be written before it or after it"
            yield replace(each, state=ComplianceState.UNDECIDED, stops=False, waits_for=(*each.waits_for, waits))
    yield from (replace(each, stops=False, precedes=True) for each in in_the_end.values())


class Contexts:
    """What stands around each resource, found among the others."""

    def __init__(self, subjects: Iterable[Subject], around: Surroundings) -> None:
        self._around = around
        self._documents = {each.id.lower(): each.document for each in subjects if not each.leaving}
        self._estate = Estate(self._documents.values(), around.complete)
        self._documents |= {str(each["id"]).lower(): dict(each) for each in around.beside}
        self._made: dict[tuple[str, str], EvaluationContext] = {}

    def of(self, subject: Subject) -> EvaluationContext:
        """The surroundings of one resource, the same for all of its type in its group; without one, that is known."""
        group, kind = scopes.resource_group(subject.id).lower(), subject.type.lower()
        known = self._made.get((group, kind))
        if known is None:
            known = self._made[group, kind] = EvaluationContext(
                now=self._around.now,
                market_time=self._around.market_time,
                resource_group=self._documents.get(group, UNKNOWN) if group else {},
                subscription=self._subscription(scopes.subscription(subject.id)),
                request=request_of(kind) if self._around.requested else UNKNOWN,
                related=self._estate.related,
            )
        return known

    def _subscription(self, id_: str) -> Any:
        """As it was read; else what its id says, as long as the id is one."""
        if self._around.subscription is not None:
            return dict(self._around.subscription)
        is_open = id_.rpartition("/")[2].startswith((scopes.OPEN, NOBODY[:24]))
        return UNKNOWN if is_open else subscription_of(id_)

    def content_filter(self, subject: Subject) -> Any:
        """The content filter that a deployment names: the team's own, where it is at hand; else nobody knows it."""
        properties = subject.document.get("properties")
        name = properties.get("raiPolicyName") if isinstance(properties, dict) else None
        if not isinstance(name, str):
            return UNKNOWN
        account = subject.id.lower().rpartition("/deployments/")[0]
        return self._documents.get(f"{account}{FILTERS}{name.lower()}", UNKNOWN)
