"""Role assignments: who may do what, where. They are written once; only description and condition can change."""

from collections.abc import Callable, Mapping
from typing import Any

from modelyard.arm import condition
from modelyard.arm.kinds import ROLE_ASSIGNMENT
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, odata, role_definition, scope
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import Form, is_guid
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope import scope_of
from modelyard.sandbox.authorization import ASSIGNMENTS, PROPAGATION, Handed, propagate, scopes
from modelyard.sandbox.entra import directory
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.store import Document

TYPE = ROLE_ASSIGNMENT.type
PROPERTIES: Mapping[str, Form] = {
    "condition": str,
    "conditionVersion": str,
    "delegatedManagedIdentityResourceId": str,
    "description": str,
    "principalId": str,
    "principalType": str,
    "roleDefinitionId": str,
}
SOURCE = "azure-mgmt-authorization 4.0"
CONDITION_VERSION = "2.0"  # the only one there is (azure-mgmt-authorization 4.0, A)
PRINCIPAL_TYPES = ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")  # azure-mgmt-authorization 4.0 (A)


def _guid(id: object) -> str:  # noqa: A002 - ARM calls it id
    return str(id).rpartition("/")[2].lower()


def _check(change: ResourceChange) -> None:
    call, wanted = change.call, change.properties
    principal, definition_id = wanted.get("principalId"), wanted.get("roleDefinitionId")
    if principal is None or definition_id is None:
        raise refuse("bad-content", reason="properties.principalId and properties.roleDefinitionId are required")
    if not is_guid(change.name):
        raise refuse("bad-assignment-name", name=change.name)
    if not is_guid(principal):
        raise refuse("bad-principal", principal=principal)
    version = wanted.get("conditionVersion")
    if version is not None and version != CONDITION_VERSION:
        raise refuse("bad-property", name="conditionVersion", value=version, allowed=CONDITION_VERSION)
    _check_condition(wanted.get("condition"))
    scope.check(call, scope_of(call))
    definition = role_definition.find(call.azure, definition_id)
    if definition is None:
        raise refuse("definition-not-found", definition=_guid(definition_id).replace("-", ""))
    if not role_definition.assignable(call.azure, definition, scope_of(call)):
        raise refuse("role-not-assignable", role=definition["properties"]["roleName"])
    given = wanted.get("principalType")
    call.require(f"{TYPE}/write", scope_of(call), assigning=_handed(call, definition_id, principal, given))
    if change.existing:
        same = (_guid(change.was("properties", "roleDefinitionId")), change.was("properties", "principalId").lower())
        if same != (_guid(definition_id), principal.lower()):
            raise refuse("assignment-fixed")
        return
    _check_principal(call, principal, given)
    twin = _twin(call, principal, definition_id)
    if twin is not None:
        raise refuse("assignment-exists", existing=str(twin["name"]).replace("-", ""))


def _check_condition(written: str | None) -> None:
    if written:
        try:
            condition.read(written)
        except condition.ConditionError as wrong:
            raise refuse("bad-condition", reason=wrong) from None


def _handed(call: ArmCall, definition: str, principal: str, given: str | None) -> Handed:
    known = directory.directory(call.azure).by_id.get(principal.lower())
    return Handed(_guid(definition), principal, given or (known.kind.principal_type if known else ""))


def _check_principal(call: ArmCall, principal: str, given: str | None) -> None:
    """A principal that the directory has is of the type that is said; one it hasn't yet passes where one is said."""
    if given and given.lower() not in {one.lower() for one in PRINCIPAL_TYPES}:
        raise refuse("bad-property", name="principalType", value=given, allowed=", ".join(PRINCIPAL_TYPES))
    known = directory.directory(call.azure).by_id.get(principal.lower())
    shown = principal.replace("-", "")
    if known is None and not given:
        raise refuse("principal-not-found", principal=shown, tenant=call.azure.tenant_id)
    actual = known.kind.principal_type if known else given
    if given and actual and given.lower() != actual.lower():
        raise refuse("principal-of-another-type", principal=shown, actual=actual, given=given)


def _twin(call: ArmCall, principal: str, definition_id: str) -> Document | None:
    """An assignment of the same role to the same principal at the same scope, under another name."""
    prefix = f"{scope_of(call).rstrip('/')}{ASSIGNMENTS}".lower()
    for _, document in call.azure.store.scan("resources", prefix):
        properties = document["properties"]
        if (properties["principalId"].lower(), _guid(properties["roleDefinitionId"])) == (
            principal.lower(),
            _guid(definition_id),
        ):
            return document
    return None


