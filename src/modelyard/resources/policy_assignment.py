"""Policies put to work. An assignment is there before the account is, so that it rules all that the stack declares.

Azure takes some minutes until a new assignment is enforced everywhere; a first `up` may be faster than that, and then
the next evaluation reports what slipped through.
"""

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import authorization

from modelyard.config.identity import PolicyIdentity
from modelyard.config.policy_assignment import PolicyAssignment
from modelyard.config.policy_names import assignment_name, home
from modelyard.config.stack import Stack
from modelyard.resources.policy_definition import PolicyDefinitions
from modelyard.resources.policy_selectors import overrides, resource_selectors
from modelyard.resources.policy_set_definition import Initiatives
from modelyard.resources.scopes import Scopes, ahead


class Policies(pulumi.ComponentResource):
    """Every entry of `policies`. On the resource group the key is the name, elsewhere the stack's name is in it too.

    One whose effect changes or deploys something gets an identity, and that the roles which the definition asks for. An
    identity that is there already gets none: several assignments may share it, and nobody has a role twice.
    """

    def __init__(
        self,
        name: str,
        stack: Stack,
        scopes: Scopes,
        group: pulumi.Resource,
        definitions: PolicyDefinitions,
        initiatives: Initiatives | None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("modelyard:index:Policies", name, {}, opts)
        self.assignments: Mapping[str, authorization.PolicyAssignment] = {
            key: self._assignment(key, entry, stack, scopes, group, _definition_id(entry, definitions, initiatives))
            for key, entry in stack.policies.items()
        }
        self.permissions = [
            self._permission(key, _name(stack, key), role, entry, scopes)
            for key, entry in stack.policies.items()
            for role in (entry.roles if _has_its_own(entry) else ())
        ]
        self.ids: Mapping[str, pulumi.Output[str]] = {
            key: ahead(each, scopes.extension(stack.policies[key].scope, "policyAssignments", _name(stack, key)))
            for key, each in self.assignments.items()
        }
        self.register_outputs({"names": list(self.assignments)})

    def _assignment(
        self,
        key: str,
        entry: PolicyAssignment,
        stack: Stack,
        scopes: Scopes,
        group: pulumi.Resource,
        definition_id: pulumi.Input[str],
    ) -> authorization.PolicyAssignment:
        return authorization.PolicyAssignment(
            key,
            scope=scopes.id(entry.scope),
            policy_assignment_name=_name(stack, key),
            policy_definition_id=definition_id,
            parameters={
                name: authorization.ParameterValuesValueArgs(value=value) for name, value in entry.parameters.items()
            },
            enforcement_mode=entry.enforcement_mode,
            not_scopes=list(entry.not_scopes) or None,
            resource_selectors=resource_selectors(entry.resource_selectors),
            overrides=overrides(entry.overrides),
            non_compliance_messages=[authorization.NonComplianceMessageArgs(message=entry.non_compliance_message)]
            if entry.non_compliance_message
            else None,
            display_name=entry.display_name,
            description=entry.description,
            identity=_identity(entry),
            location=stack.location,
            metadata={"assignedBy": f"Modelyard, stack {stack.name}"},
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[group],
                # Azure answers 400 to a change of either; the name is fixed, so the old one has to go first.
                replace_on_changes=["location", "policyDefinitionId"],
                delete_before_replace=True,
            ),
        )

    def _permission(
        self, key: str, name: str, role: str, entry: PolicyAssignment, scopes: Scopes
    ) -> authorization.RoleAssignment:
        assignment = self.assignments[key]
        return authorization.RoleAssignment(
            f"{key}/{role}",
            scope=scopes.id(entry.scope),
            # The identity is known only once the assignment is there, and a name must be known before: so the
            # assignment's name is in it, not its principal. That name has the stack's in it wherever others meet.
            role_assignment_name=scopes.guid(entry.scope, "policy", name, role),
            principal_id=assignment.identity.apply(lambda identity: identity.principal_id if identity else ""),
            principal_type="ServicePrincipal",
            role_definition_id=scopes.role_definition(role, entry.scope),
            description=f"For remediations of the policy {key}",
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )


def _has_its_own(entry: PolicyAssignment) -> bool:
    return entry.remediates and (entry.identity is None or entry.identity.type == "SystemAssigned")


def _identity(entry: PolicyAssignment) -> authorization.IdentityArgs | None:
    if entry.identity is None and not entry.remediates:
        return None
    wanted = entry.identity or PolicyIdentity()
    return authorization.IdentityArgs(
        type=authorization.ResourceIdentityType(wanted.type),
        user_assigned_identities=list(wanted.user_assigned_identities) or None,
    )


def _name(stack: Stack, key: str) -> str:
    return assignment_name(stack.name, key, stack.policies[key].scope)


def _definition_id(
    entry: PolicyAssignment, definitions: PolicyDefinitions, initiatives: Initiatives | None
) -> pulumi.Input[str]:
    if entry.definition is not None:
        return definitions.id_of(entry.definition, home(entry.scope))
    if initiatives is None or entry.initiative is None:  # the configuration has refused such an entry
        raise ValueError("a policy assigns a definition or an initiative of the stack")
    return initiatives.id_of(entry.initiative, home(entry.scope))
