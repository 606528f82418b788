"""Exemptions from the stack's policies: on its account, its resource group, or on what other stacks share."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_exemption import PolicyExemption
from modelyard.config.policy_names import exemption_name
from modelyard.config.stack import Stack
from modelyard.resources.policy_selectors import resource_selectors
from modelyard.resources.scopes import Scopes


class Exemptions(pulumi.ComponentResource):
    """Some entries of `exemptions`. What comes before and after them is the stack's to say (`resources.yard`)."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        entries: Mapping[str, PolicyExemption],
        scopes: Scopes,
        policies: Mapping[str, pulumi.Output[str]],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Exemptions", name, {}, opts)
        self.exemptions = [
            authorization.PolicyExemption(
                key,
                scope=scopes.id(entry.scope),
                policy_exemption_name=exemption_name(stack.name, key, entry.scope),
                policy_assignment_id=policies[entry.policy],
                exemption_category=entry.category,
                expires_on=utc(entry.expires_at) if entry.expires_at else None,
                policy_definition_reference_ids=list(entry.reference_ids) or None,
                resource_selectors=resource_selectors(entry.resource_selectors),
                display_name=entry.display_name,
                description=entry.description,
                opts=pulumi.ResourceOptions(
                    parent=self,
                    depends_on=list(after),
                    # Azure lets no exemption be pointed at another assignment; its name is fixed.
                    replace_on_changes=["policyAssignmentId"],
                    delete_before_replace=True,
                ),
            )
            for key, entry in entries.items()
        ]
        self.register_outputs({"count": len(self.exemptions)})


def utc(moment: datetime) -> str:
    """A moment as ARM writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
