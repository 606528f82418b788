"""A body that no client of Azure's makes is told what is wrong with it; none brings the sandbox down.

The bodies are made from the forms themselves: every member that a kind of resource has, and one of every wrong type.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from azure.mgmt.authorization.v2022_04_01 import models as role_models
from azure.mgmt.cognitiveservices import models as account_models

from modelyard.sandbox import seed_data
from modelyard.sandbox.arm import remediation
from modelyard.sandbox.arm.answers import ArmRefusal
from modelyard.sandbox.arm.body_schema import ANY, Form, check
from modelyard.sandbox.arm.kinds import kinds
from modelyard.sandbox.entra import tokens

GUID = "11111111-2222-4333-8444-555555555555"
PATHS = {
    "microsoft.resources/resourcegroups": "{group}-two",
    "microsoft.cognitiveservices/accounts": "{account}-two",
    "microsoft.cognitiveservices/accounts/deployments": "{account}/deployments/chat",
    "microsoft.cognitiveservices/accounts/raipolicies": "{account}/raiPolicies/strict",
    "microsoft.cognitiveservices/accounts/raiblocklists": "{account}/raiBlocklists/words",
    "microsoft.cognitiveservices/accounts/raiblocklists/raiblocklistitems": "{list}/raiBlocklistItems/one",
}
VALUES: tuple[Any, ...] = (7, "[parameters(", [None], {"": None}, None)


def path_of(arm_type: str, places: Mapping[str, str]) -> str:
    scoped = f"{{group}}/providers/{arm_type}/{GUID}"
    if arm_type.endswith("definitions"):
        scoped = f"{{subscription}}/providers/{arm_type}/{GUID}"
    return PATHS.get(arm_type, scoped).format(**places)


def bodies(form: Form) -> Iterator[Any]:
    """One body for each place and each value there; around the place stands nothing but what leads to it."""
    yield from VALUES
    if isinstance(form, list):
        yield from ([each] for each in bodies(form[0]))
    elif isinstance(form, Mapping):
        for name, inner in form.items():
            yield from ({name: each} for each in bodies(inner))


MODELS: Mapping[str, Any] = {
    "microsoft.cognitiveservices/accounts": account_models.Account,
    "microsoft.cognitiveservices/accounts/deployments": account_models.Deployment,
    "microsoft.cognitiveservices/accounts/raipolicies": account_models.RaiPolicy,
    "microsoft.cognitiveservices/accounts/raiblocklists": account_models.RaiBlocklist,
    "microsoft.cognitiveservices/accounts/raiblocklists/raiblocklistitems": account_models.RaiBlocklistItem,
    "microsoft.authorization/roleassignments": role_models.RoleAssignmentCreateParameters,
    "microsoft.authorization/roledefinitions": role_models.RoleDefinition,
}
NEWER = {f"properties.safetyProviders[].{name}" for name in ("safetyProviderName", "blocking", "source")}
"""Members of api-versions that the client doesn't speak."""
NOT_THEIRS = {"kind", "location", "managedBy", "identity.userAssignedIdentities.*", "properties.apiProperties.*"}
"""Beside `properties`; a class names those that the type has, and says nothing of what is in a map."""


def leaves(form: Form, place: str = "") -> Iterator[tuple[str, str]]:
    """Each place of a form and the type there, as the clients' attribute maps write it."""
    if isinstance(form, type):
        yield place, "object" if form is ANY else form.__name__
    elif isinstance(form, list):
        yield from leaves(form[0], f"{place}[]")
    elif isinstance(form, Mapping):
        for name, inner in form.items():
            yield from leaves(inner, f"{place}.{name}" if place else name)


