"""What is in an account, to be deleted before it.

Azure keeps a deleted account for 48 hours with all that was in it. Until it is purged, provisioned deployments go on
costing money (Microsoft docs, ai-services/manage-resources: delete deployments first) and a restored account has again
what a stack is about to create. Pulumi makes no request for what is deleted with something else, and has no hooks in a
destroy that would keep such requests apart (docs/decisions/0002). So they are deleted by themselves first, one by one.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.resource_types import stated


def contents(state: Mapping[str, Any]) -> tuple[str, ...]:
    """URNs of what an exported state says is deleted with another resource, of locks, and of projects."""
    resources = state["deployment"].get("resources") or ()
    last = {row.token for row in stated() if row.last or (row.lock and row.lock != row.type)}
    return tuple(
        each["urn"]
        for each in resources
        if (each.get("deletedWith") or each.get("type") in last) and not each.get("external")
    )
