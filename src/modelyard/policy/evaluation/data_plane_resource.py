"""A model deployment as the mode Microsoft.CognitiveServices.Data sees it.

The fields are those the built-in definitions of that mode name: `model.publisher`, `model.assetId`, `raiPolicy.mode`
and `raiPolicy.contentFilters[*]` (Azure/azure-policy, Cognitive Services, A). How Azure fills publisher and asset id is
not documented: the asset id of OpenAI's models is that of their registry (Microsoft docs, built-in policy for model
deployment, A); that its version is the model's, and the publisher that of the catalog, is inferred (R). Others' stay
UNKNOWN.
"""

from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog.market import Market
from modelyard.policy.language.unknown import UNKNOWN

TYPE = "Microsoft.CognitiveServices.Data/accounts/deployments"
PROVIDER_MODES = "Microsoft."
"""How every mode begins that looks at a provider's components instead of ARM's resources."""


def deployment(document: ArmDocument, *, market: Market, rai_policy: Any = UNKNOWN) -> ArmDocument:
    """The component of an ARM deployment. `rai_policy` is the ARM document of its content filter; None without one."""
    properties = document.get("properties")
    model = properties.get("model") if isinstance(properties, dict) else properties
    filters = rai_policy.get("properties", rai_policy) if isinstance(rai_policy, dict) else rai_policy
    return {
        "type": TYPE,
        "id": document.get("id"),
        "name": document.get("name"),
        "model": {**model, **_registered(model, market)} if isinstance(model, dict) else model,
        "raiPolicy": filters,
    }


def _registered(model: dict[str, Any], market: Market) -> ArmDocument:
    """Publisher and asset id of a model, as far as they are known."""
    name, version = model.get("name"), model.get("version")
    if not isinstance(name, str) or not isinstance(version, str | None):
        return {"publisher": UNKNOWN, "assetId": UNKNOWN}
    known = market.model(str(model.get("format") or "OpenAI"), name, version or "")
    publisher = known.publisher if known else UNKNOWN
    in_registry = publisher == "OpenAI" and version
    asset = f"azureml://registries/azure-openai/models/{name}/versions/{version}" if in_registry else UNKNOWN
    return {"publisher": publisher, "assetId": asset}
