"""A state in which resources that run already stand as if the stack had made them.

`pulumi import` and the option `import_` show each of them as a change, keep no dependencies and refuse inputs that
Azure fills in otherwise; so the state itself is written, as recovery does (docs/decisions/0018). It has what an update
would have left there: the stack, its components, the default provider, and the resources with their outputs. What
others own is there as `external`, which the engine reads and never deletes.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from modelyard.arm.translation import PropertyMap
from modelyard.engine.exported_state import StackState, StateDocument

STACK = "pulumi:pulumi:Stack"
PROVIDER = "pulumi:providers:azure-native"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateResource:
    """One resource, or a component where it has no `id`. All references are URNs."""

    urn: str
    type: str
    id: str = ""
    inputs: PropertyMap | None = None
    outputs: PropertyMap | None = None
    parent: str = ""
    dependencies: Sequence[str] = ()
    deleted_with: str = ""
    external: bool = False


def is_empty(state: StackState) -> bool:
    """Whether a state has no resource of Azure's; providers and components are none."""
    resources = (state.get("deployment") or {}).get("resources") or ()
    return not any(each.get("custom") and not str(each["type"]).startswith("pulumi:") for each in resources)


def adopted(
    state: StackState, project: str, stack: str, settings: Mapping[str, str], resources: Sequence[StateResource]
) -> StateDocument:
    """The state of an empty stack with these resources, each after what it refers to.

    `settings` are azure-native's own keys of the stack file, which its default provider gets.
    """
    number = version("pulumi-azure-native")
    root = f"urn:pulumi:{stack}::{project}::{STACK}::{project}-{stack}"
    provider = f"urn:pulumi:{stack}::{project}::{PROVIDER}::default_{number.replace('.', '_')}"
    id_ = str(uuid.uuid4())
    given = {**settings, "version": number}
    first = [
        {"urn": root, "custom": False, "type": STACK},
        {
            "urn": provider,
            "custom": True,
            "id": id_,
            "type": PROVIDER,
            "inputs": {"__internal": {}, **given},
            "outputs": given,
        },
    ]
    made = [_written(each, root, f"{provider}::{id_}") for each in resources]
    return {**state, "deployment": {**(state.get("deployment") or {}), "resources": [*first, *made]}}


def _written(resource: StateResource, root: str, provider: str) -> dict[str, Any]:
    written = {
        "urn": resource.urn,
        "custom": bool(resource.id),
        "type": resource.type,
        "parent": resource.parent or root,
    }
    if not resource.id:
        return written
    more = {
        "id": resource.id,
        "inputs": dict(resource.inputs or {}),
        "outputs": dict(resource.outputs or {}),
        "provider": provider,
        "dependencies": list(resource.dependencies),
        "propertyDependencies": {name: [] for name in resource.inputs or ()},
        "deletedWith": resource.deleted_with,
        "external": resource.external,
    }
    return {**written, **{name: value for name, value in more.items() if value}}


def managed(state: StackState) -> tuple[tuple[str, str], ...]:
    """Type and ARM id of each resource that a stack owns; what it only reads is others'."""
    resources = (state.get("deployment") or {}).get("resources") or ()
    return tuple(
        (str(each["type"]), str(each["id"]))
        for each in resources
        if each.get("custom") and not each.get("external") and not str(each["type"]).startswith("pulumi:")
    )


def emptied(state: StackState) -> StateDocument:
    """The state without any resource. Azure is not asked for anything."""
    deployment = {name: value for name, value in state["deployment"].items() if name != "pending_operations"}
    return {**state, "deployment": {**deployment, "resources": []}}
