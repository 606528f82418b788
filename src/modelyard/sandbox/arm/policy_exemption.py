"""Policy exemptions: an assignment, or some members of it, that doesn't count on a scope until a time.

Whoever writes one must be allowed to exempt from the assignment (Microsoft docs, exemption-structure, A).
"""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import POLICY_EXEMPTION
from modelyard.policy.documents.exemption import Exemption
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.failures import PolicyFailure
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, policy_kinds, scope
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import OBJECT, Form
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.scope import scope_of, scoped_routes
from modelyard.sandbox.policy import documents
from modelyard.sandbox.store import Document

PROPERTIES: Mapping[str, Form] = {
    "assignmentScopeValidation": str,
    "description": str,
    "displayName": str,
    "exemptionCategory": str,
    "expiresOn": str,
    "metadata": OBJECT,
    "policyAssignmentId": str,
    "policyDefinitionReferenceIds": [str],
    "resourceSelectors": policy_kinds.RESOURCE_SELECTORS,
}
EXEMPT = "Microsoft.Authorization/policyAssignments/exempt/action"


def _check(change: ResourceChange) -> None:
    call, wanted = change.call, change.properties
    policy_kinds.check_name(change)
    scope.check(call, scope_of(call))
    try:
        exemption = Exemption.load({"id": change.id, "name": change.name, "properties": wanted})
    except PolicyFailure as failure:
        raise refuse("bad-exemption-request", name=change.name, reason=f"{policy_kinds.told(failure)}.") from None
    before = change.was("properties", "policyAssignmentId")
    if before and before.lower() != exemption.assignment_id.lower():
        raise refuse("exemption-fixed", name=change.name)
    assignment = documents.document(call.azure, exemption.assignment_id)
    if assignment is None or documents.ASSIGNMENTS not in exemption.assignment_id.lower():
        raise refuse("policy-assignment-not-found", name=exemption.assignment_id)
    call.require(EXEMPT, exemption.assignment_id)
    _check_scope(change, assignment)
    _check_references(change, exemption, assignment)


def _check_scope(change: ResourceChange, assignment: Any) -> None:
    """An exemption stands at or below the scope of its assignment, unless it says not to mind."""
    call, validation = change.call, str(change.properties.get("assignmentScopeValidation") or "Default")
    if validation.lower() not in ("default", "donotvalidate"):
        allowed = "Default, DoNotValidate"
        raise refuse("bad-property", name="assignmentScopeValidation", value=validation, allowed=allowed)
    ruled = str(assignment["properties"]["scope"])
    if validation.lower() == "default" and not management_groups.above(call.azure, ruled, scope_of(call)):
        reason = f"Its scope is not within that of the policy assignment, '{ruled}'."
        raise refuse("bad-exemption-request", name=change.name, reason=reason)


def _check_references(change: ResourceChange, exemption: Exemption, assignment: Any) -> None:
    if not exemption.references:
        return
    entry = documents.entry(change.call.azure, str(assignment["properties"]["policyDefinitionId"]))
    if entry is None:
        return
    if not isinstance(entry, Initiative):
        raise refuse("exemption-of-definition", name=change.name)
    wrong = exemption.references - {member.reference.lower() for member in entry.members}
    if wrong:
        raise refuse("exemption-references", name=change.name, references=",".join(sorted(wrong)))


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted = change.properties
    return {
        "properties": {
            **wanted,
            "assignmentScopeValidation": wanted.get("assignmentScopeValidation") or "Default",
            "metadata": policy_kinds.metadata(change),
        }
    }


def _wrote(change: ResourceChange, document: Document) -> None:
    policy_kinds.keep(change, document)


KIND = SandboxKind(
    row=POLICY_EXEMPTION,
    properties=PROPERTIES,
    grade=Grade.A,
    source="Microsoft docs, exemption-structure, and REST reference of policy exemptions; statuses recalled",
    check=_check,
    fill=_fill,
    wrote=_wrote,
    removed=policy_kinds.forget,
)

ROUTES = scoped_routes(KIND, "exemption-not-found", change=crud.change, members=("policyAssignmentId",))
