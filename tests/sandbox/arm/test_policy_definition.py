"""A definition that the evaluator can't take as Azure would must never be stored: it would rule nothing, quietly."""

from typing import Any

import pytest

ACCOUNTS = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
KEYS = "Microsoft.CognitiveServices/accounts/disableLocalAuth"
BUILT_IN = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"

DEPLOY_KEYS_OFF = "55eff01b-f2bd-4c32-9203-db285f709d30"
LOGS = {
    "type": "Microsoft.Insights/diagnosticSettings",
    "roleDefinitionIds": ["/providers/Microsoft.Authorization/roleDefinitions/749f88d5-cbae-40b8-bcfc-e573ddc772fa"],
}


def path(scope: str, name: str = "one") -> str:
    return f"{scope}/providers/Microsoft.Authorization/policyDefinitions/{name}"


def body(rule: Any, **properties: Any) -> dict[str, Any]:
    return {"properties": {"policyRule": rule, "mode": "All", **properties}}


def test_made_read_listed_and_deleted(pipeline, rule_of, refused):
    where = path(pipeline.subscription)
    made = pipeline("PUT", where, body(rule_of(ACCOUNTS), metadata={"category": "AI"}))
    assert made.status_code == 201
    properties = made.json()["properties"]
    assert properties["policyType"] == "Custom"
    assert properties["version"] == "1.0.0"
    assert properties["metadata"]["category"] == "AI"
    assert properties["metadata"]["createdBy"]
    assert pipeline("PUT", where, body(rule_of(ACCOUNTS, "audit"))).status_code == 201, "the client takes 201 only"
    again = pipeline("GET", where).json()
    assert again["properties"]["policyRule"]["then"]["effect"] == "audit"
    assert again["properties"]["metadata"]["updatedOn"]
    listed = pipeline("GET", path(pipeline.subscription, "").rstrip("/")).json()["value"]
    assert {one["properties"]["policyType"] for one in listed} == {"Custom", "BuiltIn"}
    custom = {"$filter": "policyType eq 'Custom'"}
    only = pipeline("GET", path(pipeline.subscription, "").rstrip("/"), **custom).json()["value"]
    assert [one["name"] for one in only] == ["one"]
    assert pipeline("DELETE", where).status_code == 200
    assert pipeline("DELETE", where).status_code == 204
    refused(pipeline("GET", where), "policy-not-found", name="one")


def test_a_definition_without_a_mode_is_indexed(pipeline, rule_of):
    made = pipeline("PUT", path(pipeline.subscription), {"properties": {"policyRule": rule_of(ACCOUNTS)}})
    assert made.json()["properties"]["mode"] == "Indexed"


@pytest.mark.parametrize(
    ("wanted", "which"),
    [
        ({}, "bad-definition-request"),
        ({"policyRule": "deny"}, "bad-definition-request"),
        (
            {"policyRule": {"if": ACCOUNTS, "then": {"effect": "deny"}}, "policyType": "BuiltIn"},
            "bad-definition-request",
        ),
        ({"policyRule": {"if": ACCOUNTS, "then": {"effect": "deny"}}, "mode": "Some"}, "bad-definition-request"),
        ({"policyRule": {"if": ACCOUNTS, "then": {"effect": "forbid"}}}, "bad-policy"),
        ({"policyRule": {"if": ACCOUNTS, "then": {"effect": "[parameters('effect')]"}}}, "bad-policy"),
        ({"policyRule": {"if": {"field": "type", "resembles": "x"}, "then": {"effect": "deny"}}}, "bad-policy"),
        (
            {"policyRule": {"if": {"field": "properties.x", "equals": 1}, "then": {"effect": "deny"}}},
            "bad-policy-alias",
        ),
        ({"policyRule": {"if": ACCOUNTS, "then": {"effect": "modify", "details": {}}}}, "bad-policy-details"),
        ({"policyRule": {"if": ACCOUNTS, "then": {"effect": "auditIfNotExists", "details": []}}}, "bad-policy-details"),
        (
            {"policyRule": {"if": ACCOUNTS, "then": {"effect": "deployIfNotExists", "details": LOGS}}},
            "bad-policy-details",
        ),
        (
            {
                "policyRule": {"if": ACCOUNTS, "then": {"effect": "deny"}},
                "parameters": {"a": {"type": "String", "defaultValue": 7}},
            },
            "bad-policy-parameters",
        ),
    ],
)
def test_what_is_refused_by_name_and_place(pipeline, refused, wanted, which):
    reply = pipeline("PUT", path(pipeline.subscription), {"properties": {"mode": "All", **wanted}})
    error = refused(reply, which)
    told = error["message"] + reply.headers.get("x-modelyard-advice", "")
    assert "policyRule" in told or "mode" in told or "parameters" in told or "policyType" in told or "Custom" in told
    assert pipeline("GET", path(pipeline.subscription)).status_code == 404


