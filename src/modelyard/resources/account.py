"""The Azure AI Services account and the resource group it lives in."""

import re
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

MISSING = re.compile(r"\b404\b|NotFound")
"""In the words of an invoke about what isn't there: ResourceNotFound, ResourceGroupNotFound."""


def is_there(stack: Stack) -> bool:
    """Whether the account exists now, in the stack's region; asked of ARM. One in another region is to be replaced."""
    account = stack.account
    try:
        found = cognitiveservices.get_account(account_name=account.name, resource_group_name=account.resource_group)
    except Exception as refused:  # an invoke that fails has no class of its own
        if MISSING.search(str(refused)):
            return False
        raise
    return _normal(found.location) == _normal(stack.location)


def _normal(location: str | None) -> str:
    return (location or "").replace(" ", "").lower()


class Account(pulumi.ComponentResource):
    """One account, with the outputs that clients need. Keys are asked for only where they are on.

    `govern` puts the resource group under its policies while it is still empty, and says what the account waits for.
    `governed` is what all that stands in the group waits for: the group, its policies, and exemptions from them.
    `before` is what everything in the account waits for: the account, and what is to be written right after it.
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
        self.governed: list[pulumi.Resource] = [self.resource_group, *govern(self.resource_group)]
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
            opts=pulumi.ResourceOptions(parent=self, depends_on=self.governed),
        )
        self.before: list[pulumi.Resource] = [self.account]
        self.register_outputs({"accountId": self.account.id})

    def child(
        self, writes: AccountWrites, parent: pulumi.Resource, depends_on: Sequence[pulumi.Resource] = ()
    ) -> pulumi.ResourceOptions:
        """Options of what lives in the account: it comes after it, goes with it, and is written one at a time."""
        return pulumi.ResourceOptions(
            parent=parent,
            depends_on=[*self.before, *depends_on],
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
