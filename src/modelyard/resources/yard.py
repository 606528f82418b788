"""The whole of a stack, put together: what `infra/__main__.py` declares and exports.

The order, where there must be one: resource group, definitions and policies, exemptions, account, blocklists with their
entries, content filters, deployments. Roles and access follow the account.

An exemption has to be there before the write that it excuses, and its scope before it. One at the resource group or
above comes before the account. One at the account comes before it as well where the account exists, for its update; a
new account has to be written first, and then all that is in it waits for the exemption.

A part of which the stack has nothing isn't there, and azure-native's module for it isn't loaded: `authorization` alone
takes a tenth of a second.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi

from modelyard.config.stack import Stack
from modelyard.resources.account import INFERENCE, OPENAI, Account, is_there
from modelyard.resources.blocklist import Blocklists
from modelyard.resources.content_filter import ContentFilters
from modelyard.resources.deployment import Deployments
from modelyard.resources.scopes import Scopes
from modelyard.resources.writes import AccountWrites

ACCOUNT = "account"
"""The scope of an exemption that stands at the account itself."""


class Yard(pulumi.ComponentResource):
    """One account with everything that belongs to it.

    `outputs` are the stack's outputs, an interface: accountId, accountName, endpoint, inferenceEndpoint,
    openaiEndpoint, principalId, deployments, contentFilters and blocklists where the stack has some of its own and,
    only where keys are on, keys (secret).
    """

    def __init__(self, name: str, stack: Stack, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("modelyard:index:Yard", name, {}, opts)
        self._stack = stack
        self._within = pulumi.ResourceOptions(parent=self)
        self._scopes = Scopes(stack)
        self._policies: Mapping[str, pulumi.Output[str]] = {}
        self._account_exempt = False
        account = Account("account", stack, self._govern, self._within)
        if self._policies and self._at_account and not self._account_exempt:
            account.before += self._exempt_account(account.account)
        self._filtering: dict[str, Any] = {}
        deployments = self._in_account(account)
        if stack.access or stack.role_definitions:
            self._give_access(account)
        self.outputs: Mapping[str, Any] = {
            "accountId": account.account.id,
            "accountName": account.account.name,
            "endpoint": account.account.properties.endpoint,
            "inferenceEndpoint": account.endpoint(INFERENCE).apply(lambda url: url and f"{url.rstrip('/')}/models"),
            "openaiEndpoint": account.endpoint(OPENAI),
            "principalId": account.account.identity.apply(lambda identity: identity and identity.principal_id),
            "deployments": deployments.summary,
            **self._filtering,
        }
        if not stack.account.disable_local_auth:
            self.outputs = {**self.outputs, "keys": account.keys()}
        self.register_outputs({"accountName": stack.account.name})

    def _govern(self, group: pulumi.Resource) -> Sequence[pulumi.Resource]:
        """The group's policies and exemptions from them, for the account to wait for."""
        stack, scopes, within = self._stack, self._scopes, self._within
        if not stack.policies and not stack.initiatives:
            return ()
        from modelyard.resources import policy_homes
        from modelyard.resources.policy_assignment import Policies
        from modelyard.resources.policy_definition import PolicyDefinitions
        from modelyard.resources.policy_set_definition import Initiatives

        initiative_homes = policy_homes.of_initiatives(stack)
        definition_homes = policy_homes.of_definitions(stack, initiative_homes)
        definitions = PolicyDefinitions("policy-definitions", stack, definition_homes, scopes, within)
        initiatives = (
            Initiatives("initiatives", stack, initiative_homes, scopes, definitions, within)
            if stack.initiatives
            else None
        )
        if not stack.policies:
            return ()
        policies = Policies("policies", stack, scopes, group, definitions, initiatives, within)
        self._policies = policies.ids
        ruling: list[pulumi.Resource] = [*policies.assignments.values(), *policies.permissions]
        exempt = [*self._exempt("exemptions", [group], of_account=False)]
        if self._at_account and is_there(stack):
            exempt += self._exempt_account(group)
        return [*ruling, *exempt]

    @property
    def _at_account(self) -> bool:
        return any(each.scope == ACCOUNT for each in self._stack.exemptions.values())

    def _exempt_account(self, after: pulumi.Resource) -> Sequence[pulumi.Resource]:
        self._account_exempt = True
        return self._exempt("account-exemptions", [after], of_account=True)

    def _exempt(self, name: str, after: Sequence[pulumi.Resource], *, of_account: bool) -> Sequence[pulumi.Resource]:
        every = self._stack.exemptions.items()
        entries = {key: each for key, each in every if (each.scope == ACCOUNT) is of_account}
        if not entries:
            return ()
        from modelyard.resources.policy_exemption import Exemptions

        return Exemptions(name, self._stack, entries, self._scopes, self._policies, after, self._within).exemptions

    def _in_account(self, account: Account) -> Deployments:
        """The account's children, all of them under its one lock."""
        stack, within = self._stack, self._within
        writes = AccountWrites(stack.account.name)
        entries: Mapping[str, Sequence[pulumi.Resource]] = {}
        filters: Mapping[str, pulumi.Resource] = {}
        if stack.blocklists:
            blocklists = Blocklists("blocklists", stack, account, writes, within)
            entries, self._filtering["blocklists"] = blocklists.lists, blocklists.summary
        if stack.content_filters:
            declared = ContentFilters("content-filters", stack, account, entries, writes, within)
            filters, self._filtering["contentFilters"] = declared.filters, declared.summary
        return Deployments("deployments", stack, account, filters, writes, within)

    def _give_access(self, account: Account) -> None:
        from modelyard.resources.role_assignment import Access
        from modelyard.resources.role_definition import RoleDefinitions

        stack, scopes, within = self._stack, self._scopes, self._within
        roles = (
            RoleDefinitions("role-definitions", stack, scopes, account.resource_group, within)
            if stack.role_definitions
            else None
        )
        if stack.access:
            Access("access", stack, scopes, account, roles, within)
