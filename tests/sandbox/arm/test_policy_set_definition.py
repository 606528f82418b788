"""Initiatives hand parameters down to their members; what doesn't fit must show when it is written."""

from typing import Any

import pytest

ACCOUNTS = {"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}
KEYLESS = "/providers/Microsoft.Authorization/policyDefinitions/71ef260a-8f18-47b7-abcb-62d0673d94dc"
MYSTERY = "/providers/Microsoft.Authorization/policyDefinitions/00000000-0000-4000-8000-000000000001"


def path(scope: str, name: str = "set") -> str:
    return f"{scope}/providers/Microsoft.Authorization/policySetDefinitions/{name}"


def body(*members: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"properties": {"policyDefinitions": list(members), **properties}}


def member(definition: str, reference: str | None = None, **parameters: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"policyDefinitionId": definition}
    if reference:
        row["policyDefinitionReferenceId"] = reference
    return {**row, "parameters": {name: {"value": value} for name, value in parameters.items()}}


def test_made_read_listed_and_deleted(pipeline, refused):
    where = path(pipeline.subscription)
    assert pipeline("PUT", where, body(member(KEYLESS))).status_code == 201
    assert pipeline("PUT", where, body(member(KEYLESS, "keys"))).status_code == 200
    found = pipeline("GET", where).json()["properties"]
    assert found["policyDefinitions"][0]["policyDefinitionReferenceId"] == "keys"
    assert found["policyType"] == "Custom"
    listed = pipeline("GET", path(pipeline.subscription, "").rstrip("/")).json()["value"]
    assert {one["properties"]["policyType"] for one in listed} == {"Custom", "BuiltIn"}
    assert pipeline("DELETE", where).status_code == 200
    refused(pipeline("GET", where), "set-not-found")


@pytest.mark.parametrize(
    ("members", "which"),
    [
        ([], "bad-set-request"),
        ([{"parameters": {}}], "bad-set-request"),
        ([member(KEYLESS, "same"), member(KEYLESS, "same")], "bad-set-request"),
        ([member(KEYLESS.replace("policyDefinitions", "policySetDefinitions"))], "bad-set-request"),
        ([member("/subscriptions/other/providers/Microsoft.Authorization/policyDefinitions/x")], "bad-set-request"),
        (
            [
                member(
                    "/subscriptions/5a9db0c5-0000-4000-8000-000000000001/providers/Microsoft.Authorization/policyDefinitions/x"
                )
            ],
            "assigned-policy-not-found",
        ),
        ([member(KEYLESS, effort="much")], "set-member-parameter"),
    ],
)
def test_what_is_refused(pipeline, refused, members, which):
    refused(pipeline("PUT", path(pipeline.subscription), body(*members)), which)


def test_one_of_type_built_in_cannot_be_written(pipeline, refused):
    refused(
        pipeline("PUT", path(pipeline.subscription), body(member(KEYLESS), policyType="BuiltIn")), "bad-set-request"
    )


def test_members_and_assigned_sets_stay(pipeline, rule_of, refused):
    definition = pipeline.define("one", rule_of(ACCOUNTS, "audit"))
    where = path(pipeline.subscription)
    pipeline("PUT", where, body(member(definition)))
    refused(pipeline("DELETE", definition), "policy-in-set", name="one", user=where)
    pipeline.assign(where)
    refused(pipeline("DELETE", where), "set-in-assignment", name="set", user=pipeline.assign(where))


def test_a_member_may_not_change_under_its_assignment(pipeline, rule_of, refused):
    definition = pipeline.define("one", rule_of(ACCOUNTS, "audit"))
    pipeline("PUT", path(pipeline.subscription), body(member(definition)))
    pipeline.assign(path(pipeline.subscription))
    needing = {"policyRule": rule_of(ACCOUNTS, "[parameters('e')]"), "parameters": {"e": {"type": "String"}}}
    refused(pipeline("PUT", definition, {"properties": needing}), "policy-update-breaks")


def test_parameters_reach_the_members(pipeline, account_body):
    declared = {"effect": {"type": "String", "allowedValues": ["Audit", "Deny"], "defaultValue": "Audit"}}
    wanted = body(member(KEYLESS, "keys", effect="[parameters('effect')]"), parameters=declared)
    assert pipeline("PUT", path(pipeline.subscription), wanted).status_code == 201
    where = f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai"
    pipeline.assign(path(pipeline.subscription), parameters={"effect": "Deny"})
    error = pipeline("PUT", where, account_body()).json()["error"]
    assert error["code"] == "RequestDisallowedByPolicy"
    info = error["additionalInfo"][0]["info"]
    assert info["policyDefinitionReferenceId"] == "keys"
    assert info["policySetDefinitionId"] == path(pipeline.subscription)
    assert info["policyDefinitionId"] == KEYLESS
    pipeline.assign(path(pipeline.subscription), parameters={"effect": "Audit"})
    assert pipeline("PUT", where, account_body()).status_code == 201


def test_a_member_without_a_rule_here_is_told_of(pipeline, account_body):
    pipeline("PUT", path(pipeline.subscription), body(member(KEYLESS, "keys"), member(MYSTERY, "mystery")))
    where = pipeline.assign(path(pipeline.subscription))
    body_ = {"properties": {"policyDefinitionId": path(pipeline.subscription)}}
    note = pipeline("PUT", where, body_).headers["x-modelyard-note"]
    assert "mystery" in note
    assert "keys" not in note
    reply = pipeline("PUT", f"{pipeline.group()}/providers/Microsoft.CognitiveServices/accounts/ai", account_body())
    assert "non-compliant: ruled (keys)" in reply.headers["x-modelyard-policy"]
    assert "not evaluated: members mystery" in reply.headers["x-modelyard-policy"]
