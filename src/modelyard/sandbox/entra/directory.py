"""The directory of the sandbox's one tenant: who there is, who belongs to what, and what each proves itself with.

A principal is a document in the store's collection `principals`, under its object id in lower case:

    {"id", "kind", "displayName", "appId"?, "members"?: [object ids], "secrets"?: [hashes],
     "federated"?: [{"name", "issuer", "subject", "audiences"}]}
"""

import hashlib
import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

from modelyard.sandbox.entra.errors import EntraDocument
from modelyard.sandbox.local_azure import LocalAzure

COLLECTION = "principals"


class PrincipalKind(StrEnum):
    """What a principal is. ARM's `principalType` calls a managed identity a service principal, see `principal_type`."""

    USER = "User"
    GROUP = "Group"
    SERVICE_PRINCIPAL = "ServicePrincipal"
    MANAGED_IDENTITY = "ManagedIdentity"

    @property
    def principal_type(self) -> str:
        """The kind as a role assignment's `principalType` has it (azure-mgmt-authorization 4.0, PrincipalType)."""
        return "ServicePrincipal" if self is PrincipalKind.MANAGED_IDENTITY else self.value


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """Whose word a principal is taken on: tokens of `issuer` about `subject`, meant for one of the audiences."""

    name: str
    issuer: str
    subject: str
    audiences: tuple[str, ...] = ("api://AzureADTokenExchange",)


@dataclass(frozen=True, slots=True)
class DirectoryPrincipal:
    """One entry of the directory. `members` is for groups; `secrets` are hashes, never the secrets."""

    object_id: str
    name: str
    kind: PrincipalKind
    app_id: str = ""
    members: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    federated: tuple[FederatedCredential, ...] = ()

    def accepts(self, secret: str) -> bool:
        """Whether this is one of the principal's secrets."""
        presented = hashed(secret)
        return any(hmac.compare_digest(presented, kept) for kept in self.secrets)

    def document(self) -> EntraDocument:
        """What the store keeps; members that say nothing are left out."""
        document: dict[str, Any] = {"id": self.object_id, "kind": self.kind.value, "displayName": self.name}
        if self.app_id:
            document["appId"] = self.app_id
        if self.members:
            document["members"] = list(self.members)
        if self.secrets:
            document["secrets"] = list(self.secrets)
        if self.federated:
            document["federated"] = [
                {"name": one.name, "issuer": one.issuer, "subject": one.subject, "audiences": list(one.audiences)}
                for one in self.federated
            ]
        return document

    @classmethod
    def of(cls, document: EntraDocument) -> Self:
        """The principal that a document of the store describes."""
        return cls(
            object_id=document["id"],
            name=document["displayName"],
            kind=PrincipalKind(document["kind"]),
            app_id=document.get("appId", ""),
            members=tuple(document.get("members", ())),
            secrets=tuple(document.get("secrets", ())),
            federated=tuple(
                FederatedCredential(one["name"], one["issuer"], one["subject"], tuple(one["audiences"]))
                for one in document.get("federated", ())
            ),
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """The principals as they are now, with the indexes that a request needs."""

    by_id: Mapping[str, DirectoryPrincipal]
    by_app: Mapping[str, DirectoryPrincipal]
    by_name: Mapping[str, DirectoryPrincipal]
    groups: Mapping[str, tuple[str, ...]]  # member → the groups it belongs to, through other groups too


def hashed(secret: str) -> str:
    """A secret as the directory keeps it. One round will do: the secrets are random, so no dictionary holds them."""
    return hashlib.sha256(secret.encode()).hexdigest()


def directory(azure: LocalAzure) -> Directory:
    """The directory, read again once a principal has changed."""
    return azure.derived("directory", (COLLECTION,), lambda: _read(azure))


def find(azure: LocalAzure, which: str) -> DirectoryPrincipal | None:
    """The principal with this object id, application id or name; None where there is none."""
    known = directory(azure)
    key = which.lower()
    return known.by_id.get(key) or known.by_app.get(key) or known.by_name.get(key)


def put(azure: LocalAzure, principal: DirectoryPrincipal) -> None:
    """Add the principal, or replace the one with its object id."""
    azure.store.put(COLLECTION, principal.object_id.lower(), principal.document())


def remove(azure: LocalAzure, object_id: str) -> bool:
    """Forget a principal; tells whether there was one. Tokens it holds stay good until they expire, as in Entra."""
    return azure.store.delete(COLLECTION, object_id.lower())


def managed_identity(azure: LocalAzure, name: str) -> DirectoryPrincipal:
    """A new managed identity in the directory; `name` is the name of the resource it belongs to."""
    identity = DirectoryPrincipal(str(uuid.uuid4()), name, PrincipalKind.MANAGED_IDENTITY, app_id=str(uuid.uuid4()))
    put(azure, identity)
    return identity


def user_assigned(azure: LocalAzure, id: str) -> DirectoryPrincipal:  # noqa: A002 - ARM calls it id
    """The user-assigned identity of this ARM id: there as soon as somebody names it, and the same for all who do.

    The sandbox has no Microsoft.ManagedIdentity in which it would have been made before.
    """
    object_id = str(uuid.uuid5(uuid.NAMESPACE_URL, id.lower()))
    known = directory(azure).by_id.get(object_id)
    if known is not None:
        return known
    identity = DirectoryPrincipal(
        object_id, id, PrincipalKind.MANAGED_IDENTITY, app_id=str(uuid.uuid5(uuid.UUID(object_id), "client"))
    )
    put(azure, identity)
    return identity


def identity(azure: LocalAzure, wanted: Any, before: Any, name: str) -> EntraDocument | None:
    """`identity` of the resource of this name as it is shown; what was there where nothing is said."""
    if not isinstance(wanted, dict):
        return before if isinstance(before, dict) else None
    before = before if isinstance(before, dict) else {}
    shown: dict[str, Any] = {"type": wanted.get("type") or "None"}
    if "SystemAssigned" in shown["type"]:
        shown["principalId"] = before.get("principalId") or managed_identity(azure, name).object_id
        shown["tenantId"] = azure.tenant_id
    if "UserAssigned" in shown["type"]:
        named = {key: user_assigned(azure, key) for key in wanted.get("userAssignedIdentities") or {}}
        shown["userAssignedIdentities"] = {
            key: {"principalId": each.object_id, "clientId": each.app_id} for key, each in named.items()
        }
    return shown


def principal_of(shown: Any) -> str:
    """The object id in whose name a resource with one identity acts; empty where it has none."""
    if not isinstance(shown, dict):
        return ""
    named = (shown.get("userAssignedIdentities") or {}).values()
    return str(shown.get("principalId") or next((each["principalId"] for each in named), ""))


def _read(azure: LocalAzure) -> Directory:
    principals = [DirectoryPrincipal.of(document) for _, document in azure.store.scan(COLLECTION)]
    parents: dict[str, list[str]] = {}
    for group in principals:
        for member in group.members:
            parents.setdefault(member.lower(), []).append(group.object_id.lower())
    return Directory(
        by_id={one.object_id.lower(): one for one in principals},
        by_app={one.app_id.lower(): one for one in principals if one.app_id},
        by_name={one.name.lower(): one for one in principals},
        groups={member: _ancestors(member, parents) for member in parents},
    )


def _ancestors(member: str, parents: Mapping[str, list[str]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    waiting = list(parents.get(member, ()))
    while waiting:
        group = waiting.pop()
        if group not in found and group != member:  # groups may be members of each other
            found[group] = None
            waiting.extend(parents.get(group, ()))
    return tuple(sorted(found))
