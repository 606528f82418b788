"""Who may reach the account over the network. Public access has no default: whoever writes a stack must decide."""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from modelyard.config.naming_rules import Address, SubnetId
from modelyard.config.scalar import Flag, as_text
from modelyard.config.strict_model import StrictModel


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
