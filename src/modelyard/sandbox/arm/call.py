"""One request to ARM on its way to the code that answers it, and the reply on its way back."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from modelyard.arm.json_path import ArmDocument, ArmObject
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.authorization import Handed, allows
from modelyard.sandbox.entra.directory import PrincipalKind
from modelyard.sandbox.entra.tokens import Caller
from modelyard.sandbox.local_azure import LocalAzure

AUTHORITY = "https://management.azure.com"


@dataclass(frozen=True, slots=True)
class ArmReply:
    """A status, a JSON body or none, and headers beyond those every reply has.

    `waits` is the id of an operation that the reply waits for: it is sent once that is over, with what is there then.
    """

    status: int
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCall:
    """A request that was let in. `path` is as it was sent, without a slash at its end.

    `api_version` is the one that counts: the newest known one where the caller sent a newer one. `notes` gathers what
    the request was taken with though nobody knows whether Azure takes it; the reply says it in `x-modelyard-note`.
    """

    azure: LocalAzure
    method: str
    path: str
    parameters: Mapping[str, str]
    query: Mapping[str, str]
    body: Any = None
    caller: Caller | None = None
    api_version: str = ""
    notes: list[str] = field(default_factory=list)

    @property
    def newer(self) -> bool:
        """Whether the caller speaks a version that the sandbox doesn't know."""
        return bool(self.api_version) and self.query.get("api-version", self.api_version) != self.api_version

    def note(self, text: str) -> None:
        """Say this once in the reply's note."""
        if text not in self.notes:
            self.notes.append(text)

    @property
    def subscription(self) -> str:
        """ARM id of the subscription in the path."""
        return f"/subscriptions/{self.parameters['subscriptionId']}"

    @property
    def now(self) -> datetime:
        return self.azure.clock.now()

    def object(self) -> ArmDocument:
        """The body, which must be a JSON object; InvalidRequestContent where it isn't."""
        if not isinstance(self.body, dict):
            raise refuse("bad-content", reason="a JSON object is expected")
        return self.body

    def require(self, action: str, scope: str, *, assigning: Handed | None = None) -> None:
        """AuthorizationFailed unless the caller may do `action` at `scope`."""
        caller = self.caller
        if caller is None or not allows(self.azure, caller.principals, action, scope, assigning=assigning):
            raise refuse(
                "forbidden",
                client=caller.name if caller and caller.kind is PrincipalKind.USER else caller.app_id if caller else "",
                object_id=caller.object_id if caller else "",
                action=action,
                scope=scope,
            )

    def system_data(self, before: ArmObject | None = None) -> ArmDocument:
        """`systemData` of a resource that this call writes: who and when, keeping who made it at first."""
        by = {} if self.caller is None else self._by(self.caller)
        at = timestamp(self.now)
        made = before or {"createdBy": by.get("by", ""), "createdByType": by.get("type", ""), "createdAt": at}
        return {
            **{name: made[name] for name in ("createdBy", "createdByType", "createdAt") if name in made},
            "lastModifiedBy": by.get("by", ""),
            "lastModifiedByType": by.get("type", ""),
            "lastModifiedAt": at,
        }

    @staticmethod
    def _by(caller: Caller) -> dict[str, str]:
        if caller.kind is PrincipalKind.USER:
            return {"by": caller.name, "type": "User"}
        kind = "ManagedIdentity" if caller.kind is PrincipalKind.MANAGED_IDENTITY else "Application"
        return {"by": caller.app_id or caller.object_id, "type": kind}


def timestamp(at: datetime) -> str:
    """A time as ARM writes it: seven decimals and a Z, as captured in `dateCreated` of accounts."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}0Z"


def etag(at: datetime, *, inside: bool) -> str:
    """An ETag of the form Azure's have: of an account with its time in hexadecimal, of what is `inside` one a GUID
    (recordings of azure-cli, B; of others than deployments R).
    """
    return f'"{uuid.uuid4()}"' if inside else f'"{uuid.uuid4().hex[:8]}-0000-2300-0000-{int(at.timestamp()):08x}0000"'


def listing(values: list[Any]) -> ArmReply:
    """A collection. The sandbox's fit on one page, so there is never a `nextLink`."""
    return ArmReply(200, {"value": values})
