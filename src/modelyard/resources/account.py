"""The Azure AI Services account and the resource group it lives in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from modelyard.arm.json_path import ArmDocument
from modelyard.config.account import Identity
from modelyard.config.stack import Stack
from modelyard.resources.resource import Component, Resource, dumped, present, row

COMPONENT = Component("Account", "account")
GROUP = "resource-group"
ACCOUNT = "account"


def group(stack: Stack) -> Resource:
    """The resource group, which the stack owns."""
    return Resource(
        component=COMPONENT,
        row=row("resources:ResourceGroup"),
        name=GROUP,
        parameters={"resourceGroupName": stack.account.resource_group},
        body={"location": stack.location, "tags": dict(stack.tags)},
        existing=bool(stack.existing),
    )


def account(stack: Stack, governed: Sequence[Resource]) -> Resource:
    """The account. It waits for all that governs it: the group, its policies, and exemptions from them."""
    account = stack.account
    acls = account.network.network_acls
    return Resource(
        component=COMPONENT,
        row=row("cognitiveservices:Account"),
        name=ACCOUNT,
        parameters={"resourceGroupName": account.resource_group, "accountName": account.name},
        body={
            "location": stack.location,
            "kind": account.kind,
            "sku": {"name": account.sku},
            "identity": identity(account.identity),
            "tags": {**stack.tags, **account.tags},
            "properties": present(
                {
                    "allowProjectManagement": account.allow_project_management,
                    "customSubDomainName": account.custom_sub_domain_name,
                    "disableLocalAuth": account.disable_local_auth,
                    "networkAcls": dumped(acls) if acls else None,
                    "publicNetworkAccess": account.network.public_network_access,
                    "restore": account.restore or None,
                }
            ),
        },
        depends_on=tuple(governed),
        existing=ACCOUNT in stack.existing,
    )


def identity(written: Identity) -> ArmDocument:
    """A managed identity as ARM has it: user-assigned ones are a map with their ids as keys."""
    named: ArmDocument = {each: {} for each in written.user_assigned_identities}
    return present({"type": written.type, "userAssignedIdentities": named or None})


@dataclass(frozen=True, slots=True)
class Owner:
    """The account as what is in it knows it. `first` is what must be written right after it, before its children."""

    stack: Stack
    account: Resource
    first: tuple[Resource, ...] = ()

    @property
    def before(self) -> tuple[Resource, ...]:
        """What everything in the account waits for."""
        return (self.account, *self.first)

    def child(
        self,
        component: Component,
        token: str,
        name: str,
        parameters: Mapping[str, str],
        body: ArmDocument,
        after: Sequence[Resource] = (),
    ) -> Resource:
        """A resource inside the account: it goes with it, and is written one at a time.

        `parameters` are the URL parameters beyond the account's.
        """
        return Resource(
            component=component,
            row=row(token),
            name=name,
            parameters={**self.account.parameters, **parameters},
            body=body,
            depends_on=(*self.before, *after),
            deleted_with=None if self.account.existing else self.account,
            serialised=True,
        )
