"""What is in an account: its parts by name, the content filters that every account has, and that they take turns.

That deployments, projects and Defender settings of one account get in each other's way is captured (B:
hashicorp/terraform-provider-azurerm#22607, #22939, Azure/azure-dev#9398). That content filters and blocklists are among
them is inferred (R): azurerm locks the account for content filters too.

Microsoft.DefaultV2 and Microsoft.Default are there without anybody's making them. What they have is the catalog's to
say; nothing of them is in the store.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import CONTENT_FILTER
from modelyard.catalog.content_filters import SYSTEM_POLICIES, CatalogFilter, of_the_system
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


# --- content filters of the system ----------------------------------------------------------------------------------

DEFAULT = SYSTEM_POLICIES[0]
"""What a deployment gets that names none (hashicorp/terraform-provider-azurerm#32061)."""
MEDIUM = "Medium blocking"

NAMES: Mapping[str, str] = {name.lower(): name for name in SYSTEM_POLICIES}


def system_filter(account: str, name: str) -> ArmDocument | None:
    """The RAI policy of this name as GET answers it; None where the name is no system policy's."""
    spelt = NAMES.get(name.lower())
    if spelt is None:
        return None
    rows = [_shown(one, one.default_v2 if spelt == DEFAULT else MEDIUM) for one in of_the_system(spelt)]
    return {
        "id": f"{account}/raiPolicies/{spelt}",
        "name": spelt,
        "type": CONTENT_FILTER.type,
        "properties": {"type": "SystemManaged", "contentFilters": rows},
    }


def _shown(one: CatalogFilter, how: str) -> dict[str, Any]:
    """A filter in ARM's form; `how` is a severity, where it has one, and `blocking` or `annotating`."""
    severity, _, does = how.rpartition(" ")
    graded = {"severityThreshold": severity} if severity else {}
    return {
        "name": one.arm_name,
        "enabled": True,
        **graded,
        "blocking": does == "blocking",
        "source": one.source,
    }


def content_filter_of(azure: LocalAzure, document: Document) -> ArmDocument | None:
    """The content filter that a deployment names, or would get."""
    id_, name = str(document["id"]), str(document["properties"].get("raiPolicyName") or DEFAULT)
    found = system_filter(account_of(id_), name) or part(azure, id_, "raiPolicies", name)
    return dict(found) if found else None
