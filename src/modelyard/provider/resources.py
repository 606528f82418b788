"""What each call of the engine does to a resource, in plain values: gRPC stays outside, the table says the rest."""

import threading
from dataclasses import dataclass
from typing import Any

from modelyard.arm import translation
from modelyard.arm.resource_types import ResourceType, by_type
from modelyard.arm.translation import PropertyMap, PulumiInputs
from modelyard.azure.arm_client import ArmClient, ArmResponse, Deadline, refusal
from modelyard.azure.arm_operation import ArmOperation
from modelyard.failures import Failure
from modelyard.provider import refresh
from modelyard.provider.failures import AlreadyExists, PartlyDone, RequestInvalid
from modelyard.provider.values import UNKNOWN, mark, reveal

RESOURCE_GROUPS = "microsoft.resources/resourcegroups"


@dataclass(frozen=True)
class ResourceState:
    """A resource as the engine keeps it."""

    id: str
    properties: PulumiInputs
    inputs: PulumiInputs


class Resources:
    """Creates, reads, updates and deletes by the rows of the table."""

    def __init__(self, arm: ArmClient, subscription_id: str, default_location: str) -> None:
        self._arm = arm
        self._subscription_id = subscription_id
        self._default_location = default_location
        self._locations: dict[str, str] = {}
        self._locations_lock = threading.Lock()

    def location(self, inputs: PropertyMap) -> Any:
        """The place for a resource that states none: the configured one, else its resource group's."""
        if self._default_location:
            return self._default_location
        group = reveal(inputs.get("resourceGroupName"))
        if group is UNKNOWN or not group:
            return group or None
        with self._locations_lock:
            if group not in self._locations:
                row = by_type()[RESOURCE_GROUPS]
                target = translation.arm_id(row, {row.name_parameter: group}, self._subscription_id)
                reply = self._arm.send("GET", target, Deadline(), api_version=row.api_version)
                self._locations[group] = str(reply.object.get("location") or "") if reply.status == 200 else ""
            return self._locations[group] or None

    def create(self, row: ResourceType, inputs: PulumiInputs, seconds: float) -> ResourceState:
        """Create it; raises AlreadyExists for what is there, Refused, PartlyDone and the client's failures."""
        target = translation.arm_id(row, reveal(inputs), self._subscription_id)
        deadline = Deadline(seconds)
        self._must_not_exist(row, target, deadline)
        return self._put(row, target, inputs, deadline)

    def update(self, row: ResourceType, target: str, inputs: PulumiInputs, seconds: float) -> ResourceState:
        """Put it into the state of these inputs: azure-native sends the whole body, never a part."""
        return self._put(row, target, inputs, Deadline(seconds))

    def read(self, row: ResourceType, target: str, seconds: float) -> ResourceState | None:
        """The resource with its full inputs, as an import needs it; None where there is none.

        Raises `provider.id-malformed`.
        """
        if (parameters := row.match(target)) is None:
            raise RequestInvalid.of("provider.id-malformed", id=target, path=row.path)
        if (reply := self._get(row, target, Deadline(seconds))) is None:
            return None
        outputs = translation.outputs(row, reply)
        return ResourceState(target, outputs, translation.inputs(row, parameters, outputs))

    def refresh(
        self, row: ResourceType, target: str, inputs: PulumiInputs, old: PulumiInputs, seconds: float
    ) -> ResourceState | None:
        """The resource as it is now, and its inputs with what was changed in Azure; None where it is gone."""
        if (reply := self._get(row, target, Deadline(seconds))) is None:
            return None
        outputs = translation.outputs(row, reply)
        refreshed = refresh.inputs(row, inputs, reveal(old), outputs)
        return ResourceState(target, mark(outputs, refreshed), refreshed)

    def delete(self, row: ResourceType, target: str, seconds: float) -> None:
        """Delete it and wait until it is gone; what is gone already is no failure."""
        deadline = Deadline(seconds)
        reply = self._arm.send("DELETE", target, deadline, api_version=row.api_version)
        if reply.status == 404:
            return
        if reply.status >= 400:
            raise refusal(reply, f"DELETE {target}")
        ArmOperation(self._arm, "DELETE", target, row.api_version, deadline).settle(reply)

    def _put(self, row: ResourceType, target: str, inputs: dict[str, Any], deadline: Deadline) -> ResourceState:
        request = translation.request_body(row, reveal(inputs))
        reply = self._arm.fetch("PUT", target, deadline, api_version=row.api_version, body=request)
        try:
            resource = ArmOperation(self._arm, "PUT", target, row.api_version, deadline).settle(reply)
        except Failure as failure:
            raise self._partly(row, target, inputs, failure) from failure
        outputs = mark(translation.outputs(row, resource), inputs)
        return ResourceState(str(resource.get("id") or target), outputs, inputs)

    def _partly(self, row: ResourceType, target: str, inputs: dict[str, Any], failure: Failure) -> Failure:
        """What a write that Azure accepted and that then went wrong means: a resource to remember, if it is there."""
        try:
            reply = self._arm.read_once(target, api_version=row.api_version)
        except Failure:
            reply = ArmResponse(0, {}, None)
        if reply.status == 404:
            return failure
        outputs = mark(translation.outputs(row, reply.object), inputs) if reply.status == 200 else {}
        return PartlyDone(failure, str(reply.object.get("id") or target), outputs, inputs)

    def _must_not_exist(self, row: ResourceType, target: str, deadline: Deadline) -> None:
        if self._get(row, target, deadline):
            raise AlreadyExists.of("provider.already-exists", id=target)

    def _get(self, row: ResourceType, target: str, deadline: Deadline) -> dict[str, Any] | None:
        reply = self._arm.send("GET", target, deadline, api_version=row.api_version)
        if reply.status in {204, 404}:
            return None
        if reply.status >= 400:
            raise refusal(reply, f"GET {target}")
        return reply.object
