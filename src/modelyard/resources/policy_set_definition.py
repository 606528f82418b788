"""Initiatives: definitions that are assigned together, kept where their definitions are, the stack's name in theirs."""

from modelyard.arm.json_path import ArmDocument
from modelyard.config.policy_names import SUBSCRIPTION, shared_name
from modelyard.config.policy_set_definition import DefinitionReference, PolicySetDefinition
from modelyard.config.stack import Stack
from modelyard.resources import policy_definition
from modelyard.resources.resource import Component, Concern, Reference, Resource, present, row
from modelyard.resources.scopes import DefinitionHomes, Scopes, logical_name

COMPONENT = Component("Initiatives", "initiatives")
GROUP = ("name", "displayName", "category", "description")
"""What azure-native takes of a group of definitions: a heading, such as a control of a framework."""


def concern(stack: Stack, homes: DefinitionHomes, scopes: Scopes, definitions: Concern) -> Concern:
    """Every initiative of a stack by its key, one that comes with Modelyard by its reference, and home."""
    return Concern(
        COMPONENT,
        {
            (key, at): Resource(
                component=COMPONENT,
                row=row("authorization:" + ("PolicySetDefinition" + "AtManagementGroup" * (at != SUBSCRIPTION))),
                name=logical_name(key, at),
                parameters=policy_definition.located(at, "policySetDefinitionName", _named(stack, key)),
                body={"properties": _properties(initiative, at, scopes, definitions)},
            )
            for key, initiative in stack.initiatives.items()
            for at in homes[key]
        },
    )


def id_of(key: str, at: str, declared: Concern, scopes: Scopes) -> Reference:
    """The ARM id of an initiative of the stack, `at` that home."""
    id_ = scopes.extension(at, "policySetDefinitions", _named(scopes.stack, key))
    return Reference(declared.resources[key, at], value=id_)


def _named(stack: Stack, key: str) -> str:
    return shared_name(stack.name, key.replace("/", "-"))


def _properties(initiative: PolicySetDefinition, at: str, scopes: Scopes, definitions: Concern) -> ArmDocument:
    written = initiative.document
    groups = [present({name: each.get(name) for name in GROUP}) for each in written.get("policyDefinitionGroups", ())]
    return present(
        {
            "policyType": "Custom",
            "displayName": initiative.display_name,
            "description": initiative.description,
            "metadata": written.get("metadata"),
            "parameters": policy_definition.parameters(written.get("parameters", {})),
            "policyDefinitionGroups": groups or None,
            "policyDefinitions": [_reference(member, at, scopes, definitions) for member in initiative.members],
        }
    )


def _reference(member: DefinitionReference, at: str, scopes: Scopes, definitions: Concern) -> ArmDocument:
    return present(
        {
            "policyDefinitionId": policy_definition.id_of(member.definition, at, definitions, scopes),
            "policyDefinitionReferenceId": member.reference_id,
            "parameters": {name: {"value": value} for name, value in member.parameters.items()},
            "groupNames": list(member.groups) or None,
        }
    )
