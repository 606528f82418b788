"""ARM's long-running operations: from the first reply to the end, in the ways ARM announces them.

`Azure-AsyncOperation` names a status to watch; `Location` answers 202 until it has the result; a reply with neither but
with an unfinished `properties.provisioningState` is watched at the resource itself. Source: the ARM RPC contract,
"Asynchronous Operations" (grade A), which azure-core and azcore follow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from modelyard.arm.json_path import ArmDocument
from modelyard.azure.arm_client import ArmClient, ArmResponse, Deadline, failed_operation, refusal
from modelyard.azure.retry_after import retry_after

ENDED_BADLY = frozenset({"failed", "canceled", "cancelled"})
ENDED_WELL = frozenset({"succeeded", "disabled"})  # a disabled deployment stays so until somebody enables it

WAIT_SECONDS = 10.0  # azure-native's, where Azure gives no hint


@dataclass(frozen=True)
class ArmOperation:
    """A write or an action on a resource, already sent; `target` is the resource's ARM id."""

    client: ArmClient
    verb: str
    target: str
    api_version: str
    deadline: Deadline

    @property
    def where(self) -> str:
        """For messages."""
        return f"{self.verb} {self.target}"

    def settle(self, first: ArmResponse) -> ArmDocument:
        """Wait until the operation that `first` began has ended; what it left (empty after a delete).

        Raises AzureRefused when it ended badly, `provider.timed-out`, Cancelled, `provider.transport-failed`.
        """
        if status_url := first.headers.get("azure-asyncoperation") or first.headers.get("operation-location"):
            return self._watch_status(status_url, first)
        if first.status == 202 and (location := first.headers.get("location")):
            return self._watch_location(location, first)
        if self.verb == "PUT":
            return self._watch_resource(first)
        return first.object if self.verb == "POST" else {}

    def watch(self, last: ArmResponse, over: frozenset[str]) -> ArmDocument:
        """Look at the resource until its state is one of `over` (folded), whether that is a good end or not."""
        while _state(last.object).lower() not in over:
            self._wait(last)
            last = self.client.fetch("GET", self.target, self.deadline, api_version=self.api_version)
        return last.object

    def _watch_status(self, url: str, last: ArmResponse) -> dict[str, Any]:
        while True:
            self._wait(last)
            last = self._poll(url)
            if last.status == 404:
                return {}
            status = str(last.object.get("status") or _state(last.object))
            if status.lower() in ENDED_BADLY:
                raise failed_operation(status, last.object, self.where, last.headers)
            if status.lower() in ENDED_WELL or (not status and last.status != 202):
                return self._left(last.object.get("properties"))

    def _watch_location(self, url: str, last: ArmResponse) -> dict[str, Any]:
        while last.status == 202:
            self._wait(last)
            last = self._poll(url)
            url = last.headers.get("location", url)
        return self._left(last.object)

    def _watch_resource(self, last: ArmResponse) -> dict[str, Any]:
        while True:
            state = _state(last.object)
            if state.lower() in ENDED_BADLY:
                raise failed_operation(state, last.object, self.where, last.headers)
            if last.object and last.status != 202 and (not state or state.lower() in ENDED_WELL):
                return last.object
            self._wait(last)
            last = self.client.fetch("GET", self.target, self.deadline, api_version=self.api_version)

    def _poll(self, url: str) -> ArmResponse:
        """One look. While something is being deleted, 404 is good news and not an error."""
        reply = self.client.send("GET", urljoin(self.client.endpoint, url), self.deadline, api_version=self.api_version)
        if reply.status >= 400 and not (reply.status == 404 and self.verb == "DELETE"):
            raise refusal(reply, self.where)
        return reply

    def _left(self, result: Any) -> dict[str, Any]:
        if self.verb == "DELETE":
            return {}
        if self.verb == "POST":
            return result if isinstance(result, dict) else {}
        return self.client.fetch("GET", self.target, self.deadline, api_version=self.api_version).object

    def _wait(self, last: ArmResponse) -> None:
        hint = retry_after(last.headers)
        self.client.pause(WAIT_SECONDS if hint is None else hint, self.deadline, where=self.where)


def _state(resource: Mapping[str, Any]) -> str:
    properties = resource.get("properties")
    return str(properties.get("provisioningState") or "") if isinstance(properties, Mapping) else ""
