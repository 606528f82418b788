"""Policy assignments: a definition or an initiative put to work at a scope, with parameters that fit it.

Assignments of an effect that changes or deploys something need an identity, and that a location. An assignment rules
from the next request on, or as late as the delay of its type says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from modelyard.arm.kinds import POLICY_ASSIGNMENT
from modelyard.catalog.built_in_policies import NOTHING
from modelyard.policy.documents import built_ins, parameters
from modelyard.policy.documents.initiative import Initiative
from modelyard.policy.documents.parameters import Declared, Parameter
from modelyard.policy.effects.effect import REMEDIATING
from modelyard.policy.failures import PolicyFailure
from modelyard.sandbox import management_groups
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import body_schema, crud, policy_kinds, scope
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import ANY, OBJECT, Form
from modelyard.sandbox.arm.call import ArmCall, ArmReply
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.scope import scope_of, scoped_routes
from modelyard.sandbox.arm.subscription import normal, require
from modelyard.sandbox.authorization import PROPAGATION
from modelyard.sandbox.entra import directory
from modelyard.sandbox.entra.directory import identity
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.policy import active_assignments, documents, request_admission
from modelyard.sandbox.policy.active_assignments import ActiveAssignment
from modelyard.sandbox.store import Document

PROPERTIES: Mapping[str, Form] = {
    "assignmentType": str,
    "definitionVersion": str,
    "description": str,
    "displayName": str,
    "enforcementMode": str,
    "metadata": OBJECT,
    "nonComplianceMessages": [{"message": str, "policyDefinitionReferenceId": str}],
    "notScopes": [str],
    "overrides": [{"kind": str, "value": str, "selectors": policy_kinds.SELECTORS}],
    "parameters": {"*": {"value": ANY}},
    "policyDefinitionId": str,
    "resourceSelectors": policy_kinds.RESOURCE_SELECTORS,
}
CHANGEABLE = frozenset(
    {"overrides", "resourceSelectors"}
)  # what of them a PATCH takes (azure-mgmt-resource-policy 1.0)
IDENTITIES = ("None", "SystemAssigned", "UserAssigned")  # azure-mgmt-resource-policy 1.0, ResourceIdentityType (A)
ROOTS = "/providers/microsoft.authorization/"


def _check(change: ResourceChange) -> None:
    call, wanted = change.call, change.properties
    policy_kinds.check_name(change)
    scope.check(call, scope_of(call))
    definition = wanted.get("policyDefinitionId")
    if not isinstance(definition, str):
        raise refuse("bad-assignment-request", reason="properties.policyDefinitionId is required.")
    _check_definition(change, definition)
    before = change.was("properties", "policyDefinitionId")
    if before and before.lower() != definition.lower():
        raise refuse("definition-fixed", name=change.name, definition=before, wanted=definition)
    location = change.wanted.get("location")
    if location:
        require(location, POLICY_ASSIGNMENT.type)
    if change.was("location") and normal(location or "") != change.was("location"):
        raise refuse("assignment-location-fixed", location=change.was("location"), wanted=location or "")
    _check_parameters(change, definition)
    found = _work(change)
    _check_messages(change, definition)
    _check_identity(change, found)


def _check_definition(change: ResourceChange, definition: str) -> None:
    azure = change.call.azure
    if built_ins.is_built_in(definition):
        name = definition.rpartition("/")[2]
        if documents.document(azure, definition) is None and not body_schema.is_guid(name):
            raise refuse("assigned-policy-not-found", definition=definition)
        return
    place = definition.lower().partition(ROOTS)[0]
    if documents.document(azure, definition) is None or not management_groups.above(
        azure, place, scope_of(change.call)
    ):
        raise refuse("assigned-policy-not-found", definition=definition)


def _check_parameters(change: ResourceChange, definition: str) -> None:
    """Whether the values are those that the definition or the initiative asks for."""
    document = documents.document(change.call.azure, definition)
    if document is None:
        return
    given = parameters.unwrapped(change.properties.get("parameters"))
    try:
        declared = parameters.declared(change.name, document["properties"].get("parameters"))
    except PolicyFailure as failure:  # it was loaded before, so only a built-in's row could be wrong
        raise refuse("bad-assignment-request", reason=f"{policy_kinds.told(failure)}.") from None
    name = definition.rpartition("/")[2]
    if undefined := [each for each in given if each.lower() not in declared]:  # a name may be empty
        raise refuse("undefined-parameter", name=change.name, parameters=",".join(undefined), definition=name)
    if missing := _missing(declared, given):
        raise refuse("missing-parameter", name=change.name, parameters=",".join(missing), definition=name)
    for each, value in given.items():
        _check_value(change, declared[each.lower()], value, name)


def _missing(declared: Declared, given: Mapping[str, Any]) -> list[str]:
    there = {name.lower() for name in given}
    return [one.name for name, one in declared.items() if one.default is NOTHING and name not in there]


def _check_value(change: ResourceChange, declared: Parameter, value: Any, definition: str) -> None:
    problem, _ = declared.misfit(value)
    if not problem:
        return
    if parameters.TYPES[declared.type](value):
        values = value if isinstance(value, list) else [value]
        wrong = next((one for one in values if one not in declared.allowed), value)
        allowed = ", ".join(map(str, declared.allowed))
        raise refuse(
            "parameter-not-allowed", value=wrong, parameter=declared.name, definition=definition, allowed=allowed
        )
    raise refuse("bad-parameter", name=change.name, parameter=declared.name, reason=f"{problem}, not {declared.type}")


def _work(change: ResourceChange) -> ActiveAssignment:
    try:
        return active_assignments.bind(change.call.azure, _document(change))
    except PolicyFailure as failure:
        raise refuse("bad-assignment-request", reason=f"{policy_kinds.told(failure)}.") from None


def _document(change: ResourceChange) -> dict[str, Any]:
    properties = {**change.properties, "scope": scope_of(change.call)}
    return {"id": change.id, "name": change.name, "properties": properties}


def _check_messages(change: ResourceChange, definition: str) -> None:
    entry = documents.entry(change.call.azure, definition)
    known = {one.reference.lower() for one in entry.members} if isinstance(entry, Initiative) else set()
    rows: Iterable[Mapping[str, Any]] = change.properties.get("nonComplianceMessages") or ()
    named = [str(row.get("policyDefinitionReferenceId") or "") for row in rows]
    wrong = [one for one in named if one and one.lower() not in known]
    if wrong and entry is not None:
        raise refuse("message-references", references=",".join(wrong))


def _check_identity(change: ResourceChange, found: ActiveAssignment) -> None:
    given = change.wanted.get("identity") or {}
    kind, named = str(given.get("type") or "None"), given.get("userAssignedIdentities") or {}
    has = kind != "None"
    if kind not in IDENTITIES or len(named) != (kind == "UserAssigned"):
        reason = f"An assignment has its own identity or a single user-assigned one, not '{kind}' with {len(named)}."
        raise refuse("bad-assignment-request", reason=reason)
    policies = [each for one in found.bound for each in (one.plain, *(other for _, other in one.overridden))]
    needing = [each for each in policies if each.effect in REMEDIATING]
    if needing and not has:
        raise refuse("identity-required", name=change.name, effect=needing[0].effect_as_written)
    if has and not change.wanted.get("location"):
        raise refuse("location-required")


def _fill(change: ResourceChange) -> dict[str, Any]:
    wanted, azure = change.properties, change.call.azure
    location = change.wanted.get("location")
    return {
        "location": normal(location) if location else None,
        "identity": identity(azure, change.wanted.get("identity"), change.was("identity"), change.name),
        "properties": {
            **wanted,
            "scope": scope_of(change.call),
            "notScopes": wanted.get("notScopes") or [],
            "parameters": wanted.get("parameters") or {},
            "enforcementMode": wanted.get("enforcementMode") or "Default",
            "definitionVersion": wanted.get("definitionVersion") or _version(azure, str(wanted["policyDefinitionId"])),
            "metadata": policy_kinds.metadata(change),
        },
    }


def _version(azure: LocalAzure, definition: str) -> str:
    """The newest major version, with what is added to it later (Microsoft docs, assignment-structure, A)."""
    found = documents.document(azure, definition) or {}
    number, dash, suffix = str((found.get("properties") or {}).get("version") or "1.0.0").partition("-")
    return f"{number.partition('.')[0]}.*.*{dash}{suffix}"


def _wrote(change: ResourceChange, document: Document) -> None:
    policy_kinds.keep(change, document)
    if change.existing is None:
        active_assignments.propagate(change.call.azure, change.key)


def _removed(azure: LocalAzure, key: str, document: Document) -> None:
    policy_kinds.forget(azure, key, document)
    azure.store.delete(PROPAGATION, key)
    if principal := (document.get("identity") or {}).get("principalId"):
        directory.remove(azure, principal)


def _note(change: ResourceChange) -> str | None:
    return request_admission.unevaluated(_work(change)) or None


KIND = SandboxKind(
    row=POLICY_ASSIGNMENT,
    properties=PROPERTIES,
    grade=Grade.A,
    source=policy_kinds.SOURCE,
    check=_check,
    fill=_fill,
    wrote=_wrote,
    note=_note,
    removed=_removed,
    replaced=201,
)


def _change(kind: SandboxKind, call: ArmCall) -> ArmReply:
    body = call.object()
    body_schema.check(kind.form, body)
    kept = {name: value for name, value in (body.get("properties") or {}).items() if name in CHANGEABLE}
    return crud.change(kind, replace(call, body={**body, "properties": kept}))


ROUTES = scoped_routes(KIND, "policy-assignment-not-found", change=_change, members=("policyDefinitionId",))
