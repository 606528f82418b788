"""Role definitions: the built-in ones of the catalog, and whatever custom ones the store holds."""

import re
from typing import Any

from modelyard.catalog.roles import Role, role, roles
from modelyard.sandbox.answers import Grade
from modelyard.sandbox.arm.answers import refuse
from modelyard.sandbox.arm.call import Call, Reply, listing
from modelyard.sandbox.arm.routing import Route
from modelyard.sandbox.azure import LocalAzure

TYPE = "Microsoft.Authorization/roleDefinitions"
SOURCE = "azure-mgmt-authorization 4.0"
FILTER = re.compile(r"\b(roleName|type)\s+eq\s+'([^']*)'", re.IGNORECASE)


def built_in(definition: Role, subscription: str) -> dict[str, Any]:
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


def find(azure: LocalAzure, id: str) -> dict[str, Any] | None:  # noqa: A002 - ARM calls it id
    """The definition of an id, which may name any scope; None where there is none."""
    guid = id.rpartition("/")[2]
    known = role(guid)
    if known is not None and known.guid == guid.lower():
        return built_in(known, f"/subscriptions/{azure.subscription_id}")
    suffix = f"/{TYPE}/{guid}".lower()
    custom = (document for key, document in azure.store.scan("resources") if key.endswith(suffix))
    found = next(custom, None)
    return dict(found) if found else None


def _get(call: Call) -> Reply:
    name = call.parameters["roleDefinitionId"]
    definition = find(call.azure, name)
    if definition is None:
        raise refuse("definition-not-found", definition=name.replace("-", ""))
    return Reply(200, definition)


def _list(call: Call) -> Reply:
    azure, wanted = call.azure, {key.lower(): value for key, value in FILTER.findall(call.query.get("$filter", ""))}
    found = [built_in(one, f"/subscriptions/{azure.subscription_id}") for one in roles()]
    found += [dict(document) for key, document in azure.store.scan("resources") if f"/{TYPE}/".lower() in key]
    names = {wanted["rolename"]} if "rolename" in wanted else set()
    if names and (former := role(*names)) is not None:  # a former name still finds the role (R)
        names.add(former.name)
    return listing(
        [
            one
            for one in found
            if (not names or one["properties"]["roleName"] in names)
            and wanted.get("type", one["properties"]["type"]).lower() == one["properties"]["type"].lower()
        ]
    )


ROUTES = tuple(
    Route(
        verb="GET",
        path=f"/{{scope}}/providers/{TYPE}{rest}",
        answer=answer,
        action=None,  # definitions are no secret: whoever has a token reads them, at the root too (R)
        type=TYPE,
        grade=Grade.A,
        source=SOURCE,
    )
    for rest, answer in (("/{roleDefinitionId}", _get), ("", _list))
)
