"""What a new sandbox holds: one subscription, and somebody for each part in the play of least privilege.

    pipeline    service principal   Owner and Cognitive Services User at the subscription; the one commands run as
    app-team    group               no role: a stack gives it one, so that taking it away can be proved
    developer   user in app-team    Reader at the subscription
    reader      user                Reader at the subscription, so may see everything and call nothing
    outsider    user                no role

All of it is the sandbox's own. Object ids are the same in every sandbox, so that an example stack can name them; the
pipeline's application id and secret are made at random for each.
"""

import uuid
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from modelyard.sandbox.entra import directory, keys
from modelyard.sandbox.entra.directory import DirectoryPrincipal, FederatedCredential, PrincipalKind
from modelyard.sandbox.local_azure import LocalAzure

DEFINITIONS = "/providers/Microsoft.Authorization/roleDefinitions/"
NAMESPACE = uuid.UUID("7d0f6f5e-6e6b-5d53-8f0a-0d5c7e1c2b11")

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
COGNITIVE_SERVICES_USER = "a97b65f3-24c7-4388-baec-2e87135dc908"

FEDERATED_SUBJECT = "repo:contoso/ai-platform:environment:sandbox"
"""What the test issuer must say of a pipeline for it to be `pipeline`; in the form of GitHub's subjects."""

ASSIGNED = {
    "pipeline": (OWNER, COGNITIVE_SERVICES_USER),
    "developer": (READER,),
    "reader": (READER,),
}

POLICY_CONTRIBUTOR = "36243c78-bf99-498c-9df9-86d9f8d28608"
USER_ACCESS_ADMINISTRATOR = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"
ASSIGNED_ABOVE = {"pipeline": (POLICY_CONTRIBUTOR, USER_ACCESS_ADMINISTRATOR)}
"""Roles at the management group: a stack may keep policies there, and give roles to those that remediate."""

PROVIDERS = (
    "Microsoft.Authorization",
    "Microsoft.CognitiveServices",
    "Microsoft.Insights",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Resources",
)


def object_id(name: str) -> str:
    """The object id of one of the principals above."""
    return str(uuid.uuid5(NAMESPACE, name))


def seed(azure: LocalAzure, *, client_id: str, client_secret: str) -> None:
    """Put in what is missing; what is there stays as it was. Afterwards `pipeline` is known by this id and secret."""
    with azure.store.transaction():
        for principal in _principals(client_id, client_secret):
            there = directory.find(azure, principal.object_id)
            wanted = replace(there, app_id=principal.app_id, secrets=principal.secrets) if there else principal
            if wanted != there:
                directory.put(azure, wanted)
        _put_missing(azure)
    keys.signing_key(azure)


def subscribe(azure: LocalAzure, subscription_id: str) -> None:
    """Put in one more subscription, with the roles and providers of the first: that of a stack that is rehearsed."""
    with azure.store.transaction():
        _put_missing(replace(azure, subscription_id=subscription_id.lower()))


def assign(azure: LocalAzure, scope: str, principal: str, role: str, kind: str = "ServicePrincipal") -> None:
    """Give a principal a built-in role at a scope, as ARM does for whoever creates a management group."""
    document = _assignment(azure, scope, f"{principal} {role} {scope}", principal, kind, f"{DEFINITIONS}{role}")
    azure.store.put("resources", document["id"].lower(), document)


def _put_missing(azure: LocalAzure) -> None:
    for document in (_subscription(azure), *_providers(azure), *_assignments(azure)):
        key = document["id"].lower()
        if azure.store.get("resources", key) is None:
            azure.store.put("resources", key, document)


def _principals(client_id: str, client_secret: str) -> Iterator[DirectoryPrincipal]:
    yield DirectoryPrincipal(
        object_id("pipeline"),
        "pipeline",
        PrincipalKind.SERVICE_PRINCIPAL,
        app_id=client_id,
        secrets=(directory.hashed(client_secret),),
        federated=(FederatedCredential("pipeline", keys.TEST_ISSUER, FEDERATED_SUBJECT),),
    )
    yield DirectoryPrincipal(object_id("app-team"), "app-team", PrincipalKind.GROUP, members=(object_id("developer"),))
    for name in ("developer", "reader", "outsider"):
        yield DirectoryPrincipal(object_id(name), name, PrincipalKind.USER)


def _subscription(azure: LocalAzure) -> dict[str, Any]:
    return {
        "id": f"/subscriptions/{azure.subscription_id}",
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": azure.subscription_id,
        "tenantId": azure.tenant_id,
        "displayName": "Modelyard sandbox",
        "state": "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _providers(azure: LocalAzure) -> Iterator[dict[str, Any]]:
    for namespace in PROVIDERS:
        yield {
            "id": f"/subscriptions/{azure.subscription_id}/providers/{namespace}",
            "namespace": namespace,
            "registrationPolicy": "RegistrationRequired",
            "registrationState": "Registered",
            "resourceTypes": [],
        }


def _assignments(azure: LocalAzure) -> Iterator[dict[str, Any]]:
    subscription = f"/subscriptions/{azure.subscription_id}"
    group = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    now = azure.clock.now().isoformat()
    kinds = {one.name: one.kind for one in _principals("", "")}
    given = [(subscription, *entry) for entry in ASSIGNED.items()]
    given += [(group, *entry) for entry in ASSIGNED_ABOVE.items()]
    for scope, name, roles in given:
        definitions = (
            f"{subscription if scope == subscription else ''}/providers/Microsoft.Authorization/roleDefinitions"
        )
        for role in roles:
            yield _assignment(
                azure,
                scope,
                f"{name} {role}",
                object_id(name),
                kinds[name].principal_type,
                f"{definitions}/{role}",
                now,
            )


def _assignment(
    azure: LocalAzure, scope: str, seed_of: str, principal: str, kind: str, definition: str, now: str = ""
) -> dict[str, Any]:
    name = str(uuid.uuid5(NAMESPACE, seed_of))
    now = now or azure.clock.now().isoformat()
    return {
        "id": f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}",
        "name": name,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "roleDefinitionId": definition,
            "principalId": principal,
            "principalType": kind,
            "scope": scope,
            "condition": None,
            "conditionVersion": None,
            "createdOn": now,
            "updatedOn": now,
            "createdBy": object_id("pipeline"),
            "updatedBy": object_id("pipeline"),
            "delegatedManagedIdentityResourceId": None,
            "description": "Put in by the sandbox.",
        },
    }
