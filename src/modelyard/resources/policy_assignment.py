"""Policies put to work. An assignment is there before the account is, so that it rules all that the stack declares.

Azure takes some minutes until a new assignment is enforced everywhere; a first `up` may be faster than that, and then
the next evaluation reports what slipped through.
"""

from collections.abc import Mapping

from modelyard.arm.json_path import ArmDocument
from modelyard.config.policy_assignment import PolicyAssignment, PolicyIdentity
from modelyard.config.policy_names import assignment_name
from modelyard.config.policy_selectors import WrittenOverride
from modelyard.config.stack import Stack
from modelyard.resources.account import identity
from modelyard.resources.resource import Component, Concern, Reference, Resource, dumped, present, row
from modelyard.resources.scopes import Scopes

COMPONENT = Component("Policies", "policies")


def concern(stack: Stack, scopes: Scopes, group: Resource, assigned: Mapping[str, str | Reference]) -> Concern:
    """Every entry of `policies`. On the resource group the key is the name, elsewhere the stack's name is in it too.

    One whose effect changes or deploys something gets an identity, and that the roles which the definition asks for. An
    identity that is there already gets none: several assignments may share it, and nobody has a role twice.

    `assigned` are the ids of what is assigned, by key.
    """
    assignments = {
        key: _assignment(key, entry, stack, scopes, group, assigned[key]) for key, entry in stack.policies.items()
    }
    permissions = {
        f"{key}/{role}": _permission(assignments[key], key, role, entry, scopes)
        for key, entry in stack.policies.items()
        for role in (entry.roles if _has_its_own(entry) else ())
    }
    return Concern(COMPONENT, {**assignments, **permissions})


def ids(stack: Stack, scopes: Scopes, policies: Concern) -> Mapping[str, Reference]:
    """The ids of the assignments by key."""
    return {
        key: Reference(
            policies.resources[key], value=scopes.extension(entry.scope, "policyAssignments", _name(stack, key))
        )
        for key, entry in stack.policies.items()
    }


def _assignment(
    key: str, entry: PolicyAssignment, stack: Stack, scopes: Scopes, group: Resource, assigned: str | Reference
) -> Resource:
    body: ArmDocument = {
        "location": stack.location,
        "identity": _identity(entry),
        "properties": _properties(entry, stack, assigned),
    }
    return Resource(
        component=COMPONENT,
        row=row("authorization:PolicyAssignment"),
        name=key,
        parameters={"scope": scopes.id(entry.scope), "policyAssignmentName": _name(stack, key)},
        body=present(body),
        depends_on=(group,),
        # Azure answers 400 to a change of either; the name is fixed, so the old one has to go first.
        replace_on_changes=("location", "policyDefinitionId"),
        delete_before_replace=True,
    )


def _properties(entry: PolicyAssignment, stack: Stack, assigned: str | Reference) -> ArmDocument:
    return present(
        {
            "policyDefinitionId": assigned,
            "parameters": {name: {"value": value} for name, value in entry.parameters.items()},
            "enforcementMode": entry.enforcement_mode,
            "notScopes": list(entry.not_scopes) or None,
            "resourceSelectors": [dumped(each) for each in entry.resource_selectors] or None,
            "overrides": [_override(each) for each in entry.overrides] or None,
            "nonComplianceMessages": [{"message": entry.non_compliance_message}]
            if entry.non_compliance_message
            else None,
            "displayName": entry.display_name,
            "description": entry.description,
            "metadata": {"assignedBy": f"Modelyard, stack {stack.name}"},
        }
    )


def _override(written: WrittenOverride) -> ArmDocument:
    document = dumped(written)
    return present({**document, "selectors": document["selectors"] or None})


def _permission(assignment: Resource, key: str, role: str, entry: PolicyAssignment, scopes: Scopes) -> Resource:
    name = assignment.parameters["policyAssignmentName"]
    return Resource(
        component=COMPONENT,
        row=row("authorization:RoleAssignment"),
        name=f"{key}/{role}",
        parameters={
            "scope": scopes.id(entry.scope),
            # The identity is known only once the assignment is there, and a name must be known before: so the
            # assignment's name is in it, not its principal. That name has the stack's in it wherever others meet.
            "roleAssignmentName": scopes.guid(entry.scope, "policy", name, role),
        },
        body={
            "properties": {
                "principalId": Reference(assignment, "identity.principalId"),
                "principalType": "ServicePrincipal",
                "roleDefinitionId": scopes.role_definition(role, entry.scope),
                "description": f"For remediations of the policy {key}",
            }
        },
        delete_before_replace=True,
    )


def _has_its_own(entry: PolicyAssignment) -> bool:
    return entry.remediates and (entry.identity is None or entry.identity.type == "SystemAssigned")


def _identity(entry: PolicyAssignment) -> ArmDocument | None:
    if entry.identity is None and not entry.remediates:
        return None
    return identity(entry.identity or PolicyIdentity())


def _name(stack: Stack, key: str) -> str:
    return assignment_name(stack.name, key, stack.policies[key].scope)
