"""The content filters that every account has without anybody's making them: Microsoft.DefaultV2 and Microsoft.Default.

Microsoft.DefaultV2 is as it was captured (see `catalog.content_filters`). Of Microsoft.Default it is documented that it
filters the four harm categories at medium severity in prompts and completions (Microsoft docs, content filtering, A);
that it has nothing else is inferred (R). Nothing of them is in the store.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.content_filter import ROW
from modelyard.catalog.content_filters import SYSTEM_POLICIES, Filter, filters

POINTS = ("Prompt", "Completion")
DEFAULT = SYSTEM_POLICIES[0]
"""What a deployment gets that names none (hashicorp/terraform-provider-azurerm#32061)."""

NAMES: Mapping[str, str] = {name.lower(): name for name in SYSTEM_POLICIES}


def system_filter(account: str, name: str) -> dict[str, Any] | None:
    """The RAI policy of this name as GET answers it; None where the name is no system policy's."""
    spelt = NAMES.get(name.lower())
    if spelt is None:
        return None
    rows = _second() if spelt == DEFAULT else _first()
    return {
        "id": f"{account}/raiPolicies/{spelt}",
        "name": spelt,
        "type": ROW.type,
        "properties": {"type": "SystemManaged", "mode": "Default", "contentFilters": rows},
    }


def _second() -> list[dict[str, Any]]:
    return [_shown(one, one.default_v2) for one in filters() if one.default_v2]


def _first() -> list[dict[str, Any]]:
    return [_shown(one, "Medium blocking") for one in filters() if one.has_severity and one.source in POINTS]


def _shown(one: Filter, how: str) -> dict[str, Any]:
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
