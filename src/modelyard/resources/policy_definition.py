"""Definitions of Azure Policy that the stack's policies name and that don't exist in Azure by themselves.

They are kept at the subscription, where assignments to the resource group find them, with the stack's name in theirs.
"""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_names import shared_name
from modelyard.config.stack import Stack
from modelyard.resources.scopes import Scopes, ahead

OWN = "modelyard"


class PolicyDefinitions(pulumi.ComponentResource):
    """Every definition the stack declares. The reference (`team/allowed-models`) is the logical name."""

    def __init__(self, name: str, stack: Stack, scopes: Scopes, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("modelyard:index:PolicyDefinitions", name, {}, opts)
        self._stack = stack.name
        self._scopes = scopes
        self._declared: Mapping[str, authorization.PolicyDefinition] = {
            reference: self._definition(definition) for reference, definition in stack.policy_definitions.items()
        }
        self.register_outputs({"names": list(self._declared)})

    def id_of(self, definition: PolicyDefinition) -> pulumi.Input[str]:
        """The ARM id of a definition, whether the stack declares it or it exists."""
        if definition.id:
            return definition.id
        name = self._named(definition)
        return ahead(self._declared[definition.reference], self._scopes.shared("policyDefinitions", name))

    def _named(self, definition: PolicyDefinition) -> str:
        kind, _, stem = definition.reference.partition("/")
        return shared_name(self._stack, f"{OWN}-{stem}" if kind == OWN else stem)

    def _definition(self, definition: PolicyDefinition) -> authorization.PolicyDefinition:
        written = definition.document
        return authorization.PolicyDefinition(
            definition.reference,
            policy_definition_name=self._named(definition),
            policy_type="Custom",
            mode=definition.mode,
            display_name=written.get("displayName"),
            description=written.get("description"),
            metadata=written.get("metadata"),
            parameters={name: parameter(each) for name, each in written.get("parameters", {}).items()} or None,
            policy_rule=written["policyRule"],
            opts=pulumi.ResourceOptions(parent=self),
        )


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
