"""Scopes that role and policy resources are written at: whether one is there, and what stands above it.

There is one management group, the tenant's root, whose name is the tenant's id (Microsoft docs, management groups, A).
Every subscription of the sandbox is below it.
"""

from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.authorization import root_group


def scope_of(call: ArmCall) -> str:
    """The scope in the path of a call, as it was written."""
    return "/" + call.parameters["scope"].strip("/")


def check(call: ArmCall, scope: str) -> None:
    """Refuses a management group, resource group or resource that isn't there."""
    store, at = call.azure.store, scope.lower().rstrip("/")
    parts = scope.split("/")
    if at.startswith("/providers/") and at != root_group(call.azure):
        raise refuse("scope-not-found", scope=scope, advice=f"the sandbox has one: {root_group(call.azure)}")
    if len(parts) > 4 and parts[3].lower() == "resourcegroups":
        if store.get("resources", "/".join(parts[:5]).lower()) is None:
            raise refuse("group-not-found", group=parts[4])
        if len(parts) > 5 and store.get("resources", at) is None:
            raise refuse("resource-not-found", resource=scope.partition("/providers/")[2], group=parts[4])


def above(upper: str, lower: str, root: str) -> bool:
    """Whether `lower` is `upper` itself or below it; `root` is the management group above every subscription."""
    upper, lower = upper.lower().rstrip("/"), lower.lower().rstrip("/")
    if upper in ("", root):
        return not upper or lower == root or lower.startswith(("/subscriptions/", f"{root}/"))
    return lower == upper or lower.startswith(f"{upper}/")
