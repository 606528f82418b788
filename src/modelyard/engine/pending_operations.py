"""What a killed engine left under way, read from an exported state, and the state without it.

An engine notes each operation in the state before it begins and takes the note out when it is done. After a kill, a
note says only that the operation began. A pending create holds the resource's inputs, parent, provider and
dependencies, but no id: the id follows from the inputs by the ARM table.
"""

from collections.abc import Collection, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from modelyard.arm import resource_types
from modelyard.engine.events import name_of, type_of


@dataclass(frozen=True, slots=True)
class Pending:
    """One operation under way: `creating`, `updating`, `deleting`, `reading` or `importing`."""

    kind: str
    resource: Mapping[str, Any]

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return str(self.resource["urn"])

    def __str__(self) -> str:
        return f"{name_of(self.urn)} ({type_of(self.urn)})"


def operations(state: Mapping[str, Any]) -> tuple[Pending, ...]:
    """The pending operations of an exported state."""
    noted = (state.get("deployment") or {}).get("pending_operations") or ()
    return tuple(Pending(one["type"], one["resource"]) for one in noted)


def is_managed(operation: Pending) -> bool:
    """Whether the operation concerns a real resource: components and providers exist in the state only."""
    return bool(operation.resource.get("custom")) and not type_of(operation.urn).startswith("pulumi:")


def arm_id(operation: Pending, state: Mapping[str, Any], subscription: str) -> tuple[str, str] | None:
    """The ARM id of a pending resource and the api-version to GET it with.

    None when the table has no such type, or an input it needs is missing or secret. `subscription` counts where the
    resource's provider names none.
    """
    row = resource_types.by_token().get(type_of(operation.urn))
    if row is None:
        return None
    if operation.resource.get("id"):
        return str(operation.resource["id"]), row.api_version
    inputs = operation.resource.get("inputs") or {}
    given = {name: value for name, value in inputs.items() if isinstance(value, str)}
    parameters = {"subscriptionId": provider_subscription(operation, state) or subscription, **given}
    try:
        return row.id(parameters), row.api_version
    except KeyError:
        return None


def provider_subscription(operation: Pending, state: Mapping[str, Any]) -> str:
    """The subscription that a resource's provider was configured with; empty when it takes the environment's."""
    urn = str(operation.resource.get("provider", "")).rpartition("::")[0]
    for resource in state["deployment"].get("resources") or ():
        if resource["urn"] == urn:
            named = (resource.get("inputs") or {}).get("subscriptionId")
            return named if isinstance(named, str) else ""
    return ""


def known(state: Mapping[str, Any]) -> frozenset[str]:
    """The URNs of the resources that the state holds."""
    return frozenset(resource["urn"] for resource in state["deployment"].get("resources") or ())


def mended(state: Mapping[str, Any], adopted: Mapping[str, str]) -> dict[str, Any]:
    """A copy of the state without pending operations, and with the adopted ones (URN to ARM id) as resources.

    Adopted resources come last, in the order in which they began: whatever they depend on was complete by then, or is
    adopted before them. Notes can't be kept in part: `pulumi stack import` drops them all.
    """
    result: dict[str, Any] = deepcopy(dict(state))
    deployment = result["deployment"]
    noted = deployment.pop("pending_operations", None) or []
    deployment.setdefault("resources", []).extend(taken(noted, adopted))
    return result


def taken(noted: Collection[Mapping[str, Any]], adopted: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The resources of adopted operations, each once, with its id."""
    seen = set()
    for one in noted:
        urn = one["resource"]["urn"]
        if urn in adopted and urn not in seen:
            seen.add(urn)
            yield {**one["resource"], "id": adopted[urn]}
