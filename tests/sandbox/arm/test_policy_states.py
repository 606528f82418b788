"""Policy states tell an auditor how things stand; they must be true of now, and of what was there before the policy."""

import json

import pytest

KEYLESS = "71ef260a-8f18-47b7-abcb-62d0673d94dc"
IDENTITY = "fe3fd216-4f83-4fc1-8984-2bbec80a3418"
GUARDRAILS = "/providers/Microsoft.Authorization/policySetDefinitions/5207647b-3e83-4e28-b836-c382cb5e2a2e"


@pytest.fixture
def accounts(pipeline) -> list[str]:
    """One account with keys and one without, made before any policy."""
    return [
        pipeline.account(pipeline.group("rg-old"), "old"),
        pipeline.account(pipeline.group("rg-new"), "new", disableLocalAuth=True),
    ]


def test_what_was_there_before_is_evaluated_too(pipeline, accounts):
    pipeline.assign(KEYLESS, parameters={"effect": "Deny"})
    found = {one["resourceId"]: one for one in pipeline.states()}
    assert {name: one["complianceState"] for name, one in found.items()} == {
        accounts[0]: "NonCompliant",
        accounts[1]: "Compliant",
    }
    row = found[accounts[0]]
    assert row["isCompliant"] is False
    assert row["policyDefinitionAction"] == "deny"
    assert row["policyAssignmentName"] == "ruled"
    assert row["resourceType"] == "Microsoft.CognitiveServices/accounts"
    assert row["resourceGroup"] == "rg-old"
    assert row["resourceLocation"] == "swedencentral"
    assert json.loads(row["policyAssignmentParameters"]) == {"effect": "Deny"}
    assert "policyEvaluationDetails" not in row
    pipeline("PATCH", accounts[0], {"properties": {"disableLocalAuth": True}})
    assert {one["complianceState"] for one in pipeline.states()} == {"Compliant"}, (
        "a state is never older than the question"
    )


def test_scopes(pipeline, accounts, azure):
    pipeline.assign(KEYLESS)
    deployment = pipeline.deployment(accounts[0], "chat")
    root = f"/providers/Microsoft.Management/managementGroups/{azure.tenant_id}"
    assert len(pipeline.states()) == 2
    assert len(pipeline.states(accounts[0].partition("/providers/")[0])) == 1
    assert len(pipeline.states(accounts[1])) == 1
    assert pipeline.states(deployment) == []
    query = f"{root}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    assert pipeline("POST", query).status_code == 200
    reader = pipeline.as_("reader")
    assert reader("POST", query).status_code == 403, "who may read the subscription may not read what is above it"
    gone = f"{accounts[0]}x/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    assert pipeline("POST", gone).status_code == 404


def test_the_expressions_behind_a_state(pipeline, accounts):
    pipeline.assign(KEYLESS)
    (row,) = pipeline.states(accounts[0], **{"$expand": "PolicyEvaluationDetails"})
    expressions = row["policyEvaluationDetails"]["evaluatedExpressions"]
    assert [one["expression"] for one in expressions] == [
        "type",
        "Microsoft.CognitiveServices/accounts/disableLocalAuth",
    ]


def test_members_of_an_initiative_have_a_row_each(pipeline, accounts):
    pipeline.assign(GUARDRAILS, "guard")
    pipeline.deployment(accounts[1], "chat")
    rows = pipeline.states()
    assert len(rows) == 12
    assert {one["policySetDefinitionId"] for one in rows} == {GUARDRAILS}
    assert len({one["policyDefinitionReferenceId"] for one in rows}) == 12


@pytest.mark.parametrize(
    ("filter_", "count"),
    [
        ("complianceState eq 'NonCompliant'", 1),
        ("ComplianceState eq 'Compliant'", 3),
        ("isCompliant eq false", 1),
        ("complianceState ne 'Compliant' and policyAssignmentName eq 'keys'", 1),
        ("policyAssignmentName eq 'identity'", 2),
        ("policyAssignmentName eq 'identity' and isCompliant eq false", 0),
    ],
)
def test_filters(pipeline, accounts, filter_, count):
    pipeline.assign(KEYLESS, "keys")
    pipeline.assign(IDENTITY, "identity")
    assert len(pipeline.states(**{"$filter": filter_})) == count


@pytest.mark.parametrize(
    "query",
    [
        {"$filter": "startswith(resourceId, 'a')"},
        {"$filter": "mood eq 'good'"},
        {"$top": "0"},
        {"$top": "some"},
        {"$apply": "groupby((policyAssignmentId))"},
    ],
)
def test_what_the_sandbox_does_not_understand_it_does_not_pass_over(pipeline, refused, query):
    path = f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    refused(pipeline("POST", path, **query), "bad-states-query")


def test_no_more_than_asked_for(pipeline, accounts):
    pipeline.assign(KEYLESS)
    assert len(pipeline.states(**{"$top": "1"})) == 1


def test_a_scan_is_taken_as_done(pipeline):
    path = f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/triggerEvaluation"
    assert pipeline("POST", path).status_code == 200
    assert pipeline.as_("reader")("POST", path).status_code == 403


def test_who_may_see_them(pipeline, accounts):
    pipeline.assign(KEYLESS)
    assert len(pipeline.as_("reader").states()) == 2
    path = f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    assert pipeline.as_("outsider")("POST", path).status_code == 403


def test_without_policies_there_are_none(pipeline, accounts):
    assert pipeline.states() == []
