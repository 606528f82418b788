"""Model deployments: an alias each, on one account, written one at a time."""

from functools import partial
from typing import Any

import pulumi
from pulumi_azure_native import cognitiveservices

from modelyard.catalog.serving import serving
from modelyard.config.deployment import Deployment
from modelyard.config.stack import Stack
from modelyard.resources.account import Account
from modelyard.resources.writes import AccountWrites

MINUTE = 60


class Deployments(pulumi.ComponentResource):
    """All deployments of a stack. The key in the stack file is the logical name and the name clients put in `model`."""

    def __init__(self, name: str, stack: Stack, account: Account, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("modelyard:index:Deployments", name, {}, opts)
        writes = AccountWrites(stack.account.name)
        self.deployments = {
            key: cognitiveservices.Deployment(
                key,
                resource_group_name=stack.account.resource_group,
                account_name=stack.account.name,
                deployment_name=key,
                sku=cognitiveservices.SkuArgs(name=deployment.sku, capacity=deployment.capacity),
                properties=cognitiveservices.DeploymentPropertiesArgs(
                    model=cognitiveservices.DeploymentModelArgs(
                        format=deployment.model.format,
                        name=deployment.model.name,
                        version=deployment.model.version,
                    ),
                    rai_policy_name=deployment.content_filter,
                    version_upgrade_option=deployment.version_upgrade_option,
                ),
                tags={**stack.tags, **deployment.tags} or None,
                opts=pulumi.ResourceOptions(
                    parent=self, depends_on=[account.account], deleted_with=account.account, hooks=writes.hooks
                ),
            )
            for key, deployment in stack.deployments.items()
        }
        self.summary = {
            key: self.deployments[key].properties.apply(partial(summarise, deployment))
            for key, deployment in stack.deployments.items()
        }
        self.register_outputs({"names": list(self.deployments)})


def summarise(deployment: Deployment, properties: Any) -> dict[str, Any]:
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
        "endpoints": list(serving(deployment.model.name, deployment.model.format, deployment.sku).endpoints),
    }


def per_minute(rate_limits: Any, key: str) -> int | None:
    """The limit under this key, whatever period ARM states it for; None where ARM states none."""
    for rule in rate_limits or ():
        if rule.key == key and rule.count is not None and rule.renewal_period:
            return int(rule.count * MINUTE / rule.renewal_period)
    return None
