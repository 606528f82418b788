"""Policies are asked on every write, in Azure's order and with Azure's error; a sandbox that lets through what Azure
would deny proves nothing, and one that denies what Azure lets through stops people for nothing.
"""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from modelyard.policy.documents import definition_registry
from modelyard.sandbox import seed_data
from modelyard.sandbox.arm.answers import ANSWERS
from modelyard.sandbox.arm.policy_enforcement import READ
from modelyard.sandbox.policy import request_admission
from modelyard.sandbox.policy.fields import FIELDS

KEYLESS = "71ef260a-8f18-47b7-abcb-62d0673d94dc"
KEYS_OFF = "14de9e63-1b31-492e-a5a3-c3f7fd57f555"
LOGS = "1b4d1c4e-934c-4703-944c-27c82c06bebb"
DEPLOY_LOGS = "55d1f543-d1b0-4811-9663-d6d0dbc6326d"
REQUIRE_TAG = "871b6d14-10aa-478d-b590-94f262ecfa99"
GROUP_LOCATIONS = "e765b5de-1225-4ba3-bd56-1ac6695af988"
APPROVED = "aafe3651-cb78-4f68-9f81-e7e41509110f"
ACCOUNTS = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
DEPLOYMENTS = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts/deployments"}
SKU = "Microsoft.CognitiveServices/accounts/deployments/sku.name"
KEYS = "Microsoft.CognitiveServices/accounts/disableLocalAuth"


def path(group: str, name: str = "ai") -> str:
    return f"{group}/providers/Microsoft.CognitiveServices/accounts/{name}"


def remarks(reply: Any) -> str:
    return str(reply.headers.get("x-modelyard-policy", ""))


# --- deny ------------------------------------------------------------------------------------------------------------


def test_a_denied_request_says_what_azure_says(pipeline, refused, account_body):
    assigned = pipeline.assign(KEYLESS, parameters={"effect": "Deny"}, displayName="Keys are off")
    group = pipeline.group()
    reply = pipeline("PUT", path(group), account_body(disableLocalAuth=False))
    definition = {
        "name": "Azure AI Services resources should have key access disabled (disable local authentication)",
        "id": f"/providers/Microsoft.Authorization/policyDefinitions/{KEYLESS}",
        "version": "1.1.0",
    }
    identifiers = [{"policyAssignment": {"name": "Keys are off", "id": assigned}, "policyDefinition": definition}]
    listed = json.dumps(identifiers, separators=(",", ":"))
    error = refused(reply, "disallowed-by-policy", resource="ai", identifiers=f"Policy identifiers: '{listed}'.")
    assert error["target"] == "ai"
    (violation,) = error["additionalInfo"]
    assert violation["type"] == "PolicyViolation"
    info = violation["info"]
    assert info["policyAssignmentParameters"] == {"effect": "Deny"}
    assert info["policyDefinitionEffect"] == "Deny"
    assert info["policyAssignmentScope"] == pipeline.subscription
    assert info["policyExemptionIds"] == []
    expressions = info["evaluationDetails"]["evaluatedExpressions"]
    assert expressions[-1] == {
        "result": "True",
        "expressionKind": "Field",
        "expression": KEYS,
        "path": "properties.disableLocalAuth",
        "expressionValue": False,
        "targetValue": "True",
        "operator": "NotEquals",
    }
    assert pipeline("GET", path(group)).status_code == 404


def test_a_message_of_the_assignment_takes_the_place_of_the_identifiers(pipeline, refused, account_body):
    messages = [{"message": "Ask the platform team."}]
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"}, nonComplianceMessages=messages)
    error = refused(pipeline("PUT", path(pipeline.group()), account_body()), "disallowed-by-policy")
    assert "Reasons: 'Ask the platform team.'. See error details for policy resource IDs." in error["message"]


def test_every_denial_is_told_at_once(pipeline, account_body):
    pipeline.assign(KEYLESS, "keys", parameters={"effect": "Deny"})
    pipeline.assign(REQUIRE_TAG, "tags", parameters={"tagName": "owner"})
    error = pipeline("PUT", path(pipeline.group()), account_body()).json()["error"]
    assert [one["info"]["policyAssignmentName"] for one in error["additionalInfo"]] == ["keys", "tags"]


