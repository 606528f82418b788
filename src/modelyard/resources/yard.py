"""The interpreter of the graph: registers what a stack declares with azure-native's own classes.

azure-native's module for a type is loaded when a resource of it is met: `authorization` alone takes 0.1 s.
"""

import importlib
import re
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import Any

import pulumi

from modelyard.arm.json_path import surface, with_value
from modelyard.catalog import regions
from modelyard.config.secret import Secret
from modelyard.config.stack import Stack
from modelyard.resources import blocklist, content_filter, deployment
from modelyard.resources.graph import at_scopes, concerns, exempts_account
from modelyard.resources.program import destination
from modelyard.resources.resource import YARD, Component, Reference, Resource
from modelyard.resources.write_lock import AccountWrites

# The names ARM gives the account's endpoints in its reply (captured replies; azure-sdk recordings show the same).
INFERENCE = "Azure AI Model Inference API"
OPENAI = "OpenAI Language Model Instance API"

MISSING = re.compile(r"\b404\b|NotFound")
"""In the words of an invoke about what isn't there: ResourceNotFound, ResourceGroupNotFound."""

CAPITAL = re.compile(r"(?=[A-Z])")


class Yard(pulumi.ComponentResource):
    """One account with everything that belongs to it.

    `outputs` are the stack's outputs, an interface: accountId, accountName, endpoint, inferenceEndpoint,
    openaiEndpoint, principalId, deployments, contentFilters and blocklists where the stack has some of its own and,
    only where keys are on, keys (secret).
    """

    def __init__(self, name: str, stack: Stack, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(YARD.token, name, {}, opts)
        self._stack = stack
        self._components: dict[Component, pulumi.ComponentResource] = {}
        self._registered: dict[Resource, Any] = {}  # typed by azure-native's class of each
        self._writes = AccountWrites(stack.account.name)
        whole = at_scopes(stack) or bool(stack.existing)
        self._subscription_id = subscription_id = stack.subscription_id or (_subscription_id() if whole else "")
        exists = exempts_account(stack) and _account_exists(stack)
        for concern in concerns(stack, subscription_id, account_exists=exists):
            parent = self._component(concern.component)
            for resource in concern.resources.values():
                self._registered[resource] = self._register(resource, parent)
        for component, group in self._components.items():
            group.register_outputs({"names": [each.name for each in self._registered if each.component == component]})
        self.outputs: Mapping[str, Any] = self._outputs()
        # So that an export tells where it was written: a rehearsal has the stack's own subscription in all its ids.
        self.register_outputs({"accountName": stack.account.name, "target": destination()})

    def _component(self, component: Component) -> pulumi.ComponentResource:
        if component not in self._components:
            options = pulumi.ResourceOptions(parent=self)
            self._components[component] = pulumi.ComponentResource(component.token, component.name, {}, options)
        return self._components[component]

    def _register(self, resource: Resource, parent: pulumi.ComponentResource) -> Any:
        _, module, kind = resource.row.token.split(":")
        declare = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), kind)
        if resource.existing:
            depends_on = [self._registered[each] for each in resource.depends_on]
            found = pulumi.ResourceOptions(parent=parent, depends_on=depends_on)
            return declare.get(resource.name, resource.id(self._subscription_id), opts=found)
        written = self._value(resource.inputs())
        # azure-native doesn't know everything that is secret; ARM's replies don't have it, so inputs are all there is.
        for place in surface(resource.row, resource.row.secret):
            written = with_value(written, place, pulumi.Output.secret)
        inputs = {_python_name(name): value for name, value in written.items()}
        options = pulumi.ResourceOptions(
            parent=parent,
            depends_on=[self._registered[each] for each in resource.depends_on],
            deleted_with=self._registered[resource.deleted_with] if resource.deleted_with else None,
            hooks=self._writes.hooks if resource.serialised else None,
            replace_on_changes=list(resource.replace_on_changes) or None,
            delete_before_replace=resource.delete_before_replace or None,
        )
        return declare(resource.name, **inputs, opts=options)

    def _value(self, value: Any) -> Any:
        """A value of the graph as Pulumi takes it: a reference becomes an output of the resource it names."""
        if isinstance(value, Reference):
            return self._output(value)
        if isinstance(value, Secret):
            return pulumi.Output.secret(value.reveal())
        if isinstance(value, dict):
            return {name: self._value(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self._value(each) for each in value]
        return value

    def _output(self, reference: Reference) -> pulumi.Output[str]:
        """What is known ahead is known to a first preview too, so that nothing about policies is undecided there."""
        target = self._registered[reference.resource]
        if reference.value is not None:
            return pulumi.Output.all(target.urn, reference.value).apply(lambda found: str(found[1]))
        head, *rest = map(_python_name, reference.place.split("."))
        found: pulumi.Output[str] = getattr(target, head).apply(partial(_member, rest))
        return found

    @cached_property
    def _account(self) -> Any:
        return next(each for each in self._registered.values() if type(each).__name__ == "Account")

    def _outputs(self) -> Mapping[str, Any]:
        account, stack = self._account, self._stack
        outputs = {
            "accountId": account.id,
            "accountName": account.name,
            "endpoint": account.properties.endpoint,
            "inferenceEndpoint": self._endpoint(INFERENCE).apply(lambda url: url and f"{url.rstrip('/')}/models"),
            "openaiEndpoint": self._endpoint(OPENAI),
            "principalId": account.identity.apply(lambda identity: identity and identity.principal_id),
            "deployments": self._summaries(deployment.COMPONENT, stack.deployments, deployment.summarise),
        }
        if stack.blocklists:
            outputs["blocklists"] = {key: blocklist.summarise(each) for key, each in stack.blocklists.items()}
        if stack.content_filters:
            outputs["contentFilters"] = self._summaries(
                content_filter.COMPONENT,
                stack.content_filters,
                lambda written, _properties: content_filter.summarise(written),
            )
        if not stack.account.disable_local_auth:
            outputs["keys"] = self._keys()
        return outputs

    def _summaries(
        self, component: Component, written: Mapping[str, Any], summarise: Callable[[Any, Any], dict[str, Any]]
    ) -> Mapping[str, pulumi.Output[dict[str, Any]]]:
        """What clients and smoke tests need to know of each entry, once it is there: a refused one isn't told."""
        found = {each.name: registered for each, registered in self._registered.items() if each.component == component}
        return {key: found[key].properties.apply(partial(summarise, each)) for key, each in written.items()}

    def _endpoint(self, name: str) -> pulumi.Output[str | None]:
        """The URL that ARM's reply gives under this name; None where the reply has no such endpoint."""
        found: pulumi.Output[str | None] = self._account.properties.apply(
            lambda properties: (properties.endpoints or {}).get(name)
        )
        return found

    def _keys(self) -> pulumi.Output[dict[str, str | None] | None]:
        """Both keys, as a secret; None where Azure says that keys are off after all, as a policy may have it.

        ARM refuses the question while keys are off. So it waits for what ARM says of the account, which a preview that
        is about to switch keys on doesn't know yet.
        """
        from pulumi_azure_native import cognitiveservices

        def ask(properties: Any) -> Any:
            if properties.disable_local_auth:
                return None
            reply = cognitiveservices.list_account_keys_output(
                account_name=self._account.name, resource_group_name=self._stack.account.resource_group
            )
            return reply.apply(lambda keys: {"key1": keys.key1, "key2": keys.key2})

        return pulumi.Output.secret(self._account.properties.apply(ask))


def _subscription_id() -> str:
    """The subscription of the login, where the stack file leaves it to that."""
    from pulumi_azure_native import authorization

    return authorization.get_client_config().subscription_id


def _account_exists(stack: Stack) -> bool:
    """Whether the account exists now, in the stack's region; asked of ARM. One in another region is to be replaced."""
    from pulumi_azure_native import cognitiveservices

    account = stack.account
    try:
        found = cognitiveservices.get_account(account_name=account.name, resource_group_name=account.resource_group)
    except Exception as refused:  # an invoke that fails has no class of its own
        if MISSING.search(str(refused)):
            return False
        raise
    return regions.normal(found.location or "") == regions.normal(stack.location)


def _python_name(name: str) -> str:
    """`resourceGroupName` as azure-native's Python classes have it: `resource_group_name`."""
    return CAPITAL.sub("_", name).lower()


def _member(names: list[str], value: Any) -> Any:
    for name in names:
        value = None if value is None else getattr(value, name)
    return "" if value is None else value
