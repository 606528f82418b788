"""A stack's state as `pulumi stack export` writes it: what a killed engine left in it, and the state without that.

**Pending operations.** An engine notes each operation in the state before it begins and takes the note out when it is
done. After a kill, a note says only that the operation began. A pending create holds the resource's inputs, parent,
provider and dependencies, but no id: the id follows from the inputs by the ARM table.

**References to what is gone.** A replacement that was cut short leaves one behind: the old resource is gone and the new
one isn't there, but its entry stays and still names what it waited for, which a later run deletes (seen with 3.250).
The CLI then refuses every command on the stack as a "snapshot integrity error". What is gone is not to be waited for,
so it isn't named any more.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, TypeAlias

from modelyard.arm.resource_types import by_token, stated
from modelyard.engine.events import name_of, type_of

StackState: TypeAlias = Mapping[str, Any]
"""A stack's state as `pulumi stack export` writes it (`version`, `deployment`), or one resource of it; read only."""

StateDocument: TypeAlias = dict[str, Any]
"""The same, for whoever mends it."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One operation under way: `creating`, `updating`, `deleting`, `reading` or `importing`."""

    kind: str
    resource: StackState

    @property
    def urn(self) -> str:
        """The resource's URN."""
        return str(self.resource["urn"])

    def __str__(self) -> str:
        return f"{name_of(self.urn)} ({type_of(self.urn)})"


def operations(state: StackState) -> tuple[Pending, ...]:
    """The pending operations of an exported state."""
    noted = (state.get("deployment") or {}).get("pending_operations") or ()
    return tuple(Pending(one["type"], one["resource"]) for one in noted)


def is_managed(operation: Pending) -> bool:
    """Whether the operation concerns a real resource: components and providers exist in the state only."""
    return bool(operation.resource.get("custom")) and not type_of(operation.urn).startswith("pulumi:")


def arm_id(operation: Pending, state: StackState, subscription: str) -> tuple[str, str] | None:
    """The ARM id of a pending resource and the api-version to GET it with.

    None when the table has no such type, or an input it needs is missing or secret. `subscription` counts where the
    resource's provider names none.
    """
    row = by_token().get(type_of(operation.urn))
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


def provider_subscription(operation: Pending, state: StackState) -> str:
    """The subscription that a resource's provider was configured with; empty when it takes the environment's."""
    urn = str(operation.resource.get("provider", "")).rpartition("::")[0]
    for resource in state["deployment"].get("resources") or ():
        if resource["urn"] == urn:
            named = (resource.get("inputs") or {}).get("subscriptionId")
            return named if isinstance(named, str) else ""
    return ""


def known(state: StackState) -> frozenset[str]:
    """The URNs of the resources that the state holds."""
    return frozenset(resource["urn"] for resource in state["deployment"].get("resources") or ())


def mended(state: StackState, adopted: Mapping[str, str]) -> StateDocument:
    """A copy of the state without pending operations, and with the adopted ones (URN to ARM id) as resources.

    Adopted resources come last, in the order in which they began: whatever they depend on was complete by then, or is
    adopted before them. Notes can't be kept in part: `pulumi stack import` drops them all.
    """
    result: dict[str, Any] = deepcopy(dict(state))
    deployment = result["deployment"]
    noted = deployment.pop("pending_operations", None) or []
    deployment.setdefault("resources", []).extend(taken(noted, adopted))
    return result


def taken(noted: Collection[StackState], adopted: Mapping[str, str]) -> Iterator[StateDocument]:
    """The resources of adopted operations, each once, with its id."""
    seen = set()
    for one in noted:
        urn = one["resource"]["urn"]
        if urn in adopted and urn not in seen:
            seen.add(urn)
            yield {**one["resource"], "id": adopted[urn]}


ONE = ("parent", "deletedWith")
SEVERAL = ("dependencies", "replaceWith")
BY_PROPERTY = "propertyDependencies"

Resource = Mapping[str, Any]
Meant = Callable[[str], str | None]
"""What a URN is to say instead; None takes the reference out."""


def pointed(resource: Resource, meant: Meant) -> StateDocument:
    """A copy of a resource with its references changed. Its own URN is none of them."""
    result = dict(resource)
    for member in ONE:
        if result.get(member) and (said := meant(result.pop(member))) is not None:
            result[member] = said
    for member in SEVERAL:
        if result.get(member):
            result[member] = _each(result[member], meant)
    if result.get(BY_PROPERTY):
        result[BY_PROPERTY] = {name: urns and _each(urns, meant) for name, urns in result[BY_PROPERTY].items()}
    return result


def _each(urns: Iterable[str], meant: Meant) -> list[str]:
    return [said for urn in urns if (said := meant(urn)) is not None]


def rewritten(state: StackState, change: Callable[[Resource], Resource]) -> StateDocument:
    """A copy of a state with each of its resources changed."""
    deployment = state["deployment"]
    return {**state, "deployment": {**deployment, "resources": list(map(change, deployment.get("resources") or ()))}}


def loose(state: StackState) -> tuple[str, ...]:
    """The URNs of the resources that refer to what isn't in the state any more."""
    there = known(state)
    resources = state["deployment"].get("resources") or ()
    return tuple(each["urn"] for each in resources if _tied(each, there) != each)


def tied(state: StackState) -> StateDocument:
    """A copy of an exported state without references to what isn't in it."""
    there = known(state)
    return rewritten(state, lambda each: _tied(each, there))


def _tied(resource: Resource, there: Collection[str]) -> Resource:
    return pointed(resource, lambda urn: urn if urn in there else None)


def contents(state: StackState) -> tuple[str, ...]:
    """URNs of what is in the account, to be deleted before it: locks, projects, what is deleted with another resource.

    Azure keeps a deleted account for 48 hours with all that was in it. Until it is purged, provisioned deployments go
    on costing money (Microsoft docs, ai-services/manage-resources: delete deployments first) and a restored account has
    again what a stack is about to create. Pulumi makes no request for what is deleted with something else, and has no
    hooks in a destroy that would keep such requests apart (docs/decisions/0002). So they are deleted by themselves
    first, one by one.
    """
    resources = state["deployment"].get("resources") or ()
    last = {row.token for row in stated() if row.last or (row.lock and row.lock != row.type)}
    return tuple(
        each["urn"]
        for each in resources
        if (each.get("deletedWith") or each.get("type") in last) and not each.get("external")
    )