def test_an_assignment_that_deploys_needs_something_to_deploy(pipeline, rule_of, refused, assignment_body):
    """A definition may leave the effect to its assignments; Azure's own have templates, and equivalents here none."""
    effects = {"type": "String", "allowedValues": ["AuditIfNotExists", "DeployIfNotExists"]}
    parameters = {"effect": {**effects, "defaultValue": "AuditIfNotExists"}}
    where = pipeline.define("logs", rule_of(ACCOUNTS, "[parameters('effect')]", LOGS), parameters=parameters)
    wanted = assignment_body(where, identity=True, parameters={"effect": "DeployIfNotExists"})
    assigned = f"{pipeline.subscription}/providers/Microsoft.Authorization/policyAssignments/logs"
    error = refused(pipeline("PUT", assigned, wanted), "bad-assignment-request")
    assert "policyRule.then.details.deployment" in error["message"]
    wanted = assignment_body(where, parameters={"effect": "AuditIfNotExists"})
    assert pipeline("PUT", assigned, wanted).status_code == 201
    pipeline.assign(DEPLOY_KEYS_OFF, identity=True)


def test_a_name_has_its_limits(pipeline, rule_of, refused):
    refused(pipeline("PUT", path(pipeline.subscription, "n" * 65), body(rule_of(ACCOUNTS))), "bad-name")


def test_what_is_assigned_stays(pipeline, rule_of, refused):
    where = pipeline.define("one", rule_of(ACCOUNTS, "audit"))
    assigned = pipeline.assign(where)
    refused(pipeline("DELETE", where), "policy-in-assignment")
    pipeline("DELETE", assigned)
    assert pipeline("DELETE", where).status_code == 200


def test_a_change_that_its_assignments_cannot_follow_is_refused(pipeline, rule_of, refused):
    where = pipeline.define("one", rule_of(ACCOUNTS, "audit"))
    pipeline.assign(where)
    wanted = body(rule_of(ACCOUNTS, "[parameters('effect')]"), parameters={"effect": {"type": "String"}})
    refused(pipeline("PUT", where, wanted), "policy-update-breaks")
    wanted["properties"]["parameters"]["effect"]["defaultValue"] = "Audit"
    assert pipeline("PUT", where, wanted).status_code == 201


def test_azures_own_have_rules_of_the_projects_own_and_say_so(pipeline, refused):
    found = pipeline("GET", BUILT_IN)
    assert found.status_code == 200
    assert found.json()["properties"]["policyType"] == "BuiltIn"
    assert set(found.json()["properties"]["parameters"]) == {"effect"}
    assert "an equivalent of Azure's" in found.headers["x-modelyard-note"]
    without = pipeline(
        "GET", "/providers/Microsoft.Authorization/policyDefinitions/8791d062-ba96-4c34-b604-8538f7e30ca0"
    )
    assert "policyRule" not in without.json()["properties"]
    assert "not evaluated" in without.headers["x-modelyard-note"]
    unknown = "/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-4000-8000-000000000001"
    refused(pipeline("GET", unknown), "policy-not-found", name=unknown.rpartition("/")[2])
    listed = pipeline("GET", "/providers/Microsoft.Authorization/policyDefinitions").json()["value"]
    assert found.json() in listed


def test_at_the_management_group(pipeline, azure, rule_of, refused):
    """What a platform team keeps above its subscriptions needs rights there, which rights below don't give."""
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    refused(pipeline.as_("developer")("PUT", path(root), body(rule_of(ACCOUNTS))), "forbidden")

    where = path(root)
    assert pipeline("PUT", where, body(rule_of(ACCOUNTS))).status_code == 201
    assert [
        one["name"]
        for one in pipeline("GET", path(root, "").rstrip("/"), **{"$filter": "policyType eq 'Custom'"}).json()["value"]
    ] == ["one"]
    assigned = pipeline.assign(where, scope=root)
    group = pipeline.group()
    reply = pipeline("PUT", f"{group}/providers/Microsoft.CognitiveServices/accounts/ai", {"location": "swedencentral"})
    assert reply.json()["error"]["code"] == "RequestDisallowedByPolicy", "the root group is above the subscription"
    assert pipeline.assign(where, "below", scope=group), "a definition can be assigned below where it is kept"
    refused(pipeline("DELETE", where), "policy-in-assignment")
    elsewhere = (
        "/providers/Microsoft.Management/managementGroups/other/providers/Microsoft.Authorization/policyAssignments/x"
    )
    assert pipeline("PUT", elsewhere, {"properties": {"policyDefinitionId": where}}).status_code in (403, 404)
    assert pipeline("DELETE", assigned).status_code == 200
