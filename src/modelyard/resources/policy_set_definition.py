"""Initiatives: definitions that are assigned together, kept at the subscription with the stack's name in theirs."""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_names import shared_name
from modelyard.config.stack import Stack
from modelyard.resources.policy_definition import PolicyDefinitions


class Initiatives(pulumi.ComponentResource):
    """Every initiative of a stack, by its key."""

    def __init__(
        self, name: str, stack: Stack, definitions: PolicyDefinitions, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("modelyard:index:Initiatives", name, {}, opts)
        self.initiatives: Mapping[str, authorization.PolicySetDefinition] = {
            key: authorization.PolicySetDefinition(
                key,
                policy_set_definition_name=shared_name(stack.name, key),
                policy_type="Custom",
                display_name=initiative.display_name,
                description=initiative.description,
                policy_definitions=[
                    authorization.PolicyDefinitionReferenceArgs(
                        policy_definition_id=definitions.id_of(member.definition),
                        policy_definition_reference_id=member.reference_id,
                        parameters={
                            name: authorization.ParameterValuesValueArgs(value=value)
                            for name, value in member.parameters.items()
                        },
                    )
                    for member in initiative.members
                ],
                opts=pulumi.ResourceOptions(parent=self),
            )
            for key, initiative in stack.initiatives.items()
        }
        self.register_outputs({"names": list(self.initiatives)})
