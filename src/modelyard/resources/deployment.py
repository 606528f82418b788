"""Model deployments: an alias each, on one account, written one at a time."""

from collections.abc import Mapping
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
    """All deployments of a stack. The key in the stack file is the logical name and the name clients put in `model`.

    A deployment waits for its content filter, and for the deployment it spills over to.
    """

    def __init__(
        self,
        name: str,
        stack: Stack,
        account: Account,
        filters: Mapping[str, pulumi.Resource],
        writes: AccountWrites,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Deployments", name, {}, opts)
        self.deployments: dict[str, cognitiveservices.Deployment] = {}
        # Those that others spill over to come first. Nothing spills over twice: only provisioned ones do, and to
        # standard ones.
        for key, deployment in sorted(
            stack.deployments.items(), key=lambda each: bool(each[1].spillover_deployment_name)
        ):
            waits = [filters[deployment.content_filter]] if deployment.content_filter in filters else []
            if deployment.spillover_deployment_name is not None:
                waits.append(self.deployments[deployment.spillover_deployment_name])
            self.deployments[key] = cognitiveservices.Deployment(
                key,
                resource_group_name=stack.account.resource_group,
                account_name=stack.account.name,
                deployment_name=key,
                sku=cognitiveservices.SkuArgs(name=deployment.sku, capacity=deployment.capacity),
                properties=properties(deployment),
                tags={**stack.tags, **deployment.tags} or None,
                opts=account.child(writes, parent=self, depends_on=waits),
            )
        self.summary = {
            key: self.deployments[key].properties.apply(partial(summarise, deployment))
            for key, deployment in stack.deployments.items()
        }
        self.register_outputs({"names": list(stack.deployments)})


def properties(deployment: Deployment) -> cognitiveservices.DeploymentPropertiesArgs:
    """A deployment as azure-native takes it."""
    settings = deployment.capacity_settings
    return cognitiveservices.DeploymentPropertiesArgs(
        model=cognitiveservices.DeploymentModelArgs(
            format=deployment.model.format,
            name=deployment.model.name,
            version=deployment.model.version,
        ),
        rai_policy_name=deployment.content_filter,
        spillover_deployment_name=deployment.spillover_deployment_name,
        capacity_settings=cognitiveservices.DeploymentCapacitySettingsArgs(
            designated_capacity=settings.designated_capacity, priority=settings.priority
        )
        if settings
        else None,
        version_upgrade_option=deployment.version_upgrade_option,
    )


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
        "spilloverDeploymentName": deployment.spillover_deployment_name,
        "endpoints": list(serving(deployment.model.name, deployment.model.format, deployment.sku).endpoints),
    }


def per_minute(rate_limits: Any, key: str) -> int | None:
    """The limit under this key, whatever period ARM states it for; None where ARM states none."""
    for rule in rate_limits or ():
        if rule.key == key and rule.count is not None and rule.renewal_period:
            return int(rule.count * MINUTE / rule.renewal_period)
    return None
