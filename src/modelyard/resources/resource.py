"""One resource of a stack as data: its ARM body, its name, what it waits for and what it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from modelyard.arm.declared_resource import Declared
from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.arm.resource_types import ResourceType, by_token
from modelyard.arm.translation import PulumiInputs
from modelyard.arm.translation import inputs as pulumi_inputs
from modelyard.arm.translation import outputs as flattened
from modelyard.config.secret import Secret
from modelyard.config.strict_model import StrictModel


@dataclass(frozen=True, slots=True)
class Component:
    """A Pulumi component that groups the resources of one concern. Both members are in URNs, an interface."""

    type: str
    name: str

    @property
    def token(self) -> str:
        return f"modelyard:index:{self.type}"


YARD = Component("Yard", "yard")


@dataclass(frozen=True, slots=True)
class Reference:
    """A value of another resource of the graph.

    place   a dotted place in its outputs: `id`, `identity.principalId`
    value   what it will be; None where only Azure can tell
    """

    resource: "Resource"
    place: str = "id"
    value: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resource:
    """One resource of ARM.

    component            the concern it belongs to
    row                  its type in the ARM table
    name                 its logical name in Pulumi, an interface
    parameters           values of the URL parameters, `scope` among them
    body                 ARM's body: the envelope, and `properties`
    depends_on           what must have been written before
    deleted_with         what takes it away when it is deleted itself
    serialised           whether ARM refuses a write of it beside another one on its account
    replace_on_changes   inputs whose change Azure refuses, beyond those that azure-native knows
    delete_before_replace  the old one must go first, because the name can't change
    existing             others own it: it is read, and neither written nor deleted
    """

    component: Component
    row: ResourceType
    name: str
    parameters: ArmObject
    body: ArmDocument
    depends_on: tuple["Resource", ...] = ()
    deleted_with: "Resource | None" = None
    serialised: bool = False
    replace_on_changes: tuple[str, ...] = ()
    delete_before_replace: bool = False
    existing: bool = False

    def urn(self, project: str, stack: str) -> str:
        """The URN that the engine gives it in a stack."""
        parents = f"{YARD.token}${self.component.token}"
        return f"urn:pulumi:{stack}::{project}::{parents}${self.row.token}::{self.name}"

    def id(self, subscription_id: str) -> str:
        """Its ARM id; a part that only Azure can tell is shown as `<parameter>`."""
        parts = {name: known(value, f"<{name}>") for name, value in self.parameters.items()}
        return self.row.id({"subscriptionId": subscription_id, **parts})

    def inputs(self) -> PulumiInputs:
        """The inputs that azure-native's class of the type takes."""
        return pulumi_inputs(self.row, self.parameters, flattened(self.row, self.body))

    def declared(self, project: str, stack: str, subscription_id: str, unknown: Any) -> Declared:
        """The same with its URN and ARM id, and `unknown` for what only Azure can tell."""
        body = known(self.body, unknown)
        return Declared(self.urn(project, stack), self.row.token, {}, self.id(subscription_id), body)


@dataclass(frozen=True, slots=True)
class Concern:
    """One component with its resources, in the order in which they are declared."""

    component: Component
    resources: Mapping[Any, Resource] = field(default_factory=dict)


def known(value: Any, unknown: Any = None) -> Any:
    """The value with each `Reference` as what it will be, or as `unknown`; a secret is never told."""
    if isinstance(value, Secret):
        return unknown
    if isinstance(value, Reference):
        return unknown if value.value is None else value.value
    if isinstance(value, Mapping):
        return {name: known(each, unknown) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [known(each, unknown) for each in value]
    return value


def row(token: str) -> ResourceType:
    """The row of azure-native's type: `cognitiveservices:Deployment`."""
    return by_token()[f"azure-native:{token}"]


def present(members: ArmObject) -> ArmDocument:
    """The members that have a value."""
    return {name: value for name, value in members.items() if value is not None}


def dumped(model: StrictModel) -> ArmDocument:
    """A model of the stack file whose members have ARM's own names and shapes."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)
