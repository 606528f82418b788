"""From a source and the policies known elsewhere to what is said of it: the one way of audits, previews and packs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from modelyard.audit import unevaluated_policies
from modelyard.audit.audited_resource import Locate
from modelyard.audit.evaluation import Evaluation, Surroundings, evaluate
from modelyard.audit.source import AuditSource
from modelyard.catalog import built_in_policies
from modelyard.catalog.market import Market
from modelyard.failures import Failure
from modelyard.findings import Finding, Severity
from modelyard.policy.documents import definition_registry
from modelyard.policy.documents.assignment import Bound
from modelyard.policy.evaluation.policy_documents import Rulebook
from modelyard.policy.language import aliases
from modelyard.policy.language.fields import Fields
from modelyard.report.policy_finding import BuiltInsAge


@dataclass(frozen=True, slots=True)
class Inspection:
    """What the policies say, which policies those were, and a finding for each that could not be put to work.

    `book` has the documents that they came from, with where each was seen.
    """

    evaluation: Evaluation
    policies: tuple[Bound, ...]
    findings: tuple[Finding, ...]
    book: Rulebook

    def built_ins(self, now: datetime) -> BuiltInsAge | None:
        """How old the built-ins are that were evaluated; None where none came from here."""
        return built_ins_age(self.policies, self.book, now)

    @classmethod
    def together(cls, parts: Sequence["Inspection"]) -> "Inspection":
        """What was said of several places, each inspected by itself: what stands above one may not rule another."""
        if len(parts) == 1:
            return parts[0]
        book = Rulebook()
        for each in parts:
            book |= each.book
        every = (bound for each in parts for bound in each.policies)
        policies = {(bound.assignment.id.lower(), bound.reference.lower()): bound for bound in every}
        findings = dict.fromkeys(finding for each in parts for finding in each.findings)
        evaluation = Evaluation.together([each.evaluation for each in parts])
        return cls(evaluation, tuple(policies.values()), tuple(findings), book)


def inspect(
    source: AuditSource,
    others: Rulebook,
    *,
    now: datetime,
    market: Market,
    locate: Locate,
    market_time: datetime | None = None,
) -> Inspection:
    """Every resource of the source against its own policies and those of `others`, which count where it has none.

    `market_time` is the time on the market's day, where that is another day than `now`'s.
    """
    fields = Fields(aliases.standard())
    book = source.rulebook | others
    entries = definition_registry.standard(fields)
    assigned, refused = book.put_to_work(entries, fields)
    around = Surroundings.of(source, now, market, market_time)
    evaluation = evaluate(assigned, book.sources, source.subjects, around, locate, entries.controls())
    findings = (*unread((*source.failures, *refused)), *unevaluated_policies.unproved(assigned.bound))
    return Inspection(evaluation, assigned.bound, findings, book)


def built_ins_age(policies: Iterable[Bound], book: Rulebook, now: datetime) -> BuiltInsAge | None:
    """How old the built-ins are that come along, where one of them is at work that the rulebook doesn't have."""
    pulled = {*book.definitions, *book.initiatives}
    used = (each.id.lower() for bound in policies for each in (bound.plain.definition, bound.initiative) if each)
    return age_of_built_ins((each for each in used if each not in pulled), now)


def age_of_built_ins(used: Iterable[str], now: datetime) -> BuiltInsAge | None:
    """How old the built-ins are that come along, where one of these ids is theirs."""
    at_hand = {each.id.lower() for each in built_in_policies.built_ins()}
    if at_hand.isdisjoint(each.lower() for each in used):
        return None
    as_of = built_in_policies.as_of()
    return BuiltInsAge(as_of, (now.date() - as_of).days)


def unread(failures: Iterable[Failure]) -> Iterable[Finding]:
    """What could not be read or put to work, once each: of it nothing is known, which whoever audits has to see."""
    told = {str(each): each for each in failures}
    for each in told.values():
        yield Finding(
            each.code,
            Severity.WARNING,
            each.what,
            path=each.where,
            allowed=each.allowed,
            remedy=each.remedy,
            unverified=True,
        )
