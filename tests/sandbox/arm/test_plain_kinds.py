"""Kinds without logic: of each the sandbox has all that ARM's types tell, and says that it knows no more."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from tests.config.conftest import load_text

from modelyard.arm import plain_kinds
from modelyard.arm.resource_types import ResourceType, scope_parameter
from modelyard.sandbox.arm.kinds import kinds
from modelyard.sandbox.arm.plain_kinds import NOTE

KEY = "the key of a connection"
APIKEY = {"authType": "ApiKey", "category": "AzureOpenAI", "target": "https://x", "credentials": {"key": KEY}}
EXAMPLE = Path(__file__).parents[2] / "examples/valid/full.yaml"


def bodies() -> dict[str, dict[str, Any]]:
    """By type what the example that has everything declares of it, so that a new kind is tried at once."""
    with TemporaryDirectory() as folder:
        loaded = load_text(Path(folder), EXAMPLE.read_text(encoding="utf-8"), date(2026, 11, 23))
    assert loaded.stack is not None
    location = {"location": loaded.stack.location}
    return {
        each.row.type: {**(location if "location" in each.row.envelope else {}), **each.body}
        for each in loaded.stack.plain
    }


BODIES = bodies()
every_row = pytest.mark.parametrize("row", plain_kinds.ROWS, ids=lambda row: row.type)


@pytest.fixture
def account(pipeline) -> str:
    found: str = pipeline.account(pipeline.group())
    return found


def place(row: ResourceType, account: str) -> str:
    """Where one of the type would be; its project, where it is in one, is `search`."""
    above = f"{account}/projects/search" if "/projects/" in row.type else account
    if scope_parameter(row.path):
        return f"{account}/providers/{row.type}/one-of-it"
    return f"{above}/{row.type.rpartition('/')[2]}/one-of-it"


def put(pipeline, row: ResourceType, account: str, name: str = "one-of-it", **changed: Any) -> Any:
    if "/projects/" in row.type:
        project = pipeline("PUT", f"{account}/projects/search", BODIES["Microsoft.CognitiveServices/accounts/projects"])
        assert project.status_code in (200, 201), project.text
        pipeline.pass_time(1)
    path = place(row, account).removesuffix("one-of-it") + name
    reply = pipeline("PUT", path, {**BODIES[row.type], **changed}, version=row.api_version)
    pipeline.pass_time(1)
    return reply


@every_row
def test_its_life(pipeline, account: str, row: ResourceType) -> None:
    made = put(pipeline, row, account)
    assert made.status_code == row.created, made.text
    path, version = place(row, account), row.api_version
    there = pipeline("GET", path, version=version)
    assert there.json()["type"] == row.type
    assert there.json()["name"] == "one-of-it"
    listed = pipeline("GET", path.rpartition("/")[0], version=version)
    assert [each["name"] for each in listed.json()["value"]] == ["one-of-it"]
    again = put(pipeline, row, account)
    assert again.status_code == 200
    gone = pipeline("DELETE", path, version=version)
    assert gone.status_code in (200, 202), gone.text
    pipeline.pass_time(1)
    assert pipeline("GET", path, version=version).status_code == 404
    assert pipeline("DELETE", path, version=version).status_code == 204
    for reply in (made, there, listed, again, gone):
        assert reply.headers["x-modelyard-note"] == NOTE, "nobody takes the shape for the service"


@every_row
def test_patch_is_taken_where_arm_has_it(pipeline, account: str, row: ResourceType) -> None:
    put(pipeline, row, account)
    reply = pipeline("PATCH", place(row, account), {"properties": {}}, version=row.api_version)
    assert reply.status_code in ((200, 202) if row.patch else (405,)), reply.text


@every_row
def test_what_it_is_in_must_be_there(pipeline, account: str, row: ResourceType, refused) -> None:
    nowhere = account.removesuffix("/ai") + "/gone"
    reply = pipeline("PUT", place(row, nowhere), BODIES[row.type], version=row.api_version)
    assert reply.status_code == 404
    assert reply.json()["error"]["code"] in ("ParentResourceNotFound", "ResourceNotFound")


@every_row
def test_it_goes_with_the_account(pipeline, account: str, row: ResourceType) -> None:
    put(pipeline, row, account)
    group = account.partition("/providers/")[0]
    assert pipeline("DELETE", group).status_code == 202
    pipeline.pass_time(5)
    assert pipeline("GET", group).status_code == 404
    assert pipeline.azure.store.get("resources", place(row, account).lower()) is None


@every_row
def test_a_member_of_another_form_is_named(pipeline, account: str, row: ResourceType) -> None:
    kind = kinds()[row.type.lower()]
    name = next(name for name, form in kind.members.items() if form is str)
    properties = {**BODIES[row.type]["properties"], name: 5}
    reply = put(pipeline, row, account, properties=properties)
    assert reply.status_code == 400
    assert f"properties.{name} must be a text" in reply.json()["error"]["message"]


MISSING = {
    "Microsoft.Authorization/locks": ({"notes": "n"}, "properties.level is required"),
    "Microsoft.CognitiveServices/accounts/connections": ({"target": "x"}, "properties.authType is required"),
    "Microsoft.Insights/diagnosticSettings": ({"logs": [{}]}, "properties.logs[0].enabled is required"),
}


@pytest.mark.parametrize("row", [row for row in plain_kinds.ROWS if row.type in MISSING], ids=lambda row: row.type)
def test_a_member_that_must_be_given_is_named(pipeline, account: str, row: ResourceType) -> None:
    properties, told = MISSING[row.type]
    reply = put(pipeline, row, account, properties=properties)
    assert reply.status_code == 400
    assert told in reply.json()["error"]["message"]


@pytest.mark.parametrize("kind", ["connections", "projects/connections"])
def test_credentials_are_never_read_back(pipeline, account: str, kind: str) -> None:
    row = next(one for one in plain_kinds.ROWS if one.type == f"Microsoft.CognitiveServices/accounts/{kind}")
    replies = [put(pipeline, row, account, properties=APIKEY) for _ in range(2)]
    path = place(row, account)
    replies += [pipeline("PATCH", path, {"properties": {"credentials": {"key": KEY}}}), pipeline("GET", path)]
    replies += [pipeline("GET", path.rpartition("/")[0])]
    for reply in replies:
        assert reply.status_code in (200, 201), reply.text
        assert KEY not in reply.text
    assert "ApiKey" in replies[-1].text
    assert not any(KEY in str(each) for _, each in pipeline.azure.store.scan("resources"))


def test_a_name_that_arms_pattern_excludes(pipeline, account: str, refused) -> None:
    row = next(one for one in plain_kinds.ROWS if one.type.endswith("accounts/connections"))
    message = refused(put(pipeline, row, account, name="no"), "bad-name")["message"]
    assert "^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$" in message


def test_a_project_gets_an_identity(pipeline, account: str) -> None:
    """Roles are assigned to it: connections of a project act in its name."""
    put(pipeline, plain_kinds.PROJECT, account)
    found = pipeline("GET", f"{account}/projects/one-of-it").json()
    assert found["identity"]["principalId"]
    assert found["properties"]["provisioningState"] == "Succeeded"


def test_rights_are_those_of_the_type(pipeline, account: str, refused) -> None:
    outsider = pipeline.as_("outsider")
    for row in plain_kinds.ROWS:
        reply = outsider("PUT", place(row, account), BODIES[row.type], version=row.api_version)
        message = refused(reply, "forbidden")["message"]
        assert f"{row.type}/write" in message


def test_a_policy_on_one_of_its_aliases_refuses_it(pipeline, account: str) -> None:
    alias = "Microsoft.CognitiveServices/accounts/connections/authType"
    rule = {"if": {"field": alias, "equals": "ApiKey"}, "then": {"effect": "deny"}}
    pipeline.assign(pipeline.define("no-keys", rule))
    row = next(one for one in plain_kinds.ROWS if one.type.endswith("accounts/connections"))
    reply = put(pipeline, row, account, properties=APIKEY)
    assert reply.status_code == 403
    assert reply.json()["error"]["code"] == "RequestDisallowedByPolicy"
    assert put(pipeline, row, account, properties={"authType": "AAD", "target": "https://x"}).status_code == 200


def test_a_refusal_by_policy_shows_no_credentials(pipeline, account: str) -> None:
    """Azure's refusals tell the value that decided, and whoever deploys prints them."""
    alias = "Microsoft.CognitiveServices/accounts/connections/ApiKey.credentials.key"
    for number, left in enumerate(({"field": alias}, {"value": f"[concat('a-', field('{alias}'))]"})):
        rule = {"if": {**left, "like": "*key*"}, "then": {"effect": "deny"}}
        pipeline.assign(pipeline.define(f"no-keys-{number}", rule), f"assigned-{number}")
    row = next(one for one in plain_kinds.ROWS if one.type.endswith("accounts/connections"))
    reply = put(pipeline, row, account, properties=APIKEY)
    assert reply.status_code == 403
    assert reply.text.count("expressionValue") == 2
    assert KEY not in reply.text
