"""The Azure AI Services account: one endpoint and one credential for every deployment; its identity and network.

The managed identity is on by default, so that the account can reach other resources without keys. Public access has no
default: whoever writes a stack must decide.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from modelyard.config.naming_rules import AccountName, Address, IdentityId, ResourceGroupName, Subdomain, SubnetId, Tags
from modelyard.config.scalar import Flag, as_text
from modelyard.config.strict_model import StrictModel

IdentityType = Annotated[
    Literal["None", "SystemAssigned", "UserAssigned", "SystemAssigned, UserAssigned"], BeforeValidator(as_text)
]


class Identity(StrictModel):
    """`identity` of the account, as ARM has it; the user-assigned ones are a list of ids."""

    type: IdentityType = Field(default="SystemAssigned", description="Which kinds of managed identity the account has.")
    user_assigned_identities: tuple[IdentityId, ...] = Field(
        default=(), description="ARM ids of user-assigned identities, for the types that name them."
    )

    @model_validator(mode="after")
    def complete(self) -> Self:
        named = bool(self.user_assigned_identities)
        if named != ("UserAssigned" in self.type):
            raise PydanticCustomError(
                "config.identity-incomplete",
                "the type of identity and the user-assigned identities don't go together",
                {
                    "found": f"type {self.type} with {len(self.user_assigned_identities)} user-assigned identities",
                    "allowed": "userAssignedIdentities with a type that names UserAssigned, and only then",
                },
            )
        return self


class IpRule(StrictModel):
    """One address or range that may call; Azure refuses /31 and /32, so a single address goes without a suffix."""

    value: Address = Field(description="IPv4 address or range.")


class VirtualNetworkRule(StrictModel):
    """One subnet that may call."""

    id: SubnetId = Field(description="ARM id of the subnet.")
    ignore_missing_vnet_service_endpoint: Flag = Field(
        default=False, description="Accept a subnet that has no service endpoint for Cognitive Services yet."
    )


class NetworkAcls(StrictModel):
    """ARM's `networkAcls`: what happens to calls from elsewhere, and the exceptions."""

    default_action: Annotated[Literal["Allow", "Deny"], BeforeValidator(as_text)] = Field(
        description="What happens to a call that no rule matches."
    )
    bypass: Annotated[Literal["AzureServices", "None"], BeforeValidator(as_text)] = Field(
        default="AzureServices", description="Whether trusted Azure services pass."
    )
    ip_rules: tuple[IpRule, ...] = Field(default=(), description="Addresses that pass.")
    virtual_network_rules: tuple[VirtualNetworkRule, ...] = Field(default=(), description="Subnets that pass.")


class Network(StrictModel):
    """The network side of the account."""

    public_network_access: Annotated[Literal["Enabled", "Disabled"], BeforeValidator(as_text)] = Field(
        description="Whether the account answers from the internet. Has no default and must be stated."
    )
    network_acls: NetworkAcls | None = Field(default=None, description="Rules for calls from the internet.")


def _name_as_subdomain(written: dict[str, Any]) -> str:
    return str(written.get("name", "")).lower()


class Account(StrictModel):
    """`modelyard:account`. Secure by default: keys off, a managed identity, no default for public access."""

    name: AccountName = Field(description="Name of the account.")
    resource_group: ResourceGroupName = Field(description="Name of the resource group, which the stack creates.")
    kind: Annotated[Literal["AIServices"], BeforeValidator(as_text)] = Field(
        default="AIServices", description="Kind of account; AIServices serves models of all publishers."
    )
    sku: Annotated[Literal["S0"], BeforeValidator(as_text)] = Field(
        default="S0", description="SKU of the account, not of its deployments."
    )
    custom_sub_domain_name: Subdomain = Field(
        default_factory=_name_as_subdomain,
        validate_default=True,
        description=(
            "First label of the account's host names; the account's name in lower case when not given. "
            "Azure doesn't let it be changed later."
        ),
    )
    identity: Identity = Field(default=Identity(), description="The account's managed identity.")
    disable_local_auth: Flag = Field(default=True, description="Keys off: only Entra tokens are accepted.")
    network: Network = Field(description="Who may reach the account over the network.")
    allow_project_management: Flag | None = Field(
        default=None, description="Whether Foundry projects may be made in the account; Azure decides when not given."
    )
    restore: Flag = Field(default=False, description="Bring back the soft-deleted account of this name.")
    tags: Tags = Field(default={}, description="Tags of the account, added to the stack's.")
