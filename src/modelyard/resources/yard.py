"""The whole of a stack, put together: what `infra/__main__.py` declares and exports."""

from collections.abc import Mapping
from typing import Any

import pulumi

from modelyard.config.stack import Stack
from modelyard.resources.account import INFERENCE, OPENAI, Account
from modelyard.resources.deployment import Deployments


class Yard(pulumi.ComponentResource):
    """One account with everything that belongs to it.

    `outputs` are the stack's outputs, an interface: accountId, accountName, endpoint, inferenceEndpoint,
    openaiEndpoint, principalId, deployments and, only where keys are on, keys (secret).
    """

    def __init__(self, name: str, stack: Stack, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("modelyard:index:Yard", name, {}, opts)
        within = pulumi.ResourceOptions(parent=self)
        account = Account("account", stack, within)
        deployments = Deployments("deployments", stack, account, within)
        self.outputs: Mapping[str, Any] = {
            "accountId": account.account.id,
            "accountName": account.account.name,
            "endpoint": account.account.properties.endpoint,
            "inferenceEndpoint": account.endpoint(INFERENCE).apply(lambda url: url and f"{url.rstrip('/')}/models"),
            "openaiEndpoint": account.endpoint(OPENAI),
            "principalId": account.account.identity.apply(lambda identity: identity and identity.principal_id),
            "deployments": deployments.summary,
        }
        if not stack.account.disable_local_auth:
            self.outputs = {**self.outputs, "keys": account.keys()}
        self.register_outputs({"accountName": stack.account.name})
