"""The Azure AI Services account and the resource group it lives in."""

from collections.abc import Callable, Sequence
from typing import Any

import pulumi
from pulumi_azure_native import cognitiveservices, resources

from modelyard.config.stack import Stack
from modelyard.resources.network import network_acls
from modelyard.resources.writes import AccountWrites

# The names ARM gives the account's endpoints in its reply (captured replies; azure-sdk recordings show the same).
INFERENCE = "Azure AI Model Inference API"
OPENAI = "OpenAI Language Model Instance API"


class Account(pulumi.ComponentResource):
    """One account, with the outputs that clients need. Keys are asked for only where they are on.

    `govern` puts the resource group under its policies while it is still empty, and says what the account waits for.
    """

    def __init__(
        self,
        name: str,
        stack: Stack,
        govern: Callable[[pulumi.Resource], Sequence[pulumi.Resource]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Account", name, {}, opts)
        account = stack.account
        self.resource_group = resources.ResourceGroup(
            "resource-group",
            resource_group_name=account.resource_group,
            location=stack.location,
            tags=dict(stack.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.account = cognitiveservices.Account(
            "account",
            resource_group_name=account.resource_group,
            account_name=account.name,
            location=stack.location,
            kind=account.kind,
            sku=cognitiveservices.SkuArgs(name=account.sku),
            identity=cognitiveservices.IdentityArgs(
                type=cognitiveservices.ResourceIdentityType(account.identity.type),
                user_assigned_identities=list(account.identity.user_assigned_identities) or None,
            ),
            properties=cognitiveservices.AccountPropertiesArgs(
                allow_project_management=account.allow_project_management,
                custom_sub_domain_name=account.custom_sub_domain_name,
                disable_local_auth=account.disable_local_auth,
                network_acls=network_acls(account.network.network_acls),
                public_network_access=account.network.public_network_access,
                restore=account.restore or None,
            ),
            tags={**stack.tags, **account.tags},
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.resource_group, *govern(self.resource_group)]),
        )
        self.register_outputs({"accountId": self.account.id})

    def child(
        self, writes: AccountWrites, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of what lives in the account: it comes after it, goes with it, and is written one at a time."""
        return pulumi.ResourceOptions(
            parent=parent,
            depends_on=[self.account, *depends_on],
            deleted_with=self.account,
            hooks=writes.hooks,
        )

    def endpoint(self, name: str) -> pulumi.Output[str | None]:
        """The URL that ARM's reply gives under this name; None where the reply has no such endpoint."""
        return self.account.properties.apply(lambda properties: (properties.endpoints or {}).get(name))

    def keys(self) -> pulumi.Output[dict[str, str | None] | None]:
        """Both keys, as a secret; None where Azure says that keys are off after all, as a policy may have it.

        ARM refuses the question while keys are off. So it waits for what ARM says of the account, which a preview that
        is about to switch keys on doesn't know yet.
        """

        def ask(properties: Any) -> Any:
            if properties.disable_local_auth:
                return None
            reply = cognitiveservices.list_account_keys_output(
                account_name=self.account.name, resource_group_name=self.resource_group.name
            )
            return reply.apply(lambda keys: {"key1": keys.key1, "key2": keys.key2})

        return pulumi.Output.secret(self.account.properties.apply(ask))
