"""The Azure AI Services account: one endpoint and one credential for every deployment of the stack."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from modelyard.config.identity import Identity
from modelyard.config.naming_rules import AccountName, ResourceGroupName, Subdomain
from modelyard.config.network import Network
from modelyard.config.scalar import Flag, as_text
from modelyard.config.strict_model import StrictModel
from modelyard.config.tags import Tags


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
