"""Model deployments: an alias each, on one account, written one at a time."""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.catalog.serving import serving
from modelyard.config.deployment import Deployment
from modelyard.config.stack import Stack
from modelyard.files import JsonDocument
from modelyard.resources.account import Owner
from modelyard.resources.resource import Component, Concern, Resource, dumped, present

COMPONENT = Component("Deployments", "deployments")
MINUTE = 60


def concern(stack: Stack, owner: Owner, filters: Mapping[str, Resource]) -> Concern:
    """Every deployment by its key, which is its logical name and the name that clients put in `model`.

    A deployment waits for its content filter and for the deployment it spills over to.
    """
    declared: dict[str, Resource] = {}
    # Those that others spill over to come first. Only provisioned deployments spill over, and only to standard ones.
    for key, written in sorted(stack.deployments.items(), key=lambda each: bool(each[1].spillover_deployment_name)):
        waits = [filters[written.content_filter]] if written.content_filter in filters else []
        if written.spillover_deployment_name is not None:
            waits.append(declared[written.spillover_deployment_name])
        declared[key] = owner.child(
            COMPONENT,
            "cognitiveservices:Deployment",
            key,
            {"deploymentName": key},
            present(
                {
                    "sku": {"name": written.sku, "capacity": written.capacity},
                    "properties": properties(written),
                    "tags": {**stack.tags, **written.tags} or None,
                }
            ),
            waits,
        )
    return Concern(COMPONENT, declared)


def properties(written: Deployment) -> ArmDocument:
    """ARM's `properties` of a deployment."""
    settings = written.capacity_settings
    return present(
        {
            "model": {
                "format": written.model.format,
                "name": written.model.name,
                "version": written.model.version,
            },
            "raiPolicyName": written.content_filter,
            "spilloverDeploymentName": written.spillover_deployment_name,
            "capacitySettings": dumped(settings) if settings else None,
            "versionUpgradeOption": written.version_upgrade_option,
        }
    )


def summarise(deployment: Deployment, properties: Any) -> JsonDocument:
    """What clients and smoke tests need to know: what was configured, and the limits that Azure says it gives."""
    return {
        "model": deployment.model.name,
        "version": properties.model.version if properties.model else deployment.model.version,
        "format": deployment.model.format,
        "sku": deployment.sku,
        "capacity": deployment.capacity,
        "tokensPerMinute": per_minute(properties.rate_limits, "token"),
        "requestsPerMinute": per_minute(properties.rate_limits, "request"),
        "contentFilter": properties.rai_policy_name,
        "spilloverDeploymentName": deployment.spillover_deployment_name,
        "endpoints": list(serving(deployment.model.name, deployment.model.format, deployment.sku).endpoints),
    }


def per_minute(rate_limits: Any, key: str) -> int | None:
    """The limit under this key, whatever period ARM states it for; None where ARM states none."""
    for rule in rate_limits or ():
        if rule.key == key and rule.count is not None and rule.renewal_period:
            return int(rule.count * MINUTE / rule.renewal_period)
    return None
