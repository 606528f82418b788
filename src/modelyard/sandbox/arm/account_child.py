"""What the parts of an account share: the account they are in, and that it takes one writer at a time.

That deployments, projects and Defender settings of one account get in each other's way is captured (B:
hashicorp/terraform-provider-azurerm#22607, #22939, Azure/azure-dev#9398). That content filters and blocklists are among
them is inferred (R): azurerm locks the account for content filters too.
"""

from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

SEGMENTS = (
    9  # of /subscriptions/…/resourceGroups/…/providers/Microsoft.CognitiveServices/accounts/…, with the first, empty
)


def account_of(id: str) -> str:  # noqa: A002 - ARM calls it id
    """ARM id of the account that something is in."""
    return "/".join(id.split("/")[:SEGMENTS])


def part(azure: LocalAzure, id: str, kind: str, name: str) -> Document | None:  # noqa: A002 - ARM calls it id
    """Another part of the account that `id` is in: the deployment, the content filter … of this name."""
    return azure.store.get("resources", f"{account_of(id)}/{kind}/{name}".lower())