def test_who_may_not_read_policies_is_not_told_the_values(pipeline, account_body):
    """Reported by users: without that right, the details are left out."""
    role = f"{pipeline.subscription}/providers/Microsoft.Authorization/roleDefinitions/{uuid.uuid4()}"
    permissions = [{"actions": ["Microsoft.CognitiveServices/accounts/write"]}]
    properties = {"roleName": "Writer", "permissions": permissions, "assignableScopes": [pipeline.subscription]}
    assert pipeline("PUT", role, {"properties": properties}).status_code == 201
    granted = {"principalId": seed_data.object_id("outsider"), "roleDefinitionId": role}
    where = f"{pipeline.subscription}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}"
    assert pipeline("PUT", where, {"properties": granted}).status_code == 201
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    group = pipeline.group()
    seen = {
        who: pipeline.as_(who)("PUT", path(group), account_body()).json()["error"]["additionalInfo"][0]["info"]
        for who in ("pipeline", "outsider")
    }
    assert "evaluationDetails" in seen["pipeline"]
    assert "evaluationDetails" not in seen["outsider"], READ
    assert seen["outsider"]["policyAssignmentName"] == "ruled"


def test_a_patch_is_ruled_as_what_it_leads_to(pipeline, account_body, refused):
    group = pipeline.group()
    account = pipeline.account(group, disableLocalAuth=True)
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    assert pipeline("PATCH", account, {"tags": {"a": "b"}}).status_code == 202
    pipeline.pass_time(1)
    refused(pipeline("PATCH", account, {"properties": {"disableLocalAuth": False}}), "disallowed-by-policy")


def test_the_request_is_ruled_and_not_what_the_provider_fills_in(pipeline, rule_of, account_body):
    """publicNetworkAccess is Enabled by default, but a request that doesn't say so isn't denied for it."""
    field = "Microsoft.CognitiveServices/accounts/publicNetworkAccess"
    pipeline.assign(pipeline.define("open", rule_of({"allOf": [ACCOUNTS, {"field": field, "equals": "Enabled"}]})))
    group, silent = pipeline.group(), account_body("silent")
    del silent["properties"]["publicNetworkAccess"]
    assert pipeline("PUT", path(group, "silent"), silent).status_code == 201
    assert pipeline("PUT", path(group, "loud"), account_body("loud")).status_code == 403


def test_policies_come_before_the_resource_provider(pipeline, rule_of, deployment_body, refused):
    """A model that doesn't exist, with a SKU that policy forbids: ARM never asks the provider."""
    account = pipeline.account(pipeline.group())
    condition = {"allOf": [DEPLOYMENTS, {"field": SKU, "in": ["GlobalStandard"]}]}
    pipeline.assign(pipeline.define("residency", rule_of(condition)))
    body = deployment_body("no-such-model", "1")
    refused(pipeline("PUT", f"{account}/deployments/chat", body), "disallowed-by-policy")
    assert pipeline("PUT", f"{account}/deployments/zone", deployment_body(sku="DataZoneStandard")).status_code == 201


def test_a_parent_that_is_not_there_comes_first(pipeline, account_body, refused):
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    nowhere = f"{pipeline.subscription}/resourceGroups/nowhere"
    refused(pipeline("PUT", path(nowhere), account_body()), "group-not-found", group="nowhere")


def test_resource_groups_are_ruled_too(pipeline, refused):
    pipeline.assign(GROUP_LOCATIONS, parameters={"listOfAllowedLocations": ["swedencentral"]})
    where = f"{pipeline.subscription}/resourceGroups"
    refused(pipeline("PUT", f"{where}/rg-us", {"location": "eastus"}), "disallowed-by-policy")
    assert pipeline("PUT", f"{where}/rg-se", {"location": "swedencentral"}).status_code == 201


