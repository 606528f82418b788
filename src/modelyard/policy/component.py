"""A model deployment as the mode Microsoft.CognitiveServices.Data sees it.

The fields are those the built-in definitions of that mode name: `model.publisher`, `model.assetId`, `raiPolicy.mode`
and `raiPolicy.contentFilters[*]` (Azure/azure-policy, Cognitive Services, A). How Azure fills publisher and asset id is
not documented; they are handed in, UNKNOWN where nobody knows (R).
"""

from typing import Any

from modelyard.policy.unknown import UNKNOWN

TYPE = "Microsoft.CognitiveServices.Data/accounts/deployments"


def deployment(
    document: dict[str, Any], *, publisher: Any = UNKNOWN, asset_id: Any = UNKNOWN, rai_policy: Any = UNKNOWN
) -> dict[str, Any]:
    """The component of an ARM deployment. `rai_policy` is the ARM document of its content filter; None without one."""
    properties = document.get("properties")
    model = properties.get("model") if isinstance(properties, dict) else properties
    filters = rai_policy.get("properties", rai_policy) if isinstance(rai_policy, dict) else rai_policy
    return {
        "type": TYPE,
        "id": document.get("id"),
        "name": document.get("name"),
        "model": {**model, "publisher": publisher, "assetId": asset_id} if isinstance(model, dict) else model,
        "raiPolicy": filters,
    }
