"""Role assignments: access is part of a stack, and the sandbox must tell a right one from a wrong one."""

import uuid
from typing import Any

import pytest

from modelyard.catalog.roles import role
from modelyard.sandbox import seed_data

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def path(scope: str, name: str | None = None) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name or uuid.uuid4()}"


def body(principal: str, definition: str = READER, **properties: Any) -> dict[str, Any]:
    return {
        "properties": {
            "principalId": principal,
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{definition}",
            **properties,
        }
    }


def test_made_read_and_deleted(pipeline):
    group = pipeline.group()
    where = path(group)
    made = pipeline("PUT", where, body(seed_data.object_id("outsider"), description="for the test"))
    assert made.status_code == 201, made.text
    properties = made.json()["properties"]
    assert properties["scope"] == group
    assert properties["principalType"] == "User"
    assert properties["roleDefinitionId"].startswith(f"{pipeline.subscription}/providers/")
    assert properties["createdBy"] == seed_data.object_id("pipeline")
    assert pipeline("GET", where).json() == made.json()
    assert pipeline.as_("outsider")("GET", group).status_code == 200
    assert pipeline("DELETE", where).json() == made.json()
    assert pipeline("DELETE", where).status_code == 204
    assert pipeline.as_("outsider")("GET", group).status_code == 403


def test_the_same_again_is_no_error_and_another_is(pipeline, refused):
    where = path(pipeline.group())
    pipeline("PUT", where, body(seed_data.object_id("outsider")))
    assert pipeline("PUT", where, body(seed_data.object_id("outsider"), description="new")).status_code == 200
    refused(pipeline("PUT", where, body(seed_data.object_id("reader"))), "assignment-fixed")
    refused(pipeline("PUT", where, body(seed_data.object_id("outsider"), OWNER)), "assignment-fixed")
    assert pipeline("GET", where).json()["properties"]["description"] == "new"


def test_a_twin_under_another_name_is_refused_with_the_id_of_the_first(pipeline, refused):
    group, name = pipeline.group(), str(uuid.uuid4())
    pipeline("PUT", path(group, name), body(seed_data.object_id("outsider")))
    reply = pipeline("PUT", path(group), body(seed_data.object_id("outsider")))
    refused(reply, "assignment-exists", existing=name.replace("-", ""))
    assert pipeline("PUT", path(pipeline.subscription), body(seed_data.object_id("outsider"))).status_code == 201


@pytest.mark.parametrize(
    ("name", "wanted", "which"),
    [
        ("no-guid", body(seed_data.object_id("outsider")), "bad-assignment-name"),
        (None, body(seed_data.object_id("outsider"), str(uuid.UUID(int=7))), "definition-not-found"),
        (None, body("/servicePrincipals/7f8b31f8-a448-4a4b-9a79-ea375ea2adcb"), "bad-principal"),
        (None, body(seed_data.object_id("outsider"), principalType="Person"), "bad-property"),
        (None, {"properties": {}}, "bad-content"),
        (None, {}, "bad-content"),
    ],
)
def test_what_is_refused(pipeline, refused, name, wanted, which):
    refused(pipeline("PUT", path(pipeline.group(), name), wanted), which)


def test_a_principal_that_is_not_in_the_directory_yet(pipeline, refused):
    """Setting principalType is what stops the race with a directory that lags behind."""
    group, principal = pipeline.group(), str(uuid.uuid4())
    reply = pipeline("PUT", path(group), body(principal))
    refused(reply, "principal-not-found", principal=principal.replace("-", ""), tenant=pipeline.azure.tenant_id)
    assert pipeline("PUT", path(group), body(principal, principalType="ServicePrincipal")).status_code == 201


@pytest.mark.parametrize(
    ("who", "given", "actual"),
    [("app-team", "User", "Group"), ("pipeline", "User", "ServicePrincipal"), ("reader", "group", "User")],
)
def test_a_principal_of_another_type_than_is_said(pipeline, refused, who, given, actual):
    """A group's object id under `user:` in a stack file goes wrong in Azure, and here in the same words."""
    principal = seed_data.object_id(who)
    reply = pipeline("PUT", path(pipeline.group()), body(principal, principalType=given))
    shown = principal.replace("-", "")
    refused(reply, "principal-of-another-type", principal=shown, actual=actual, given=given)


def test_a_scope_must_be_there(pipeline, refused):
    wanted = body(seed_data.object_id("outsider"))
    refused(pipeline("PUT", path(f"{pipeline.subscription}/resourceGroups/none"), wanted), "group-not-found")
    account = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/none"
    refused(pipeline("PUT", path(account), wanted), "resource-not-found")


def test_who_may_not_assign_is_told_so(pipeline, refused):
    group = pipeline.group()
    reply = pipeline.as_("reader")("PUT", path(group), body(seed_data.object_id("reader"), OWNER))
    message = refused(reply, "forbidden")["message"]
    assert f"'Microsoft.Authorization/roleAssignments/write' over scope '{group}'" in message
    where = path(group)
    pipeline("PUT", where, body(seed_data.object_id("outsider")))
    refused(pipeline.as_("reader")("DELETE", where), "forbidden")
    refused(pipeline.as_("reader")("DELETE", path(group)), "forbidden")  # nor is it told which there are


