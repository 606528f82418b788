"""Initiatives: definitions that are assigned together, kept where their definitions are, the stack's name in theirs."""

from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_names import SUBSCRIPTION, shared_name
from modelyard.config.policy_set_definition import Member, PolicySetDefinition
from modelyard.config.stack import Stack
from modelyard.resources.policy_definition import PolicyDefinitions, parameter
from modelyard.resources.policy_homes import Homes, group, logical_name
from modelyard.resources.scopes import Scopes, ahead


class Initiatives(pulumi.ComponentResource):
    """Every initiative of a stack, by its key; one that comes with Modelyard by its reference."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        homes: Homes,
        scopes: Scopes,
        definitions: PolicyDefinitions,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Initiatives", name, {}, opts)
        self._stack = stack.name
        self._scopes = scopes
        self._declared: Mapping[tuple[str, str], pulumi.CustomResource] = {
            (key, at): self._initiative(key, initiative, at, definitions)
            for key, initiative in stack.initiatives.items()
            for at in homes[key]
        }
        self.register_outputs({"names": [logical_name(*each) for each in self._declared]})

    def id_of(self, key: str, at: str) -> pulumi.Output[str]:
        """The ARM id of an initiative of the stack, `at` that home."""
        id_ = self._scopes.extension(at, "policySetDefinitions", self._named(key))
        return ahead(self._declared[key, at], id_)

    def _named(self, key: str) -> str:
        return shared_name(self._stack, key.replace("/", "-"))

    def _initiative(
        self, key: str, initiative: PolicySetDefinition, at: str, definitions: PolicyDefinitions
    ) -> pulumi.CustomResource:
        written, opts = initiative.document, pulumi.ResourceOptions(parent=self)
        inputs: dict[str, Any] = {
            "policy_set_definition_name": self._named(key),
            "policy_type": "Custom",
            "display_name": initiative.display_name,
            "description": initiative.description,
            "metadata": written.get("metadata"),
            "parameters": {each: parameter(one) for each, one in written.get("parameters", {}).items()} or None,
            "policy_definition_groups": [_group(each) for each in written.get("policyDefinitionGroups", ())] or None,
            "policy_definitions": [_reference(member, at, definitions) for member in initiative.members],
        }
        name = logical_name(key, at)
        if at == SUBSCRIPTION:
            return authorization.PolicySetDefinition(name, **inputs, opts=opts)
        return authorization.PolicySetDefinitionAtManagementGroup(
            name, **inputs, management_group_id=group(at), opts=opts
        )


def _group(written: Mapping[str, str]) -> authorization.PolicyDefinitionGroupArgs:
    """A heading under which reports of compliance show members, such as a control of a framework."""
    return authorization.PolicyDefinitionGroupArgs(
        name=written["name"],
        display_name=written.get("displayName"),
        category=written.get("category"),
        description=written.get("description"),
    )


def _reference(member: Member, at: str, definitions: PolicyDefinitions) -> authorization.PolicyDefinitionReferenceArgs:
    return authorization.PolicyDefinitionReferenceArgs(
        policy_definition_id=definitions.id_of(member.definition, at),
        policy_definition_reference_id=member.reference_id,
        parameters={
            name: authorization.ParameterValuesValueArgs(value=value) for name, value in member.parameters.items()
        },
        group_names=list(member.groups) or None,
    )
