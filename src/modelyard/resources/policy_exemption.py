"""Exemptions from the stack's policies: on its account, its resource group, or on what other stacks share."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from modelyard.arm.json_path import ArmDocument
from modelyard.config.policy_exemption import PolicyExemption
from modelyard.config.policy_names import exemption_name
from modelyard.config.stack import Stack
from modelyard.resources.resource import Component, Concern, Reference, Resource, dumped, present, row
from modelyard.resources.scopes import Scopes


def concern(
    component: Component,
    stack: Stack,
    entries: Mapping[str, PolicyExemption],
    scopes: Scopes,
    policies: Mapping[str, Reference],
    after: Sequence[Resource],
) -> Concern:
    """Some entries of `exemptions`. What comes before and after them is the graph's to say."""
    return Concern(
        component,
        {
            key: Resource(
                component=component,
                row=row("authorization:PolicyExemption"),
                name=key,
                parameters={
                    "scope": scopes.id(entry.scope),
                    "policyExemptionName": exemption_name(stack.name, key, entry.scope),
                },
                body={"properties": _properties(entry, policies[entry.policy])},
                depends_on=tuple(after),
                # Azure lets no exemption be pointed at another assignment; its name is fixed.
                replace_on_changes=("policyAssignmentId",),
                delete_before_replace=True,
            )
            for key, entry in entries.items()
        },
    )


def utc(moment: datetime) -> str:
    """A moment as ARM writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _properties(entry: PolicyExemption, assignment: Reference) -> ArmDocument:
    return present(
        {
            "policyAssignmentId": assignment,
            "exemptionCategory": entry.category,
            "expiresOn": utc(entry.expires_at) if entry.expires_at else None,
            "policyDefinitionReferenceIds": list(entry.reference_ids) or None,
            "resourceSelectors": [dumped(each) for each in entry.resource_selectors] or None,
            "displayName": entry.display_name,
            "description": entry.description,
        }
    )
