"""Where a provisioned deployment may send what it can't take: which deployments of the account will do.

The rules are documented (Microsoft docs, spillover-traffic-management, A): from a provisioned to a standard deployment
of the same account, of the same model and version, with the same data processing. How a breach is refused is not.
"""

from modelyard.catalog.sku import SKUS, Billing, Sku
from modelyard.sandbox.arm.account_child import part
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.deployment_model import Wanted
from modelyard.sandbox.arm.kinds import ResourceChange
from modelyard.sandbox.store import Document


def check(change: ResourceChange, model: Wanted, sku: str) -> None:
    """Refuses a `spilloverDeploymentName` that can't work."""
    name = str(change.properties["spilloverDeploymentName"])
    target = part(change.call.azure, change.id, "deployments", name)
    rule = ""
    if sku not in SKUS or SKUS[sku].billing is not Billing.PROVISIONED:
        rule = "only provisioned deployments spill over"
    elif target is None or name.lower() == change.name.lower():
        rule = "it must be another deployment of the same account"
    else:
        rule = _misfit(model, SKUS[sku], target)
    if rule:
        raise refuse("bad-spillover", spillover=name, rule=rule)


def _misfit(model: Wanted, own: Sku, target: Document) -> str:
    """Why the target can't stand in; empty where it can."""
    sku, its = SKUS.get(str(target["sku"]["name"])), target["properties"]["model"]
    if sku is not None and sku.billing is not Billing.STANDARD:
        return "it must be a standard deployment"
    if sku is not None and sku.processing is not own.processing:
        return f"its data processing must be {own.processing}, and {sku.name} is {sku.processing}"
    if (its["name"], its["version"]) != (model.name, model.version):
        return f"it must have the same model and version, {model.name} {model.version}"
    return ""
