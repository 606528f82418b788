"""Exemptions are holes in a wall, each with a reason and an end; one that reaches too far must not be taken."""

from datetime import timedelta
from typing import Any

import pytest

from modelyard.sandbox import seed_data

KEYLESS = "71ef260a-8f18-47b7-abcb-62d0673d94dc"
GUARDRAILS = "/providers/Microsoft.Authorization/policySetDefinitions/5207647b-3e83-4e28-b836-c382cb5e2a2e"


def path(scope: str, name: str = "spared") -> str:
    return f"{scope}/providers/Microsoft.Authorization/policyExemptions/{name}"


def test_made_read_listed_and_deleted(pipeline, refused):
    group = pipeline.group()
    assigned = pipeline.assign(KEYLESS)
    where = pipeline.exempt(assigned, group, displayName="For the migration")
    found = pipeline("GET", where).json()
    assert found["properties"]["assignmentScopeValidation"] == "Default"
    again = {"properties": {**found["properties"], "description": "still"}}
    assert pipeline("PUT", where, again).status_code == 200
    assert [one["name"] for one in pipeline("GET", path(pipeline.subscription, "").rstrip("/")).json()["value"]] == [
        "spared"
    ]
    assert pipeline("DELETE", where).status_code == 200
    assert pipeline("DELETE", where).status_code == 204
    refused(pipeline("GET", where), "exemption-not-found")


def test_it_spares_until_it_expires(pipeline, azure, account_body):
    group = pipeline.group()
    assigned = pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    until = azure.clock.now() + timedelta(hours=1)
    pipeline.exempt(assigned, group, expiresOn=f"{until:%Y-%m-%dT%H:%M:%SZ}")
    where = f"{group}/providers/Microsoft.CognitiveServices/accounts"
    other = pipeline.group("rg-other")
    assert pipeline("PUT", f"{where}/ai", account_body("ai")).status_code == 201
    assert (
        pipeline("PUT", f"{other}/providers/Microsoft.CognitiveServices/accounts/x", account_body("x")).status_code
        == 403
    )
    assert [one["complianceState"] for one in pipeline.states(f"{where}/ai")] == ["Exempt"]
    azure.clock.advance(timedelta(hours=1))
    assert pipeline("PUT", f"{where}/more", account_body("more")).status_code == 403
    assert [one["complianceState"] for one in pipeline.states(f"{where}/ai")] == ["NonCompliant"]


@pytest.mark.parametrize(("spared", "status"), [("pipeline", 201), ("developer", 403)])
def test_it_may_spare_the_requests_of_some_alone(pipeline, account_body, spared, status):
    """Azure's selectors of principals: what a pipeline may do, a person at a terminal may still not."""
    group = pipeline.group()
    assigned = pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    selectors = [{"kind": "userPrincipalId", "in": [seed_data.object_id(spared).upper()]}]
    pipeline.exempt(assigned, group, resourceSelectors=[{"name": "some", "selectors": selectors}])
    where = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai"
    assert pipeline("PUT", where, account_body("ai")).status_code == status


@pytest.mark.parametrize(
    ("change", "which"),
    [
        ({"policyAssignmentId": None}, "bad-exemption-request"),
        ({"exemptionCategory": None}, "bad-exemption-request"),
        ({"exemptionCategory": "Favour"}, "bad-exemption-request"),
        ({"expiresOn": "some day"}, "bad-exemption-request"),
        (
            {"policyAssignmentId": "/subscriptions/x/providers/Microsoft.Authorization/policyAssignments/none"},
            "policy-assignment-not-found",
        ),
        ({"assignmentScopeValidation": "Perhaps"}, "bad-property"),
        ({"policyDefinitionReferenceIds": ["member"]}, "exemption-of-definition"),
    ],
)
def test_what_is_refused(pipeline, refused, change, which):
    group = pipeline.group()
    wanted: dict[str, Any] = {"policyAssignmentId": pipeline.assign(KEYLESS), "exemptionCategory": "Waiver", **change}
    reply = pipeline("PUT", path(group), {"properties": {name: value for name, value in wanted.items() if value}})
    refused(reply, which, **({"name": "spared"} if which == "exemption-of-definition" else {}))


def test_members_must_be_those_of_the_initiative(pipeline, refused):
    group, assigned = pipeline.group(), pipeline.assign(GUARDRAILS)
    wanted = {"policyAssignmentId": assigned, "exemptionCategory": "Mitigated"}
    reply = pipeline("PUT", path(group), {"properties": {**wanted, "policyDefinitionReferenceIds": ["nothing"]}})
    refused(reply, "exemption-references")
    member = "CognitiveServices Jailbreak for Prompt"
    assert pipeline.exempt(assigned, group, policyDefinitionReferenceIds=[member])


def test_it_stands_within_the_scope_of_its_assignment(pipeline, refused):
    one, other = pipeline.group("rg-one"), pipeline.group("rg-other")
    assigned = pipeline.assign(KEYLESS, scope=one)
    wanted = {"policyAssignmentId": assigned, "exemptionCategory": "Waiver"}
    refused(pipeline("PUT", path(other), {"properties": wanted}), "bad-exemption-request")
    assert pipeline.exempt(assigned, other, assignmentScopeValidation="DoNotValidate")


def test_it_keeps_its_assignment(pipeline, refused):
    group = pipeline.group()
    first, second = pipeline.assign(KEYLESS, "first"), pipeline.assign(KEYLESS, "second")
    where = pipeline.exempt(first, group)
    wanted = {"policyAssignmentId": second, "exemptionCategory": "Waiver"}
    refused(pipeline("PUT", where, {"properties": wanted}), "exemption-fixed")


def test_whoever_writes_one_must_be_allowed_to_exempt(pipeline, refused):
    """To write in one's own group is not to be let off the rules above it."""
    group, assigned = pipeline.group(), pipeline.assign(KEYLESS)
    owner = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
    where = f"{group}/providers/Microsoft.Authorization/roleAssignments/7f0b3c4e-0000-4000-8000-000000000002"
    granted = {"principalId": seed_data.object_id("outsider"), "roleDefinitionId": owner}
    assert pipeline("PUT", where, {"properties": granted}).status_code == 201
    wanted = {"properties": {"policyAssignmentId": assigned, "exemptionCategory": "Waiver"}}
    error = refused(pipeline.as_("outsider")("PUT", path(group), wanted), "forbidden")
    assert "policyAssignments/exempt/action" in error["message"]
