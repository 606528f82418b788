"""A stack file as a source: what its program declares, without an engine and without a network."""

from collections import Counter
from collections.abc import Iterable

from modelyard.arm.declared_resource import Declared
from modelyard.audit.source import AuditSource
from modelyard.audit.stack_paths import subject

NOBODY = "00000000-0000-0000-0000-000000000000"
"""Stands for the subscription where neither the stack nor the caller names one: no policy of a real one reaches it."""


def source(name: str, declared: Iterable[Declared], subscription_id: str) -> AuditSource:
    """The stack's resources and policies, in the order in which the program declares them."""
    left_out: Counter[str] = Counter()
    subjects = []
    for each in declared:
        found = subject(each, subscription_id)
        if found is None:
            left_out[each.token] += 1
        else:
            subjects.append(found)
    return AuditSource.of(name, subjects, left_out, requested=True)
