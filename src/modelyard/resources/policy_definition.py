"""Definitions of Azure Policy that the stack's policies name and that don't exist in Azure by themselves.

They are kept at the subscription, or at the management group they are assigned at, with the stack's name in theirs.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_names import SUBSCRIPTION, shared_name
from modelyard.config.stack import Stack
from modelyard.resources.policy_homes import Homes, group, logical_name
from modelyard.resources.scopes import Scopes, ahead

OWN = "modelyard"


class PolicyDefinitions(pulumi.ComponentResource):
    """Every definition the stack declares. The reference (`team/allowed-models`) is the logical name."""

    def __init__(
        self, name: str, stack: Stack, homes: Homes, scopes: Scopes, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("modelyard:index:PolicyDefinitions", name, {}, opts)
        self._stack = stack.name
        self._scopes = scopes
        self._declared: Mapping[tuple[str, str], pulumi.CustomResource] = {
            (reference, at): self._definition(definition, at)
            for reference, definition in stack.policy_definitions.items()
            for at in homes[reference]
        }
        self.register_outputs({"names": [logical_name(*each) for each in self._declared]})

    def id_of(self, definition: PolicyDefinition, at: str) -> pulumi.Input[str]:
        """The ARM id of a definition, whether the stack declares it `at` that home or it exists."""
        if definition.id:
            return definition.id
        id_ = self._scopes.extension(at, "policyDefinitions", self._named(definition))
        return ahead(self._declared[definition.reference, at], id_)

    def _named(self, definition: PolicyDefinition) -> str:
        kind, _, stem = definition.reference.partition("/")
        return shared_name(self._stack, f"{OWN}-{stem}" if kind == OWN else stem)

    def _definition(self, definition: PolicyDefinition, at: str) -> pulumi.CustomResource:
        written, opts = definition.document, pulumi.ResourceOptions(parent=self)
        inputs: dict[str, Any] = {
            "policy_definition_name": self._named(definition),
            "policy_type": "Custom",
            "mode": definition.mode,
            "display_name": written.get("displayName"),
            "description": written.get("description"),
            "metadata": written.get("metadata"),
            "parameters": {name: parameter(each) for name, each in written.get("parameters", {}).items()} or None,
            "policy_rule": written["policyRule"],
        }
        name = logical_name(definition.reference, at)
        if at == SUBSCRIPTION:
            return authorization.PolicyDefinition(name, **inputs, opts=opts)
        return authorization.PolicyDefinitionAtManagementGroup(name, **inputs, management_group_id=group(at), opts=opts)


def parameter(written: Mapping[str, Any]) -> authorization.ParameterDefinitionsValueArgs:
    """A parameter as azure-native takes it."""
    metadata = written.get("metadata")
    return authorization.ParameterDefinitionsValueArgs(
        type=written["type"],
        allowed_values=written.get("allowedValues"),
        default_value=written.get("defaultValue"),
        schema=written.get("schema"),
        metadata=authorization.ParameterDefinitionsValueMetadataArgs(
            display_name=metadata.get("displayName"),
            description=metadata.get("description"),
            strong_type=metadata.get("strongType"),
            assign_permissions=metadata.get("assignPermissions"),
        )
        if metadata
        else None,
    )
