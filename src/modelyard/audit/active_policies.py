"""Which policies are at work on a source, whatever they say of it: one for each member of each assignment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from modelyard.audit.inspection import unread
from modelyard.audit.source import AuditSource
from modelyard.findings import Finding
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.documents.policy import Policy
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.policy.evaluation.compliance import Assigned
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields
from modelyard.policy.language.resource import EvaluatedResource
from modelyard.policy.language.unknown import Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivePolicy:
    """One policy at work.

    effect      as Azure writes it; empty where a value that nobody knows yet decides it
    overridden  other effects, which overrides give some resources
    reference   the member of the initiative, empty without one
    resources   how many of the source's resources are in its scope and meant by its selectors
    parameters  values as they are given to the definition, defaults left out
    exemptions  names of the exemptions from it, whether or not they have ended
    """

    policy: str
    definition: str
    effect: str
    enforced: bool
    assignment: str
    assignment_id: str
    scope: str
    overridden: tuple[str, ...] = ()
    reference: str = ""
    initiative: str = ""
    resources: int = 0
    parameters: ParameterValues = field(default_factory=dict)
    exemptions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def at_work(source: AuditSource, others: Rulebook) -> tuple[tuple[ActivePolicy, ...], tuple[Finding, ...]]:
    """Those that look at some resource of the source, in the order of assignments; and what can't be put to work."""
    fields = Fields(aliases.standard())
    book = source.rulebook | others
    assigned, refused = book.put_to_work(definition_registry.standard(fields), fields)
    found = (
        each
        for each in _rows(assigned, book, [EvaluatedResource(one.document) for one in source.subjects])
        if each.resources
    )
    listed = tuple(sorted(found, key=lambda each: (each.scope, each.assignment_id)))
    return listed, tuple(unread((*source.failures, *refused)))


def _rows(assigned: Assigned, book: Rulebook, resources: Sequence[EvaluatedResource]) -> Iterator[ActivePolicy]:
    covered: dict[str, list[EvaluatedResource]] = {}
    for bound in assigned.bound:
        one = bound.assignment
        if one.id not in covered:
            covered[one.id] = [each for each in resources if one.covers(each.id, assigned.management_groups)]
        effect, *others = _effects(bound)
        yield ActivePolicy(
            policy=bound.plain.definition.display_name or bound.plain.definition.name,
            definition=bound.plain.definition.id or bound.plain.definition.name,
            effect=effect,
            overridden=tuple(dict.fromkeys(others)),
            enforced=one.enforced or any(each.assignment_id.lower() == one.id.lower() for each in assigned.enrollments),
            assignment=one.display_name,
            assignment_id=one.id,
            scope=one.scope,
            reference=bound.reference,
            initiative=bound.initiative.display_name if bound.initiative else "",
            resources=sum(bound.meant(each) is not False for each in covered[one.id]),
            parameters=one.parameters,
            exemptions=tuple(_exempt(bound, assigned)),
            sources=book.sources.get(one.id.lower(), ()),
        )


def _effects(bound: Bound) -> list[str]:
    """The effect for whatever no other is for, then those that overrides give some resources."""
    some: list[str] = []
    for selector, policy in bound.overridden:
        if not selector.asks_resources:
            return [_name(policy), *some]
        some.append(_name(policy))
    return [_name(bound.plain), *some]


def _name(policy: Policy) -> str:
    return "" if isinstance(policy.effect, Unknown) else policy.effect.value


def _exempt(bound: Bound, assigned: Assigned) -> Iterator[str]:
    for each in assigned.exemptions:
        meant = not each.references or bound.reference.lower() in each.references
        if meant and each.assignment_id.lower() == bound.assignment.id.lower():
            yield each.name