def test_a_rule_may_ask_about_the_resource_group(pipeline, rule_of, account_body):
    condition = {"allOf": [ACCOUNTS, {"value": "[resourceGroup().location]", "notEquals": "[field('location')]"}]}
    pipeline.assign(pipeline.define("together", rule_of(condition)))
    assert pipeline("PUT", path(pipeline.group("rg-se")), account_body()).status_code == 201
    assert pipeline("PUT", path(pipeline.group("rg-us", "eastus"), "us"), account_body("us")).status_code == 403


def test_a_failed_evaluation_denies(pipeline, rule_of, account_body, refused):
    """As Microsoft documents it: a failed evaluation is an implicit deny, whatever the effect."""
    condition = {"allOf": [ACCOUNTS, {"value": "[substring(field('name'), 0, 9)]", "equals": "123456789"}]}
    pipeline.assign(pipeline.define("short", rule_of(condition, "audit")))
    refused(pipeline("PUT", path(pipeline.group()), account_body()), "disallowed-by-policy")


# --- where and when --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "properties", "status"),
    [
        ("subscription", {}, 403),
        ("group", {}, 403),
        ("other", {}, 201),
        ("subscription", {"enforcementMode": "DoNotEnforce"}, 201),
        ("subscription", {"notScopes": ["group"]}, 201),
        ("subscription", {"notScopes": ["other"]}, 403),
        ("subscription", {"resourceSelectors": [{"selectors": [{"kind": "resourceLocation", "in": ["eastus"]}]}]}, 201),
        ("subscription", {"overrides": [{"kind": "policyEffect", "value": "Audit"}]}, 201),
        ("subscription", {"overrides": [{"kind": "policyEffect", "value": "Disabled"}]}, 201),
    ],
)
def test_an_assignment_rules_where_it_says(pipeline, account_body, at, properties, status):
    scopes = {
        "subscription": pipeline.subscription,
        "group": pipeline.group(),
        "other": pipeline.group("rg-other"),
    }
    if "notScopes" in properties:
        properties = {"notScopes": [scopes[name] for name in properties["notScopes"]]}
    pipeline.assign(KEYLESS, scope=scopes[at], parameters={"effect": "Deny"}, **properties)
    assert pipeline("PUT", path(scopes["group"]), account_body()).status_code == status


def test_it_rules_no_longer_once_it_is_gone(pipeline, account_body):
    group, assigned = pipeline.group(), pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    assert pipeline("PUT", path(group), account_body()).status_code == 403
    pipeline("DELETE", assigned)
    assert pipeline("PUT", path(group), account_body()).status_code == 201


def test_a_definition_that_changes_rules_differently_at_once(pipeline, rule_of, account_body):
    where = pipeline.define("one", rule_of(ACCOUNTS, "audit"))
    pipeline.assign(where)
    group = pipeline.group()
    assert remarks(pipeline("PUT", path(group, "one"), account_body("one"))) == "non-compliant: ruled, audit"
    pipeline.define("one", rule_of(ACCOUNTS, "deny"))
    assert pipeline("PUT", path(group, "two"), account_body("two")).status_code == 403


# --- other effects ---------------------------------------------------------------------------------------------------


def test_modify_changes_what_is_stored(pipeline, account_body):
    pipeline.assign(KEYS_OFF, identity=True)
    account = path(pipeline.group())
    made = pipeline("PUT", account, account_body(disableLocalAuth=False))
    assert made.status_code == 201
    assert made.json()["properties"]["disableLocalAuth"] is True
    assert remarks(made) == f"changed by policy: addOrReplace {KEYS}"
    assert pipeline("GET", account).json()["properties"]["disableLocalAuth"] is True


@pytest.mark.parametrize(("kind", "status"), [("app", 403), ("user", 201)])
def test_a_rule_may_ask_who_makes_the_request(pipeline, rule_of, account_body, kind, status):
    who = {"value": "[requestContext().identity.idtyp]", "equals": kind}
    pipeline.assign(pipeline.define("asking", rule_of({"allOf": [ACCOUNTS, who]}, "deny")))
    assert pipeline("PUT", path(pipeline.group()), account_body()).status_code == status


