"""Exemptions from the stack's policies, on its resource group or on its account."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.policy_exemption import PolicyExemption
from modelyard.config.stack import Stack
from modelyard.resources.scopes import Scopes


class Exemptions(pulumi.ComponentResource):
    """The entries of `exemptions` with one scope: those of the group come before the account, those of it after."""

    def __init__(
        self,
        name: str,
        stack: Stack,
        scope: str,
        scopes: Scopes,
        policies: Mapping[str, pulumi.Output[str]],
        after: Sequence[pulumi.Resource],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Exemptions", name, {}, opts)
        self.exemptions = [
            authorization.PolicyExemption(
                key,
                scope=scopes.id(scope),
                policy_exemption_name=key,
                policy_assignment_id=policies[entry.policy],
                exemption_category=entry.category,
                expires_on=utc(entry.expires_at) if entry.expires_at else None,
                policy_definition_reference_ids=list(entry.reference_ids) or None,
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
            for key, entry in with_scope(stack, scope).items()
        ]
        self.register_outputs({"count": len(self.exemptions)})


def with_scope(stack: Stack, scope: str) -> dict[str, PolicyExemption]:
    """The entries that apply there."""
    return {key: entry for key, entry in stack.exemptions.items() if entry.scope == scope}


def utc(moment: datetime) -> str:
    """A moment as ARM writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