def _fill(change: ResourceChange) -> dict[str, Any]:
    call, wanted = change.call, change.properties
    now, by = call.now.isoformat(), call.caller.object_id if call.caller else None
    known = directory.directory(call.azure).by_id.get(wanted["principalId"].lower())
    definition = role_definition.find(call.azure, wanted["roleDefinitionId"]) or {}
    return {
        "properties": {
            "roleDefinitionId": definition.get("id", wanted["roleDefinitionId"]),
            "principalId": wanted["principalId"],
            "principalType": wanted.get("principalType") or (known.kind.principal_type if known else "User"),
            "scope": scope_of(call),
            "condition": wanted.get("condition"),
            "conditionVersion": wanted.get("conditionVersion")
            or (CONDITION_VERSION if wanted.get("condition") else None),
            "createdOn": change.was("properties", "createdOn") or now,
            "updatedOn": now,
            "createdBy": change.was("properties", "createdBy") or by,
            "updatedBy": by,
            "delegatedManagedIdentityResourceId": wanted.get("delegatedManagedIdentityResourceId"),
            "description": wanted.get("description"),
        }
    }


def _note(change: ResourceChange) -> str | None:
    written = change.properties.get("condition")
    unknown = condition.read(written).unknown if written else ()
    return f"the sandbox never has what the condition asks for: {', '.join(unknown)}" if unknown else None


def _wrote(change: ResourceChange, _document: Document) -> None:
    if change.existing is None:
        propagate(change.call.azure, change.key)


def _removed(azure: LocalAzure, key: str, _document: Document) -> None:
    azure.store.delete(PROPAGATION, key)


KIND = SandboxKind(
    row=ROLE_ASSIGNMENT,
    properties=PROPERTIES,
    grade=Grade.A,
    source=SOURCE,
    check=_check,
    fill=_fill,
    wrote=_wrote,
    note=_note,
    removed=_removed,
)


def _found(call: ArmCall) -> Document:
    document = call.azure.store.get("resources", ROLE_ASSIGNMENT.id(call.parameters).lower())
    if document is None:
        raise refuse("assignment-not-found", name=call.parameters["roleAssignmentName"])
    return document


def _get(call: ArmCall) -> ArmReply:
    return ArmReply(200, _found(call))


def _put(call: ArmCall) -> ArmReply:
    return crud.put(KIND, call)


def _delete(call: ArmCall) -> ArmReply:
    document = call.azure.store.get("resources", ROLE_ASSIGNMENT.id(call.parameters).lower())
    if document is None:
        call.require(f"{TYPE}/delete", scope_of(call))
        return ArmReply(204)
    there = document["properties"]
    assigning = _handed(call, there["roleDefinitionId"], there["principalId"], there["principalType"])
    call.require(f"{TYPE}/delete", scope_of(call), assigning=assigning)
    crud.remove(call.azure, document["id"].lower(), call.now)
    return ArmReply(200, document)


def _list(call: ArmCall) -> ArmReply:
    """Those at the scope, above it and below it; `atScope()` leaves out what is below."""
    azure, wanted = call.azure, odata.wanted(call, ("principalId",), ("atScope", "assignedTo"))
    at_scope = scope_of(call).lower()
    above = set(scopes(at_scope))
    below = "/" if at_scope == "/" else f"{at_scope}/"
    principals = _principals(call, wanted)
    found = []
    for key, document in azure.store.scan("resources"):
        if ASSIGNMENTS not in key:
            continue
        at = str(document["properties"]["scope"]).lower().rstrip("/") or "/"
        inside = at in above or ("atscope" not in wanted.functions and at.startswith(below))
        whose = principals is None or document["properties"]["principalId"].lower() in principals
        if inside and whose and wanted.keeps(document["properties"].get):
            found.append(document)
    return listing(found)


def _principals(call: ArmCall, wanted: odata.Filter) -> set[str] | None:
    """Whose assignments `assignedTo` asks for: a principal's own and those of its groups; None for all."""
    principal = wanted.functions.get("assignedto", "").lower()
    return {principal, *directory.directory(call.azure).groups.get(principal, ())} if principal else None


def _route(verb: str, path: str, answer: Callable[[ArmCall], ArmReply], action: str | None, *options: str) -> ArmRoute:
    return ArmRoute(
        verb=verb,
        path=path,
        answer=answer,
        action=action,
        type=TYPE,
        grade=Grade.A,
        source=SOURCE,
        options=frozenset(options),
    )


ROUTES = (
    _route("GET", ROLE_ASSIGNMENT.path, _get, f"{TYPE}/read"),
    _route("PUT", ROLE_ASSIGNMENT.path, _put, None),  # which role is handed on decides; `_check` asks
    _route("DELETE", ROLE_ASSIGNMENT.path, _delete, None),
    _route("GET", ROLE_ASSIGNMENT.path.rpartition("/")[0], _list, f"{TYPE}/read", odata.FILTER),
)
