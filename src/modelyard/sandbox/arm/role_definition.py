"""Role definitions: the built-in ones of the catalog, and custom ones, which are written here and obeyed at once.

That an action exists is not checked, for the sandbox doesn't know the operations of every provider; its form is.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from modelyard.arm.json_path import ArmDocument
from modelyard.arm.kinds import ROLE_DEFINITION
from modelyard.catalog.roles import Role, role, roles
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm import crud, odata, scope
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.body_schema import Form, is_guid
from modelyard.sandbox.arm.call import ArmCall, ArmReply, listing
from modelyard.sandbox.arm.kinds import ResourceChange, SandboxKind
from modelyard.sandbox.arm.routing import ArmRoute
from modelyard.sandbox.arm.scope import scope_of
from modelyard.sandbox.authorization import assignments, custom_role, permitted
from modelyard.sandbox.local_azure import LocalAzure
from modelyard.sandbox.management_groups import above
from modelyard.sandbox.store import Document

TYPE = ROLE_DEFINITION.type
SOURCE = "azure-mgmt-authorization 4.0"
PROPERTIES: Mapping[str, Form] = {
    "assignableScopes": [str],
    "description": str,
    "permissions": [{"actions": [str], "notActions": [str], "dataActions": [str], "notDataActions": [str]}],
    "roleName": str,
}
LISTS = ("actions", "notActions", "dataActions", "notDataActions")
ACTION = re.compile(r"\*|(\*|[A-Za-z0-9.]+(\.[A-Za-z0-9]+)*)(/[\w.*-]+)+")


def built_in(definition: Role, subscription: str) -> ArmDocument:
    """A built-in definition as ARM shows it below a subscription."""
    permission = {
        "actions": list(definition.actions),
        "notActions": list(definition.not_actions),
        "dataActions": list(definition.data_actions),
        "notDataActions": list(definition.not_data_actions),
    }
    return {
        "id": f"{subscription}/providers/{TYPE}/{definition.guid}",
        "name": definition.guid,
        "type": TYPE,
        "properties": {
            "roleName": definition.name,
            "type": "BuiltInRole",
            "description": definition.description,
            "assignableScopes": ["/"],
            "permissions": [permission],
        },
    }


def _built_in(guid: str) -> Role | None:
    known = role(guid)
    return known if known is not None and known.guid == guid.lower() else None


def find(azure: LocalAzure, id: str) -> ArmDocument | None:  # noqa: A002 - ARM calls it id
    """The definition of an id, which may name any scope; None where there is none."""
    known = _built_in(id.rpartition("/")[2])
    if known is not None:
        return built_in(known, f"/subscriptions/{azure.subscription_id}")
    found = custom_role(azure, id)
    return dict(found) if found else None


def assignable(azure: LocalAzure, definition: Document, scope: str) -> bool:
    """Whether the role may be assigned at the scope."""
    return any(above(azure, str(one), scope) for one in definition["properties"]["assignableScopes"])


# --- writing ---------------------------------------------------------------------------------------------------------


def _check(change: ResourceChange) -> None:
    call, wanted = change.call, change.properties
    name, scopes = str(wanted.get("roleName") or ""), wanted.get("assignableScopes")
    if not is_guid(change.name):
        raise refuse("bad-role-definition", reason="its id must be a GUID")
    if _built_in(change.name):
        raise refuse("built-in-role", definition=change.name)
    if not name.strip():
        raise refuse("bad-role-definition", reason="properties.roleName is required")
    if not scopes:
        raise refuse("bad-role-definition", reason="properties.assignableScopes must name at least one scope")
    if any(one.strip("/") == "" for one in scopes):
        raise refuse("bad-role-definition", reason="a custom role cannot have the root scope among its assignable ones")
    if not any(above(call.azure, one, scope_of(call)) for one in scopes):
        raise refuse("bad-role-definition", reason="the scope it is written at must be among its assignable scopes")
    for one in scopes:  # whoever writes a role must be allowed to at all of them (Microsoft docs, custom-roles, A)
        call.require(f"{TYPE}/write", one)
    _check_permissions(wanted.get("permissions"))
    _check_name(change, name)


def _check_permissions(permissions: list[dict[str, Any]] | None) -> None:
    if not permissions:
        raise refuse("bad-role-definition", reason="properties.permissions must hold at least one permission")
    for permission in permissions:
        for name in LISTS:
            actions = permission.get(name) or []
            wrong = next((one for one in actions if not ACTION.fullmatch(one)), None)
            if wrong is not None:
                raise refuse("no-such-action", action=wrong)
        if not permission.get("actions") and not permission.get("dataActions"):
            raise refuse("bad-role-definition", reason="a permission must have actions or data actions")


def _check_name(change: ResourceChange, name: str) -> None:
    same = [one.guid for one in roles() if one.name.lower() == name.lower()]
    same += [
        str(one["name"])
        for one in _custom(change.call.azure)
        if str(one["properties"].get("roleName")).lower() == name.lower()
    ]
    if any(guid.lower() != change.name.lower() for guid in same):
        raise refuse("role-name-taken")


def _fill(change: ResourceChange) -> dict[str, Any]:
    call, wanted = change.call, change.properties
    now, by = call.now.isoformat(), call.caller.object_id if call.caller else None
    return {
        "properties": {
            "roleName": wanted["roleName"],
            "type": "CustomRole",
            "description": wanted.get("description") or "",
            "assignableScopes": wanted["assignableScopes"],
            "permissions": [{**{name: [] for name in LISTS}, **one} for one in wanted["permissions"]],
            "createdOn": change.was("properties", "createdOn") or now,
            "updatedOn": now,
            "createdBy": change.was("properties", "createdBy") or by,
            "updatedBy": by,
        }
    }


def _going(call: ArmCall, existing: Document) -> None:
    guid = str(existing["name"]).lower()
    used = [one for one in assignments(call.azure) if str(one["properties"]["roleDefinitionId"]).lower().endswith(guid)]
    if used:
        raise refuse("role-in-use", advice=f"assignments: {', '.join(str(one['id']) for one in used)}")


def _note(_change: ResourceChange) -> str:
    return "whether Azure has these actions is not known here"


KIND = SandboxKind(
    row=ROLE_DEFINITION,
    properties=PROPERTIES,
    grade=Grade.A,
    source=SOURCE,
    check=_check,
    fill=_fill,
    going=_going,
    note=_note,
    replaced=201,
)


# --- routes ----------------------------------------------------------------------------------------------------------


def _custom(azure: LocalAzure) -> Iterator[Document]:
    return (document for key, document in azure.store.scan("resources") if f"/{TYPE}/".lower() in key)


def _there(call: ArmCall) -> dict[str, Any] | None:
    return find(call.azure, call.parameters["roleDefinitionId"])


def _get(call: ArmCall) -> ArmReply:
    definition = _there(call)
    if definition is None:
        raise refuse("definition-not-found", definition=call.parameters["roleDefinitionId"].replace("-", ""))
    return ArmReply(200, definition)


def _put(call: ArmCall) -> ArmReply:
    """One that is there is replaced where it is, whichever of its scopes the path names."""
    there = _there(call)
    if there is not None:
        call = crud.at(KIND, call, str(there["id"]))
    return crud.put(KIND, call)


def _delete(call: ArmCall) -> ArmReply:
    there = _there(call)
    if there is None:
        return ArmReply(204)
    if _built_in(str(there["name"])):
        raise refuse("built-in-role", definition=there["name"])
    for one in there["properties"]["assignableScopes"]:
        call.require(f"{TYPE}/delete", one)
    crud.delete(KIND, crud.at(KIND, call, str(there["id"])))
    return ArmReply(200, there)


def _list(call: ArmCall) -> ArmReply:
    azure, wanted = call.azure, odata.wanted(call, ("roleName", "type"), ("atScopeAndBelow",))
    scope = scope_of(call)
    found = [built_in(one, f"/subscriptions/{azure.subscription_id}") for one in roles()]
    found += [
        dict(one)
        for one in _custom(azure)
        if assignable(azure, one, scope)
        or any(above(azure, scope, str(at)) for at in one["properties"].get("assignableScopes") or ())
    ]
    asked = wanted.equal("roleName")
    former = role(asked) if asked else None  # a former name still finds the role (R)

    def member(one: Mapping[str, Any], name: str) -> object:
        found = one["properties"][name]
        return asked if name == "roleName" and former is not None and found == former.name else found

    return listing([one for one in found if wanted.keeps(partial(member, one))])


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


def _permissions(call: ArmCall) -> ArmReply:
    """What the caller may do at a scope. Conditions of assignments are not in this reply, of Azure's neither."""
    scope.check(call, scope_of(call))
    principals = call.caller.principals if call.caller else ()
    return listing([dict(each) for each in permitted(call.azure, principals, scope_of(call))])


ROUTES = (
    ArmRoute(
        verb="GET",
        path="/{scope}/providers/Microsoft.Authorization/permissions",
        answer=_permissions,
        action=None,
        type="Microsoft.Authorization/roleDefinitions",
        grade=Grade.A,
        source="Microsoft docs, REST reference of permissions",
    ),
    _route("GET", ROLE_DEFINITION.path, _get, None),  # definitions are no secret: whoever has a token reads them (R)
    _route("PUT", ROLE_DEFINITION.path, _put, None),  # the rights at all assignable scopes decide; `_check` asks
    _route("DELETE", ROLE_DEFINITION.path, _delete, None),
    _route("GET", ROLE_DEFINITION.path.rpartition("/")[0], _list, None, odata.FILTER),
)
