"""An assignment that Azure would refuse must not look as if it worked: a rule that rules nothing is worse than none."""

import uuid
from datetime import timedelta
from typing import Any

import pytest

from modelyard.sandbox import seed_data
from modelyard.sandbox.entra import directory

ACCOUNTS = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
KEYLESS = "71ef260a-8f18-47b7-abcb-62d0673d94dc"
LOCATIONS = "e56962a6-4747-49cd-b67b-bf8b01975c4c"
KEYS_OFF = "14de9e63-1b31-492e-a5a3-c3f7fd57f555"
GUARDRAILS = "/providers/Microsoft.Authorization/policySetDefinitions/5207647b-3e83-4e28-b836-c382cb5e2a2e"
MYSTERY = "00000000-0000-4000-8000-000000000001"


def path(scope: str, name: str = "ruled") -> str:
    return f"{scope}/providers/Microsoft.Authorization/policyAssignments/{name}"


def test_made_read_listed_and_deleted(pipeline, assignment_body, refused):
    group = pipeline.group()
    where = path(group)
    made = pipeline("PUT", where, assignment_body(KEYLESS, displayName="No keys"))
    assert made.status_code == 201
    properties = made.json()["properties"]
    assert properties["scope"] == group
    assert properties["enforcementMode"] == "Default"
    assert properties["notScopes"] == []
    assert pipeline("PUT", where, assignment_body(KEYLESS)).status_code == 201, "the official client takes 201 only"
    assert pipeline("GET", where.upper().replace("/SUBSCRIPTIONS/", "/subscriptions/")).json()["name"] == "ruled"
    at_subscription = pipeline.assign(KEYLESS, "above")
    listed = pipeline("GET", path(group, "").rstrip("/")).json()["value"]
    assert sorted(one["name"] for one in listed) == ["above", "ruled"]
    exact = {"$filter": "atExactScope()"}
    assert [one["name"] for one in pipeline("GET", path(group, "").rstrip("/"), **exact).json()["value"]] == ["ruled"]
    upward = {"$filter": "atScope()"}
    assert [
        one["id"] for one in pipeline("GET", path(pipeline.subscription, "").rstrip("/"), **upward).json()["value"]
    ] == [at_subscription]
    gone = pipeline("DELETE", where)
    assert (gone.status_code, gone.json()["name"]) == (200, "ruled"), "the reply is what was there"
    assert pipeline("DELETE", where).status_code == 204
    refused(pipeline("GET", where), "policy-assignment-not-found")
    refused(pipeline("PATCH", where, {}), "policy-assignment-not-found")


def test_it_asks_for_the_newest_major_version(pipeline, rule_of):
    """As Azure does where nobody says which; else a rule of version 2 would look like one that wasn't asked for."""
    own = pipeline.define("own", rule_of(ACCOUNTS), version="2.1.0")
    for definition, version in ((KEYLESS, "1.*.*"), (GUARDRAILS, "1.*.*-preview"), (own, "2.*.*")):
        assigned = pipeline("GET", pipeline.assign(definition, f"a-{version[0]}-{len(version)}")).json()
        assert assigned["properties"]["definitionVersion"] == version


@pytest.mark.parametrize(
    ("definition", "parameters", "which", "facts"),
    [
        (LOCATIONS, None, "missing-parameter", None),
        (
            KEYLESS,
            {"effort": "much"},
            "undefined-parameter",
            {"name": "ruled", "parameters": "effort", "definition": KEYLESS},
        ),
        (KEYLESS, {"": None}, "undefined-parameter", {"name": "ruled", "parameters": "", "definition": KEYLESS}),
        (
            KEYLESS,
            {"effect": "deny"},
            "parameter-not-allowed",
            {"value": "deny", "parameter": "effect", "definition": KEYLESS, "allowed": "Audit, Deny, Disabled"},
        ),
        (LOCATIONS, {"listOfAllowedLocations": "swedencentral"}, "bad-parameter", None),
        (
            GUARDRAILS,
            {"raiPolicyMode": ["Default", "Blocking"]},
            "parameter-not-allowed",
            {
                "value": "Blocking",
                "parameter": "raiPolicyMode",
                "definition": GUARDRAILS.rpartition("/")[2],
                "allowed": "Default, Asynchronous_filter",
            },
        ),
    ],
)
def test_parameters_must_fit_the_definition(pipeline, refused, assignment_body, definition, parameters, which, facts):
    reply = pipeline("PUT", path(pipeline.subscription), assignment_body(definition, parameters=parameters))
    refused(reply, which, **(facts or {}))


