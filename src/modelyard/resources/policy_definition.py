"""Definitions of Azure Policy that the stack's policies name and that don't exist in Azure by themselves.

They are kept at the subscription, or at the management group they are assigned at, with the stack's name in theirs.
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.config.policy_definition import PolicyDefinition
from modelyard.config.policy_names import SUBSCRIPTION, shared_name
from modelyard.config.stack import Stack
from modelyard.policy.documents.written_definition import ParameterValues
from modelyard.resources.resource import Component, Concern, Reference, Resource, present, row
from modelyard.resources.scopes import DefinitionHomes, Scopes, group, logical_name

COMPONENT = Component("PolicyDefinitions", "policy-definitions")
OWN = "modelyard"
METADATA = ("displayName", "description", "strongType", "assignPermissions")
"""What azure-native takes of a parameter's metadata."""


def concern(stack: Stack, homes: DefinitionHomes) -> Concern:
    """Every definition that the stack declares, by reference (`team/allowed-models`, its logical name) and home."""
    return Concern(
        COMPONENT,
        {
            (reference, at): Resource(
                component=COMPONENT,
                row=row("authorization:" + ("PolicyDefinition" + "AtManagementGroup" * (at != SUBSCRIPTION))),
                name=logical_name(reference, at),
                parameters=located(at, "policyDefinitionName", _named(stack, definition)),
                body={"properties": _properties(definition)},
            )
            for reference, definition in stack.policy_definitions.items()
            for at in homes[reference]
        },
    )


def id_of(definition: PolicyDefinition, at: str, declared: Concern, scopes: Scopes) -> str | Reference:
    """The ARM id of a definition, whether the stack declares it `at` that home or it exists."""
    if definition.id:
        return definition.id
    id_ = scopes.extension(at, "policyDefinitions", _named(scopes.stack, definition))
    return Reference(declared.resources[definition.reference, at], value=id_)


def located(at: str, parameter: str, name: str) -> Mapping[str, str]:
    """The URL parameters of what is kept at the subscription or at a management group."""
    return {parameter: name} if at == SUBSCRIPTION else {"managementGroupId": group(at), parameter: name}


def parameters(written: ParameterValues) -> ArmDocument | None:
    """Declared parameters as azure-native takes them; None without any."""
    return {name: _parameter(each) for name, each in written.items()} or None


def _parameter(written: Mapping[str, Any]) -> ArmDocument:
    metadata = written.get("metadata") or {}
    return present(
        {
            "type": written["type"],
            "allowedValues": written.get("allowedValues"),
            "defaultValue": written.get("defaultValue"),
            "schema": written.get("schema"),
            "metadata": present({name: metadata.get(name) for name in METADATA}) if metadata else None,
        }
    )


def _named(stack: Stack, definition: PolicyDefinition) -> str:
    kind, _, stem = definition.reference.partition("/")
    return shared_name(stack.name, f"{OWN}-{stem}" if kind == OWN else stem)


def _properties(definition: PolicyDefinition) -> ArmDocument:
    written = definition.document
    return present(
        {
            "policyType": "Custom",
            "mode": definition.mode,
            "displayName": written.get("displayName"),
            "description": written.get("description"),
            "metadata": written.get("metadata"),
            "parameters": parameters(written.get("parameters", {})),
            "policyRule": written["policyRule"],
        }
    )
