"""Initiatives: their members must be there, at the same scope or above, and take the parameters handed down to them."""

from collections.abc import Mapping
from typing import Any

from modelyard.arm.kinds import POLICY_SET_DEFINITION
from modelyard.policy.documents import built_ins
from modelyard.policy.documents.definition import Definition
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.failures import DefinitionRefused
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import policy_kinds
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import ANY, OBJECT, Form
from modelyard.sandbox.arm.call import ArmCall
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.policy_definition import VERSION
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import documents
from modelyard.sandbox.store import Document

PROPERTIES: Mapping[str, Form] = {
    "description": str,
    "displayName": str,
    "metadata": OBJECT,
    "parameters": policy_kinds.PARAMETERS,
    "policyDefinitionGroups": [
        {"name": str, "displayName": str, "category": str, "description": str, "additionalMetadataId": str}
    ],
    "policyDefinitions": [
        {
            "policyDefinitionId": str,
            "policyDefinitionReferenceId": str,
            "definitionVersion": str,
            "groupNames": [str],
            "parameters": {"*": {"value": ANY}},
        }
    ],
    "policyType": str,
    "version": str,
    "versions": [str],
}
ROOTS = "/providers/microsoft.authorization/"


def _check(change: ResourceChange) -> None:
    policy_kinds.check_name(change)
    azure = change.call.azure
    if str(change.properties.get("policyType") or "Custom").lower() != "custom":
        raise _invalid(change, "Only initiatives of type Custom can be written.")
    try:
        entry = documents.load({"id": change.id, "name": change.name, "properties": change.properties})
    except DefinitionRefused as failure:
        raise _invalid(change, f"{policy_kinds.told(failure)}.") from None
    if not isinstance(entry, Initiative) or not entry.members:
        raise _invalid(change, "At least one policy definition must be referenced.")
    members = {member.definition_id for member in entry.members}
    if any("/policydefinitions/" not in one.lower() for one in members):
        raise _invalid(
            change, "Referenced policy definitions must be of type 'Microsoft.Authorization/policyDefinitions'."
        )
    outside = sorted(one for one in members if not _reachable(azure, change.id, one))
    if outside:
        names = ",".join(one.rpartition("/")[2] for one in outside)
        reason = (
            "Policy definitions should be specified only at or above the policy set definition's scope. The following "
        )
        raise _invalid(change, f"{reason}policy definitions are invalid: '{names}'.")
    missing = sorted(
        one for one in members if documents.document(azure, one) is None and not built_ins.is_built_in(one)
    )
    if missing:
        raise refuse("assigned-policy-not-found", definition=missing[0])
    _check_parameters(change, entry)
    if change.existing:
        policy_kinds.check_update(change, entry)


def _invalid(change: ResourceChange, reason: str) -> Exception:
    return refuse("bad-set-request", name=change.name, reason=reason)


def _reachable(azure: LocalAzure, id: str, definition: str) -> bool:  # noqa: A002 - ARM calls it id
    """Whether a definition stands where the initiative may use it."""
    if built_ins.is_built_in(definition):
        return True
    scope, other = (one.lower().partition(ROOTS)[0] for one in (id, definition))
    return management_groups.above(azure, other, scope)


def _check_parameters(change: ResourceChange, entry: Initiative) -> None:
    for member in entry.members:
        definition = documents.entry(change.call.azure, member.definition_id)
        if not isinstance(definition, Definition):
            continue
        undefined = [name for name in member.parameters if name.lower() not in definition.parameters]
        if undefined:
            its = member.definition_id.rpartition("/")[2]
            raise refuse("set-member-parameter", name=change.name, parameters=",".join(undefined), definition=its)


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted = change.properties
    version = wanted.get("version") or change.was("properties", "version") or VERSION
    members = [
        {"policyDefinitionReferenceId": str(row["policyDefinitionId"]).rpartition("/")[2], **row}
        for row in wanted["policyDefinitions"]
    ]
    return {
        "properties": {
            **wanted,
            "policyType": "Custom",
            "policyDefinitions": members,
            "metadata": policy_kinds.metadata(change),
            "version": version,
            "versions": wanted.get("versions") or [version],
        }
    }


def _going(call: ArmCall, existing: Document) -> None:
    for user in policy_kinds.assignments_of(call.azure, str(existing["id"])):
        raise refuse("set-in-assignment", name=existing["name"], user=user["id"])


KIND = SandboxKind(
    row=POLICY_SET_DEFINITION,
    properties=PROPERTIES,
    grade=Grade.A,
    source=policy_kinds.SOURCE,
    check=_check,
    fill=_fill,
    wrote=policy_kinds.keep,
    going=_going,
    removed=policy_kinds.forget,
)

ROUTES = policy_kinds.definition_routes(KIND, "set-not-found")