def test_append_adds_and_a_contradiction_denies(pipeline, rule_of, account_body, refused):
    """As Microsoft documents append: what would override another value acts as a deny."""
    details = [{"field": "tags['costCentre']", "value": "1234"}]
    pipeline.assign(pipeline.define("tagging", rule_of(ACCOUNTS, "append", details)))
    group = pipeline.group()
    made = pipeline("PUT", path(group), account_body())
    assert made.json()["tags"] == {"costCentre": "1234"}
    wrong = {**account_body("other"), "tags": {"costCentre": "9"}}
    refused(pipeline("PUT", path(group, "other"), wrong), "disallowed-by-policy")


def test_a_change_can_spare_a_denial(pipeline, account_body):
    """Changes come first, since they may make what is asked for right."""
    pipeline.assign(KEYLESS, "deny", parameters={"effect": "Deny"})
    pipeline.assign(KEYS_OFF, "modify", identity=True)
    assert pipeline("PUT", path(pipeline.group()), account_body()).status_code == 201


@pytest.mark.parametrize("mode", ["DoNotEnforce", "Enroll"])
def test_what_is_not_enforced_changes_nothing(pipeline, account_body, mode):
    """The sandbox keeps no enrollments, so nothing is enrolled."""
    pipeline.assign(KEYS_OFF, identity=True, enforcementMode=mode)
    made = pipeline("PUT", path(pipeline.group()), account_body())
    assert "disableLocalAuth" not in made.json()["properties"]


def test_what_is_not_there_is_remarked_and_not_deployed(pipeline, account_body):
    pipeline.assign(LOGS, "audit")
    pipeline.assign(DEPLOY_LOGS, "deploy", identity=True, parameters={"logAnalytics": "/subscriptions/x"})
    made = pipeline("PUT", path(pipeline.group()), account_body())
    assert made.status_code == 201
    assert remarks(made) == (
        "non-compliant: audit, auditIfNotExists; "
        "non-compliant: deploy, deployIfNotExists, and what it deploys is not deployed here"
    )


@pytest.mark.parametrize(("mode", "status"), [("Indexed", 403), ("All", 202)])
def test_deny_action_keeps_what_it_protects(pipeline, rule_of, refused, mode, status):
    account = pipeline.account(group := pipeline.group())
    details = {"actionNames": ["delete"], "cascadeBehaviors": {"resourceGroup": "deny"}}
    definition = pipeline.define("kept", rule_of(ACCOUNTS, "denyAction", details), mode=mode)
    assigned = pipeline.assign(definition)
    assert refused(pipeline("DELETE", account), "deletion-disallowed")["target"] == "ai"
    assert pipeline("DELETE", group).status_code == status, "only mode Indexed reaches up to the group"
    if status == 403:
        pipeline("DELETE", assigned)
        assert pipeline("DELETE", account).status_code == 200


# --- the mode of the data plane --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parameters", "remark"),
    [
        ({"allowedPublishers": ["OpenAI"]}, ""),
        ({"allowedAssetIds": ["azureml://registries/azure-openai/models/gpt-5.4/"]}, ""),
        ({"allowedPublishers": ["Mistral AI"]}, "non-compliant: ruled, deny, not enforced"),
    ],
)
def test_policies_of_the_data_plane_are_evaluated_and_stop_nothing(pipeline, deployment_body, parameters, remark):
    """Whether they rule requests to ARM isn't settled, so the sandbox never lets a stack rely on it."""
    account = pipeline.account(pipeline.group())
    pipeline.assign(APPROVED, parameters={"effect": "Deny", **parameters})
    made = pipeline("PUT", f"{account}/deployments/chat", deployment_body())
    assert made.status_code == 201
    assert remarks(made) == remark


def test_what_cannot_be_derived_is_undecided(pipeline, deployment_body):
    account = pipeline.account(pipeline.group())
    pipeline.assign(
        APPROVED, parameters={"effect": "Deny", "allowedAssetIds": ["azureml://registries/azureml-mistral/"]}
    )
    body = deployment_body("Mistral-Large-3", "1", publisher="Mistral AI", capacity=1)
    made = pipeline("PUT", f"{account}/deployments/mistral", body)
    assert remarks(made).startswith("undecided: ruled waits for")
    pipeline.pass_time(1)
    assert [one["complianceState"] for one in pipeline.states()] == ["Unknown"]


