"""The content filters that every account has without anybody's making them: Microsoft.DefaultV2 and Microsoft.Default.

What they have is the catalog's to say. Nothing of them is in the store.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import CONTENT_FILTER
from modelyard.catalog.content_filters import SYSTEM_POLICIES, CatalogFilter, of_the_system

DEFAULT = SYSTEM_POLICIES[0]
"""What a deployment gets that names none (hashicorp/terraform-provider-azurerm#32061)."""
MEDIUM = "Medium blocking"

NAMES: Mapping[str, str] = {name.lower(): name for name in SYSTEM_POLICIES}


def system_filter(account: str, name: str) -> dict[str, Any] | None:
    """The RAI policy of this name as GET answers it; None where the name is no system policy's."""
    spelt = NAMES.get(name.lower())
    if spelt is None:
        return None
    rows = [_shown(one, one.default_v2 if spelt == DEFAULT else MEDIUM) for one in of_the_system(spelt)]
    return {
        "id": f"{account}/raiPolicies/{spelt}",
        "name": spelt,
        "type": CONTENT_FILTER.type,
        "properties": {"type": "SystemManaged", "mode": "Default", "contentFilters": rows},
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