def members(kind: str, home: Any, place: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The same of a class of an official client, by its attribute map."""
    if kind.startswith("["):
        yield from members(kind[1:-1], home, f"{place}[]", depth)
    elif kind.startswith("{"):
        yield from members(kind[1:-1], home, f"{place}.*", depth)
    elif (known := getattr(home, kind, None)) is not None and hasattr(known, "_attribute_map"):
        for entry in known._attribute_map.values() if depth < 5 else ():
            yield from members(entry["type"], home, f"{place}.{entry['key']}" if place else entry["key"], depth + 1)
    else:
        yield place, kind


@pytest.mark.parametrize("arm_type", MODELS)
def test_a_form_is_what_the_official_client_sends(arm_type):
    """A flag that were called a text here would be refused to everybody who writes it as Azure wants it."""
    model = MODELS[arm_type]
    theirs = dict(members(model.__name__, role_models if "authorization" in arm_type else account_models))
    ours = {place: kind for place, kind in leaves(kinds()[arm_type].form) if place not in NEWER | NOT_THEIRS}
    assert {place: theirs.get(place) for place in ours} == ours


@pytest.fixture
def places(pipeline) -> dict[str, str]:
    group = pipeline.group()
    account = pipeline.account(group)
    words = f"{account}/raiBlocklists/listed"
    assert pipeline("PUT", words, {"properties": {}}).status_code == 201
    return {"subscription": pipeline.subscription, "group": group, "account": account, "list": words}


@pytest.mark.parametrize("arm_type", [*kinds(), remediation.TYPE.lower()])
def test_no_body_is_too_strange_to_be_answered(pipeline, places, arm_type):
    """The test client raises what the server doesn't catch."""
    kind = kinds().get(arm_type)
    path = path_of(arm_type, places)
    for body in bodies(kind.form if kind else {"properties": remediation.STATED}):
        reply = pipeline("PUT", path, body)
        if reply.status_code >= 400:
            assert reply.json()["error"]["code"], (body, reply.text)
    pipeline.states()


@pytest.mark.parametrize(
    "arm_type", ["microsoft.cognitiveservices/accounts", "microsoft.authorization/policyassignments"]
)
def test_no_change_is_too_strange_to_be_answered(pipeline, places, arm_type):
    path = places["account"]
    if arm_type.startswith("microsoft.authorization"):
        path = pipeline.assign("06a78e20-9358-41c9-923c-fb736d382a4d")
    for body in bodies(kinds()[arm_type].form):
        assert pipeline("PATCH", path, body).status_code in (200, 202, 400, 409), body
    pipeline.states()


@pytest.mark.parametrize(
    ("form", "body", "told"),
    [
        ({"tags": {"*": str}}, {"tags": {"a": 5}}, "tags.a must be a text, not a number"),
        ({"tags": {"*": str}}, {"tags": ["a"]}, "tags must be an object, not a list"),
        ({"on": bool}, {"on": "true"}, "on must be true or false, not a text"),
        ({"most": int}, {"most": True}, "most must be a whole number, not true or false"),
        ({"most": int}, {"most": 1.5}, "most must be a whole number, not a number"),
        ({"rules": [{"value": str}]}, {"rules": [{"value": "a"}, None]}, "rules[1] must not be null"),
        ({"a": str, "b": str}, {"a": 1, "b": {}}, "a must be a text, not a number; b must be a text, not an object"),
        ({}, "text", "the body must be an object, not a text"),
        ([str], ["a", 1], "[1] must be a text, not a number"),
    ],
)
def test_every_wrong_place_is_named(form, body, told):
    with pytest.raises(ArmRefusal) as refusal:
        check(form, body)
    assert told in refusal.value.message


@pytest.mark.parametrize(
    ("form", "body"),
    [
        ({"a": str}, {"a": None, "unknown": 5}),
        ({"a": float}, {"a": 1}),
        ({"a": [ANY]}, {"a": [None, 1, "x"]}),
        ({}, {"a": object}),
    ],
)
def test_what_is_of_the_form_passes(form, body):
    check(form, body)


def test_a_flag_in_quotes_is_not_taken_for_one(pipeline, refused, account_body):
    """`"false"` would otherwise be as good as true, and turn keys off for whoever asked that they stay on."""
    body = account_body(disableLocalAuth="false")
    path = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    error = refused(pipeline("PUT", path, body), "bad-content")
    assert "properties.disableLocalAuth must be true or false, not a text" in error["message"]


@pytest.mark.parametrize("body", [b"[" * 100, b'{"tags": {"a": NaN}}', b'{"a": Infinity}'])
def test_what_only_some_parsers_take_for_json(pipeline, refused, body):
    token = tokens.issue(pipeline.azure, seed_data.object_id("pipeline"), "https://management.azure.com")
    path, headers = f"{pipeline.subscription}/resourceGroups/rg", {"Authorization": f"Bearer {token}"}
    reply = pipeline.http.put(path, content=body, params={"api-version": "2024-03-01"}, headers=headers)
    refused(reply, "bad-content")


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("{account}/regenerateKey", {"keyName": 1}),
        ("{subscription}/providers/Microsoft.CognitiveServices/checkDomainAvailability", {"subdomainName": {}}),
        (
            "{subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/checkSkuAvailability",
            {"skus": 7, "kind": "AIServices"},
        ),
    ],
)
def test_questions_have_a_form_too(pipeline, refused, places, action, body):
    refused(pipeline("POST", action.format(**places), body), "bad-content")