# --- laws ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own() -> dict[str, dict[str, Any]]:
    """The project's own definitions, as a team writes them into Azure."""
    from importlib import resources

    folder = resources.files("modelyard.policy") / "definitions"
    return {
        one.name.removesuffix(".json"): json.loads(one.read_text(encoding="utf-8"))["properties"]
        for one in folder.iterdir()
        if one.name.endswith(".json")
    }


def test_every_definition_of_the_projects_own_is_taken(pipeline, own):
    """What a stack declares from the library must pass the gate."""
    assert all(definition_registry.own(FIELDS).find(f"modelyard/{name}") is not None for name in own)
    for name, properties in own.items():
        where = f"{pipeline.subscription}/providers/Microsoft.Authorization/policyDefinitions/{name}"
        assert pipeline("PUT", where, {"properties": properties}).status_code == 201, name


EFFECTS = st.sampled_from(["Audit", "Deny", "Disabled"])
ASSIGNMENT = st.tuples(EFFECTS, st.booleans(), st.booleans())
"""Effect, whether it is enforced, whether the group is exempt."""


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(assignments=st.lists(ASSIGNMENT, max_size=4), off=st.booleans())
def test_deny_wins_and_nothing_else_denies(pipeline, account_body, assignments, off):
    """A request is denied exactly where an enforced, unexempted deny meets a resource that breaks the rule."""
    group = pipeline.group(f"rg-{uuid.uuid4().hex[:8]}")
    for at, (effect, enforced, exempt) in enumerate(assignments):
        mode = "Default" if enforced else "DoNotEnforce"
        name = f"a{at}"
        assigned = pipeline.assign(KEYLESS, name, scope=group, parameters={"effect": effect}, enforcementMode=mode)
        if exempt:
            pipeline.exempt(assigned, group, name)
    name = f"x{uuid.uuid4().hex[:8]}"
    reply = pipeline("PUT", path(group, name), account_body(name, disableLocalAuth=off))
    denied = not off and any(one == ("Deny", True, False) for one in assignments)
    assert reply.status_code == (403 if denied else 201)
    if denied:
        blamed = {one["info"]["policyAssignmentName"] for one in reply.json()["error"]["additionalInfo"]}
        assert blamed == {f"a{at}" for at, one in enumerate(assignments) if one == ("Deny", True, False)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hours=st.integers(1, 48), steps=st.lists(st.integers(1, 24), min_size=1, max_size=6))
def test_an_exemption_ends_once_and_for_all(pipeline, azure, account_body, hours, steps):
    """As the clock moves on, an exempt write may come to be denied and never the other way."""
    group = pipeline.group(f"rg-{uuid.uuid4().hex[:8]}")
    until = azure.clock.now() + timedelta(hours=hours)
    assigned = pipeline.assign(KEYLESS, scope=group, parameters={"effect": "Deny"})
    pipeline.exempt(assigned, group, expiresOn=f"{until:%Y-%m-%dT%H:%M:%SZ}")
    statuses = []
    for step in steps:
        azure.clock.advance(timedelta(hours=step))
        name = f"x{uuid.uuid4().hex[:8]}"
        statuses.append(pipeline("PUT", path(group, name), account_body(name)).status_code)
    assert statuses == sorted(statuses), "201 comes before 403"
    assert statuses == [201 if sum(steps[: at + 1]) < hours else 403 for at in range(len(steps))]


def test_remarks_stay_within_what_a_header_carries():
    told = request_admission.told(f"non-compliant: assignment-{at}, audit" for at in range(1000))
    assert len(told) < 4100
    assert told.endswith("more")
    assert request_admission.told(["one", "two"]) == "one; two"


def test_every_answer_of_policies_has_its_grade():
    named = [one for name, one in ANSWERS.items() if "polic" in name or "exemption" in name or "parameter" in name]
    assert len(named) > 15
    assert all(one.source for one in named)