@pytest.mark.parametrize(
    ("properties", "which"),
    [
        ({}, "bad-assignment-request"),
        (
            {"policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/none"},
            "assigned-policy-not-found",
        ),
        (
            {"policyDefinitionId": "/subscriptions/other/providers/Microsoft.Authorization/policyDefinitions/none"},
            "assigned-policy-not-found",
        ),
        (
            {
                "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}",
                "enforcementMode": "Sometimes",
            },
            "bad-assignment-request",
        ),
        (
            {
                "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}",
                "nonComplianceMessages": [{"message": "no", "policyDefinitionReferenceId": "member"}],
            },
            "message-references",
        ),
        (
            {
                "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}",
                "overrides": [{"kind": "mood", "value": "Deny"}],
            },
            "bad-assignment-request",
        ),
        (
            {
                "policyDefinitionId": f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}",
                "overrides": [{"kind": "policyEffect", "value": "Deny it"}],
            },
            "bad-assignment-request",
        ),
    ],
)
def test_what_is_refused(pipeline, refused, properties, which):
    refused(pipeline("PUT", path(pipeline.subscription), {"properties": properties}), which)


def test_an_existing_one_keeps_its_definition_and_location(pipeline, refused, assignment_body):
    where = pipeline.assign(KEYS_OFF, identity=True)
    before = f"/providers/Microsoft.Authorization/policyDefinitions/{KEYS_OFF}"
    wanted = f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}"
    refused(
        pipeline("PUT", where, assignment_body(KEYLESS)),
        "definition-fixed",
        name="ruled",
        definition=before,
        wanted=wanted,
    )
    moved = {**assignment_body(KEYS_OFF, identity=True), "location": "westus"}
    refused(pipeline("PUT", where, moved), "assignment-location-fixed")


def test_what_changes_or_deploys_needs_an_identity_and_that_a_location(pipeline, refused, azure, assignment_body):
    where = path(pipeline.subscription)
    refused(pipeline("PUT", where, assignment_body(KEYS_OFF)), "identity-required", name="ruled", effect="Modify")
    disabled = assignment_body(KEYS_OFF, parameters={"effect": "Disabled"})
    assert pipeline("PUT", where, disabled).status_code == 201
    nowhere = {**assignment_body(KEYS_OFF), "identity": {"type": "SystemAssigned"}}
    refused(pipeline("PUT", where, nowhere), "location-required")
    pipeline("DELETE", where)
    made = pipeline("PUT", where, assignment_body(KEYS_OFF, identity=True))
    assert made.status_code == 201, made.text
    principal = made.json()["identity"]["principalId"]
    assert directory.find(azure, principal), "it can be given roles"
    again = pipeline("PUT", where, assignment_body(KEYS_OFF, identity=True))
    assert again.json()["identity"]["principalId"] == principal
    pipeline("DELETE", where)
    assert directory.find(azure, principal) is None


MENDER = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/mender"


def test_an_identity_that_is_there_already_is_the_same_for_all(pipeline, azure, assignment_body):
    """Roles are given to it once; it stays when an assignment goes."""
    managed = {"type": "UserAssigned", "userAssignedIdentities": {MENDER: {}}}
    found = []
    for name in ("one", "two"):
        where = path(pipeline.subscription, name)
        made = pipeline("PUT", where, {**assignment_body(KEYS_OFF, identity=True), "identity": managed})
        assert made.status_code == 201, made.text
        found.append(made.json()["identity"]["userAssignedIdentities"])
        pipeline("DELETE", where)
    assert found[0] == found[1]
    assert directory.find(azure, found[0][MENDER]["principalId"])


