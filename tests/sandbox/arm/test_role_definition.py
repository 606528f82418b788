"""Custom roles are least privilege made by hand; the sandbox must obey them to the letter to prove them."""

import uuid
from typing import Any

import pytest

from modelyard.catalog.roles import role
from modelyard.sandbox import seed_data

READ = "Microsoft.CognitiveServices/accounts/read"
DEPLOY = "Microsoft.CognitiveServices/accounts/deployments/write"


def path(scope: str, guid: str | None = None) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{guid or uuid.uuid4()}"


def body(*scopes: str, name: str = "Deployer", **permission: list[str]) -> dict[str, Any]:
    permissions = [permission or {"actions": [READ, "Microsoft.CognitiveServices/accounts/deployments/*"]}]
    return {"properties": {"roleName": name, "permissions": permissions, "assignableScopes": list(scopes)}}


def assigned(arm: Any, scope: str, definition: str, principal: str = "outsider") -> Any:
    where = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    properties = {"principalId": seed_data.object_id(principal), "roleDefinitionId": definition}
    return arm("PUT", where, {"properties": properties})


def test_made_obeyed_changed_and_deleted(pipeline, deployment_body, refused):
    group = pipeline.group()
    account = pipeline.account(group)
    where = path(pipeline.subscription)
    made = pipeline("PUT", where, body(pipeline.subscription))
    assert made.status_code == 201, made.text
    assert made.json()["properties"]["type"] == "CustomRole"
    assert made.headers["x-modelyard-note"], "which actions Azure has isn't known here"

    outsider = pipeline.as_("outsider")
    assert outsider("PUT", f"{account}/deployments/chat", deployment_body()).status_code == 403
    assignment = assigned(pipeline, group, where)
    assert assignment.status_code == 201
    assert outsider("PUT", f"{account}/deployments/chat", deployment_body()).status_code == 201
    pipeline.pass_time(1)

    narrower = body(pipeline.subscription, actions=["Microsoft.CognitiveServices/*"], notActions=[DEPLOY])
    assert pipeline("PUT", where, narrower).status_code == 201, "the official client takes 201 only"
    assert outsider("PUT", f"{account}/deployments/chat", deployment_body(capacity=20)).status_code == 403
    assert outsider("GET", f"{account}/deployments/chat").status_code == 200

    refused(pipeline("DELETE", where), "role-in-use")
    pipeline("DELETE", assignment.json()["id"])
    assert pipeline("DELETE", where).status_code == 200
    assert pipeline("DELETE", where).status_code == 204
    refused(pipeline("GET", where), "definition-not-found", definition=where.rpartition("/")[2].replace("-", ""))


def test_it_is_found_from_anywhere_by_its_guid(pipeline):
    guid = str(uuid.uuid4())
    pipeline("PUT", path(pipeline.subscription, guid), body(pipeline.subscription))
    for scope in ("", pipeline.subscription, pipeline.group()):
        assert pipeline("GET", path(scope, guid.upper())).json()["name"] == guid
    assert assigned(pipeline, pipeline.group(), f"/providers/Microsoft.Authorization/roleDefinitions/{guid}").is_success


def test_it_is_assigned_within_its_scopes_only(pipeline, refused):
    one, other = pipeline.group("rg-one"), pipeline.group("rg-other")
    where = path(one)
    assert pipeline("PUT", where, body(one)).status_code == 201
    assert assigned(pipeline, one, where).status_code == 201
    refused(assigned(pipeline, other, where), "role-not-assignable", role="Deployer")
    refused(assigned(pipeline, pipeline.subscription, where), "role-not-assignable", role="Deployer")


def test_lists_hold_what_can_be_used_there(pipeline):
    one, other = pipeline.group("rg-one"), pipeline.group("rg-other")
    pipeline("PUT", path(one), body(one))
    lists = {
        scope: pipeline("GET", path(scope, "x").rpartition("/")[0], **{"$filter": "type eq 'CustomRole'"})
        for scope in (one, other, pipeline.subscription)
    }
    assert [len(reply.json()["value"]) for reply in lists.values()] == [1, 0, 1]


@pytest.mark.parametrize(
    ("guid", "change", "which"),
    [
        ("not-a-guid", {}, "bad-role-definition"),
        (None, {"roleName": ""}, "bad-role-definition"),
        (None, {"assignableScopes": []}, "bad-role-definition"),
        (None, {"assignableScopes": ["/"]}, "bad-role-definition"),
        (
            None,
            {"assignableScopes": ["/subscriptions/5a9db0c5-0000-4000-8000-000000000001/resourceGroups/x"]},
            "bad-role-definition",
        ),
        (None, {"permissions": []}, "bad-role-definition"),
        (None, {"permissions": [{"notActions": [READ]}]}, "bad-role-definition"),
        (None, {"permissions": [{"actions": "all"}]}, "bad-content"),
        (None, {"permissions": [{"actions": ["read everything"]}]}, "no-such-action"),
        (None, {"permissions": [{"actions": ["Microsoft.CognitiveServices"]}]}, "no-such-action"),
        (None, {"roleName": "reader"}, "role-name-taken"),
    ],
)
def test_what_is_refused(pipeline, refused, guid, change, which):
    wanted = body(pipeline.subscription)
    refused(
        pipeline("PUT", path(pipeline.subscription, guid), {"properties": {**wanted["properties"], **change}}), which
    )


def test_two_roles_cannot_have_one_name(pipeline, refused):
    pipeline("PUT", path(pipeline.subscription), body(pipeline.subscription))
    refused(
        pipeline("PUT", path(pipeline.subscription), body(pipeline.subscription, name="DEPLOYER")), "role-name-taken"
    )


def test_built_in_roles_are_azures(pipeline, refused):
    reader = role("Reader")
    assert reader is not None
    where = path(pipeline.subscription, reader.guid)
    refused(pipeline("PUT", where, body(pipeline.subscription)), "built-in-role")
    refused(pipeline("DELETE", where), "built-in-role")


def test_who_writes_one_must_be_allowed_to_at_all_of_its_scopes(pipeline, refused):
    one, other = pipeline.group("rg-one"), pipeline.group("rg-other")
    owner = role("Owner")
    assert owner is not None
    assigned(pipeline, one, f"/providers/Microsoft.Authorization/roleDefinitions/{owner.guid}")
    outsider = pipeline.as_("outsider")
    assert outsider("PUT", path(one), body(one, name="One")).status_code == 201
    refused(outsider("PUT", path(one), body(one, other, name="Two")), "forbidden")
