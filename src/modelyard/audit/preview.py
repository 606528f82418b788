"""A preview as a source: what the engine says each resource is to be, with what nobody knows yet as UNKNOWN."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from modelyard.arm import pulumi_sentinels
from modelyard.arm.declared_resource import Declared
from modelyard.arm.kinds import POLICY_ASSIGNMENT, POLICY_EXEMPTION
from modelyard.arm.translation import PropertyMap
from modelyard.audit.audited_resource import Subject
from modelyard.audit.source import AuditSource
from modelyard.policy.documents import scopes
from modelyard.policy.language.unknown import UNKNOWN

GOING = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"}
)
"""What is done to resources that won't be there afterwards."""

DELETED = frozenset({"delete", "delete-replaced"})
"""Of that, what Azure is asked to do."""

COMING = frozenset({"create", "create-replacement", "replace"})
UNTOUCHED = frozenset({"same", "read", "refresh", "import"})
"""What the engine does to resources without asking Azure to write them."""

Planned = tuple[str, str, Mapping[str, Any]]
"""URN, the engine's word for what it would do, and the inputs as it writes them; of resources, not of components."""


def source(name: str, planned: Iterable[Planned], subscription_id: str) -> AuditSource:
    """What would be there after the change, unchanged resources among it."""
    return AuditSource.declared(name, declared(planned), subscription_id)


Waits = Mapping[str, frozenset[str]]
"""By URN, the URNs of everything that has to be done before it, at any distance."""


def change(name: str, planned: Iterable[Planned], subscription_id: str, waits: Waits | None = None) -> AuditSource:
    """The same, with what the change deletes: a policy may forbid it, and is itself in force until all else is done.

    The engine deletes last (Pulumi docs, "resource deletion order"), so a policy that goes rules every write before it.
    With `waits` each write knows which assignments and exemptions come after it, and don't count for it.
    """
    steps = tuple(planned)
    stays = source(name, steps, subscription_id)
    if waits is not None:
        stays = replace(stays, subjects=ordered(stays.subjects, {urn: op for urn, op, _ in steps}, waits))
    deleted = (declared_as(urn, inputs) for urn, op, inputs in steps if op in DELETED and is_resource(urn))
    goes = AuditSource.declared(f"{name}, until it is deleted", deleted, subscription_id)
    leaving = tuple(replace(each, leaving=True) for each in goes.subjects)
    return replace(stays, subjects=(*stays.subjects, *leaving), rulebook=stays.rulebook | goes.rulebook)


def ordered(subjects: Sequence[Subject], ops: Mapping[str, str], waits: Waits) -> tuple[Subject, ...]:
    """The subjects with what is written after each of them."""
    new = [each for each in subjects if ops.get(each.urn) in COMING]
    exemptions = [each for each in new if each.type.lower() == POLICY_EXEMPTION.type.lower()]
    assignments = [each for each in new if each.type.lower() == POLICY_ASSIGNMENT.type.lower()]
    if not exemptions and not assignments:
        return tuple(subjects)

    def with_later(one: Subject) -> Subject:
        op = ops.get(one.urn, "")
        if op in UNTOUCHED:
            return one
        first = waits.get(one.urn, frozenset())
        open_ = [each for each in exemptions if each.urn not in first and each.urn != one.urn]
        after = {
            each.id.lower()
            for each in (*open_, *assignments)
            if one.urn in waits.get(each.urn, ()) or (op in COMING and scopes.parent(each.id) == one.id)
        }
        unordered = {each.id.lower() for each in open_} - after
        return replace(one, later=frozenset(after), unordered=frozenset(unordered))

    return tuple(map(with_later, subjects))


def declared(planned: Iterable[Planned]) -> Iterator[Declared]:
    """Each resource once, as last planned: a replacement is told in several steps. Providers aren't any.

    A secret's value is as unknown as one that comes later: the engine doesn't tell it.
    """
    last = {urn: inputs for urn, op, inputs in planned if op not in GOING}
    for urn, inputs in last.items():
        if is_resource(urn):
            yield declared_as(urn, inputs)


def declared_as(urn: str, inputs: PropertyMap) -> Declared:
    return Declared(urn, token(urn), pulumi_sentinels.plain(dict(inputs), UNKNOWN))


def is_resource(urn: str) -> bool:
    return not token(urn).startswith("pulumi:")


def token(urn: str) -> str:
    """The type's token, without those of the components around it."""
    return urn.split("::", 3)[2].rpartition("$")[2]