def test_a_conditional_role_hands_on_only_what_its_condition_names(pipeline, refused):
    group = pipeline.group()
    account_owner, user = role("Foundry Account Owner"), role("Foundry User")
    assert account_owner is not None
    assert user is not None
    pipeline("PUT", path(group), body(seed_data.object_id("outsider"), account_owner.guid))
    outsider = pipeline.as_("outsider")
    refused(outsider("PUT", path(group), body(seed_data.object_id("outsider"), OWNER)), "forbidden")
    assert outsider("PUT", path(group), body(seed_data.object_id("reader"), user.guid)).status_code == 201


def test_a_condition_narrows_what_an_assignment_permits(pipeline, refused):
    """As Azure's template for delegating the management of roles: so much may be handed on, and taken away again."""
    group, outsider = pipeline.group(), pipeline.as_("outsider")
    attribute = "Microsoft.Authorization/roleAssignments:RoleDefinitionId"
    write, delete = (f"Microsoft.Authorization/roleAssignments/{right}" for right in ("write", "delete"))
    condition = (
        f"(!(ActionMatches{{'{write}'}}) OR @Request[{attribute}] ForAnyOfAnyValues:GuidEquals {{{READER}}}) AND "
        f"(!(ActionMatches{{'{delete}'}}) OR @Resource[{attribute}] ForAnyOfAnyValues:GuidEquals {{{READER}}})"
    )
    administrator = role("User Access Administrator")
    assert administrator is not None
    made = pipeline("PUT", path(group), body(seed_data.object_id("outsider"), administrator.guid, condition=condition))
    assert made.json()["properties"]["conditionVersion"] == "2.0"
    assert "x-modelyard-note" not in made.headers
    refused(outsider("PUT", path(group), body(seed_data.object_id("outsider"), OWNER)), "forbidden")
    where, owned = path(group), path(group)
    assert outsider("PUT", where, body(seed_data.object_id("reader"))).status_code == 201
    assert outsider("DELETE", where).status_code == 200
    pipeline("PUT", owned, body(seed_data.object_id("reader"), OWNER))
    refused(outsider("DELETE", owned), "forbidden")
    assert outsider("GET", group).status_code == 200, "what the condition doesn't speak of is as it was"


def test_a_condition_that_is_none_is_refused_and_one_that_asks_too_much_is_noted(pipeline, refused):
    group, outsider = pipeline.group(), seed_data.object_id("outsider")
    refused(pipeline("PUT", path(group), body(outsider, condition="ActionMatches{")), "bad-condition")
    asking = "@Principal[Microsoft.Directory/CustomSecurityAttributes/Id:Team_Name] StringEquals 'a'"
    made = pipeline("PUT", path(group), body(outsider, condition=asking))
    assert "@Principal[" in made.headers["x-modelyard-note"]
    refused(pipeline.as_("outsider")("GET", group), "forbidden")


def test_lists_and_their_filters(pipeline):
    group = pipeline.group()
    account = pipeline.account(group)
    for scope in (group, account):
        assert pipeline("PUT", path(scope), body(seed_data.object_id("outsider"))).status_code == 201

    def scopes(at: str, **query: str) -> list[int]:
        where = f"{at}/providers/Microsoft.Authorization/roleAssignments"
        rows = pipeline("GET", where, **query).json()["value"]
        return sorted(one["properties"]["scope"].count("/") for one in rows)

    subscription, in_group, in_account = (one.count("/") for one in (pipeline.subscription, group, account))
    everything = scopes(pipeline.subscription)
    assert {in_group, in_account} <= set(everything)
    assert set(scopes(group, **{"$filter": "atScope()"})) == {subscription, in_group}
    team = body(seed_data.object_id("app-team"), principal_type="Group")
    assert pipeline("PUT", path(pipeline.subscription), team).status_code == 201
    outsider, developer = seed_data.object_id("outsider"), seed_data.object_id("developer")
    assert scopes(account, **{"$filter": f"principalId eq '{outsider}'"}) == [in_group, in_account]
    assert len(scopes(group, **{"$filter": f"principalId eq '{developer}'"})) == 1
    assert len(scopes(group, **{"$filter": f"assignedTo('{developer}')"})) == 2, "those of its group too"


def test_deleting_a_resource_deletes_its_assignments(pipeline):
    group = pipeline.group()
    account = pipeline.account(group)
    where = path(account)
    pipeline("PUT", where, body(seed_data.object_id("outsider")))
    pipeline("DELETE", account)
    pipeline.pass_time(1)
    assert pipeline("GET", where).status_code == 404
    assert pipeline.as_("outsider")("GET", account).status_code == 403


@pytest.mark.parametrize("name", ["Azure AI User", "Foundry User"])
def test_a_definition_is_found_by_any_of_its_names(pipeline, name):
    where = f"{pipeline.subscription}/providers/Microsoft.Authorization/roleDefinitions"
    rows = pipeline("GET", where, **{"$filter": f"roleName eq '{name}'"}).json()["value"]
    assert [one["name"] for one in rows] == ["53ca6127-db72-4b80-b1b0-d745d6d5456d"]


def test_a_definition_is_read_by_its_guid_at_any_scope(pipeline, refused):
    for scope in ("", pipeline.subscription, pipeline.group()):
        where = f"{scope}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
        shown = pipeline("GET", where).json()
        assert shown["properties"]["roleName"] == "Reader"
        assert shown["properties"]["permissions"][0]["actions"] == ["*/read"]
    where = f"{pipeline.subscription}/providers/Microsoft.Authorization/roleDefinitions/{uuid.UUID(int=7)}"
    refused(pipeline("GET", where), "definition-not-found", definition=uuid.UUID(int=7).hex)
    assert len(pipeline("GET", where.rpartition("/")[0]).json()["value"]) > 10