@pytest.mark.parametrize(
    "identity",
    [
        {"type": "UserAssigned"},
        {"type": "UserAssigned", "userAssignedIdentities": {MENDER: {}, f"{MENDER}2": {}}},
        {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {MENDER: {}}},
    ],
)
def test_an_assignment_has_one_identity(pipeline, refused, assignment_body, identity):
    wanted = {**assignment_body(KEYS_OFF, identity=True), "identity": identity}
    refused(pipeline("PUT", path(pipeline.subscription), wanted), "bad-assignment-request")


def test_an_override_that_changes_something_needs_an_identity_too(pipeline, refused, assignment_body):
    disabled = assignment_body(
        KEYS_OFF, parameters={"effect": "Disabled"}, overrides=[{"kind": "policyEffect", "value": "Modify"}]
    )
    refused(pipeline("PUT", path(pipeline.subscription), disabled), "identity-required", name="ruled", effect="Modify")


def test_one_of_azures_that_has_no_rule_here_is_taken_and_told_of(pipeline, assignment_body, account_body):
    """Never silently skipped: the assignment says so, and so does every write that it would have ruled."""
    where = path(pipeline.subscription)
    made = pipeline("PUT", where, assignment_body(MYSTERY, parameters={"anything": 1}))
    assert made.status_code == 201
    assert "ruled is not evaluated" in made.headers["x-modelyard-note"]
    group = pipeline.group()
    reply = pipeline("PUT", f"{group}/providers/Microsoft.CognitiveServices/accounts/ai", account_body())
    assert "ruled is not evaluated" in reply.headers["x-modelyard-policy"]
    query = f"{group}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    assert "ruled is not evaluated" in pipeline("POST", query).headers["x-modelyard-policy"]


def test_a_patch_changes_overrides_and_selectors_only(pipeline, account_body):
    where = pipeline.assign(KEYLESS, parameters={"effect": "Audit"})
    overrides = [{"kind": "policyEffect", "value": "Deny"}]
    wanted = {"properties": {"overrides": overrides, "parameters": {"effect": {"value": "Disabled"}}}}
    changed = pipeline("PATCH", where, wanted)
    assert changed.status_code == 200, changed.text
    assert changed.json()["properties"]["parameters"] == {"effect": {"value": "Audit"}}
    reply = pipeline("PUT", f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai", account_body())
    assert reply.status_code == 403, "the override makes it a deny"


def test_it_goes_with_its_resource_group(pipeline, azure):
    group = pipeline.group()
    pipeline.assign(KEYLESS, scope=group, parameters={"effect": "Deny"})
    pipeline("DELETE", group)
    pipeline.pass_time(1)
    assert pipeline("GET", group).status_code == 404
    assert list(azure.store.scan("policies")) == []


def test_it_rules_as_late_as_the_delay_says(pipeline, azure, account_body):
    azure.delays = {**azure.delays, "Microsoft.Authorization/policyAssignments": 300.0}
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    group = pipeline.group()
    where = f"{group}/providers/Microsoft.CognitiveServices/accounts"
    assert pipeline("PUT", f"{where}/early", account_body("early")).status_code == 201
    azure.clock.advance(timedelta(minutes=6))
    assert pipeline("PUT", f"{where}/late", account_body("late")).status_code == 403


@pytest.mark.parametrize(("who", "status"), [("pipeline", 201), ("reader", 403), ("outsider", 403)])
def test_who_may_assign(pipeline, assignment_body, who, status):
    assert pipeline.as_(who)("PUT", path(pipeline.subscription), assignment_body(KEYLESS)).status_code == status


def test_the_role_for_policies_writes_policies_and_nothing_else(pipeline, rule_of, account_body):
    role = "/providers/Microsoft.Authorization/roleDefinitions/36243c78-bf99-498c-9df9-86d9f8d28608"
    where = f"{pipeline.subscription}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    granted: dict[str, Any] = {"principalId": seed_data.object_id("outsider"), "roleDefinitionId": role}
    assert pipeline("PUT", where, {"properties": granted}).status_code == 201
    outsider, group = pipeline.as_("outsider"), pipeline.group()
    definition = outsider.define("one", rule_of(ACCOUNTS, "audit"))
    outsider.exempt(outsider.assign(definition, scope=group), group)
    assert outsider.states() == []
    account = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai"
    assert outsider("PUT", account, account_body()).status_code == 403
