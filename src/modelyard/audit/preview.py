"""A preview as a source: what the engine says each resource is to be, with what nobody knows yet as UNKNOWN."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from modelyard.arm import marks
from modelyard.arm.declared import Declared
from modelyard.audit import stack_file
from modelyard.audit.source import Source
from modelyard.policy.unknown import UNKNOWN

GOING = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"}
)
"""What is done to resources that won't be there afterwards."""

Planned = tuple[str, str, Mapping[str, Any]]
"""URN, the engine's word for what it would do, and the inputs as it writes them; of resources, not of components."""


def source(name: str, planned: Iterable[Planned], subscription_id: str) -> Source:
    """What would be there after the change, unchanged resources among it."""
    return stack_file.source(name, declared(planned), subscription_id)


def declared(planned: Iterable[Planned]) -> Iterator[Declared]:
    """Each resource once, as last planned: a replacement is told in several steps. Providers aren't any.

    A secret's value is as unknown as one that comes later: the engine doesn't tell it.
    """
    last = {urn: inputs for urn, op, inputs in planned if op not in GOING}
    for urn, inputs in last.items():
        token = urn.split("::", 3)[2].rpartition("$")[2]
        if not token.startswith("pulumi:"):
            yield Declared(urn, token, marks.plain(dict(inputs), UNKNOWN))
