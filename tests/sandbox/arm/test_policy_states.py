"""Policy states tell an auditor how things stand; they must be true of now, and of what was there before the policy."""

import json
from typing import Any

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
        ("startswith(policyAssignmentName, 'ident') or policyAssignmentName eq 'keys'", 4),
        ("policyAssignmentName eq 'identity' and isCompliant eq false", 0),
    ],
)
def test_filters(pipeline, accounts, filter_, count):
    pipeline.assign(KEYLESS, "keys")
    pipeline.assign(IDENTITY, "identity")
    assert len(pipeline.states(**{"$filter": filter_})) == count


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ({"$filter": "complianceState"}, "bad-filter"),
        ({"$filter": "mood eq 'good'"}, "not-emulated"),
        ({"$top": "0"}, "bad-query-option"),
        ({"$top": "some"}, "bad-query-option"),
        ({"$apply": "groupby((policyAssignmentId))"}, "not-emulated"),
        ({"$from": "2026-01-01"}, "not-emulated"),
        ({"$expand": "Components"}, "not-emulated"),
    ],
)
def test_what_the_sandbox_does_not_understand_it_does_not_pass_over(pipeline, refused, query, which):
    path = f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/queryResults"
    refused(pipeline("POST", path, **query), which)


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


# --- summarize -------------------------------------------------------------------------------------------------------


def summarized(pipeline: Any, scope: str, **query: str) -> Any:
    path = f"{scope}/providers/Microsoft.PolicyInsights/policyStates/latest/summarize"
    reply = pipeline("POST", path, version="2024-10-01", **query)
    assert reply.status_code == 200, reply.text
    assert reply.json()["@odata.count"] == 1
    (one,) = reply.json()["value"]
    return one


def counts(rows: Any) -> dict[str, int]:
    return {row["complianceState"]: row["count"] for row in rows}


def test_a_summary_counts_resources_assignments_and_policies(pipeline, accounts):
    """`az policy state summarize` and the portal's overview read nothing else."""
    assigned = pipeline.assign(KEYLESS, "keys")
    pipeline.assign(IDENTITY, "identity")
    one = summarized(pipeline, pipeline.subscription)
    results = one["results"]
    assert (results["nonCompliantResources"], results["nonCompliantPolicies"]) == (1, 1)
    assert counts(results["resourceDetails"]) == {"compliant": 1, "noncompliant": 1}
    assert counts(results["policyDetails"]) == {"compliant": 1, "noncompliant": 1}, "assignments, at the top"
    by_id = {each["policyAssignmentId"]: each for each in one["policyAssignments"]}
    keys = by_id[assigned]
    assert keys["policySetDefinitionId"] == ""
    assert keys["results"]["nonCompliantResources"] == 1
    (policy,) = keys["policyDefinitions"]
    assert policy["policyDefinitionId"].endswith(KEYLESS)
    assert policy["effect"] == "audit"
    assert counts(policy["results"]["resourceDetails"]) == {"compliant": 1, "noncompliant": 1}
    assert [each["policyGroupName"] for each in keys["policyGroups"]] == [""]


def test_the_states_behind_a_summary_are_had_by_its_uri(pipeline, accounts):
    pipeline.assign(KEYLESS, "keys")
    pipeline.assign(GUARDRAILS, "guard")
    pipeline.deployment(accounts[0], "chat")
    one = summarized(pipeline, pipeline.subscription)

    def states(uri: str) -> Any:
        headers = {"Authorization": f"Bearer {pipeline.token('pipeline')}"}
        reply = pipeline.http.post(uri, headers=headers)
        assert reply.status_code == 200, (uri, reply.text)
        return reply.json()["value"]

    for part in (one, *one["policyAssignments"]):
        results = part["results"]
        wrong = states(results["queryResultsUri"])
        assert len({row["resourceId"].lower() for row in wrong}) == results["nonCompliantResources"]
        named = {(row["policyDefinitionId"], row["policyDefinitionReferenceId"]) for row in wrong}
        assert len(named) == results["nonCompliantPolicies"]
        for policy in part.get("policyDefinitions", ()):
            assert {row["policyDefinitionId"] for row in states(policy["results"]["queryResultsUri"])} <= {
                policy["policyDefinitionId"]
            }
    assert sum(len(each["policyDefinitions"]) for each in one["policyAssignments"]) == 13


def test_groups_of_an_initiative_are_summed_up(pipeline, accounts, rule_of):
    definition = pipeline.define(
        "keyed", rule_of({"field": "type", "equals": "Microsoft.CognitiveServices/accounts"}, "audit")
    )
    where = f"{pipeline.subscription}/providers/Microsoft.Authorization/policySetDefinitions/both"
    member = {"policyDefinitionId": definition, "policyDefinitionReferenceId": "one", "groupNames": ["identity"]}
    body = {"policyDefinitions": [member], "policyDefinitionGroups": [{"name": "identity"}]}
    assert pipeline("PUT", where, {"properties": body}).status_code == 201
    pipeline.assign(where)
    one = summarized(pipeline, pipeline.subscription)
    assert counts(one["results"]["policyGroupDetails"]) == {"noncompliant": 1}
    (group,) = one["policyAssignments"][0]["policyGroups"]
    assert (group["policyGroupName"], group["results"]["nonCompliantResources"]) == ("identity", 2)
    assert one["policyAssignments"][0]["policyDefinitions"][0]["policyDefinitionGroupNames"] == ["identity"]
    assert len(pipeline.states(**{"$filter": "'identity' IN PolicyDefinitionGroupNames"})) == 2


def test_one_assignment_or_definition_can_be_asked_about(pipeline, accounts):
    assigned = pipeline.assign(KEYLESS, "keys")
    pipeline.assign(IDENTITY, "identity")
    definition = f"{pipeline.subscription}/providers/Microsoft.Authorization/policyDefinitions/{IDENTITY}"
    for scope, name in ((assigned, "keys"), (definition, "identity")):
        assert {row["policyAssignmentName"] for row in pipeline.states(scope)} == {name}
        assert len(summarized(pipeline, scope)["policyAssignments"]) == 1
    assert len(summarized(pipeline, pipeline.subscription, **{"$top": "1"})["policyAssignments"]) == 1
    filtered = summarized(pipeline, pipeline.subscription, **{"$filter": "policyAssignmentName eq 'keys'"})
    assert [each["policyAssignmentId"] for each in filtered["policyAssignments"]] == [assigned]


def test_nothing_can_be_summed_up_too(pipeline):
    one = summarized(pipeline, pipeline.subscription)
    assert (one["results"]["nonCompliantResources"], one["policyAssignments"]) == (0, [])
    assert (
        pipeline.as_("outsider")(
            "POST", f"{pipeline.subscription}/providers/Microsoft.PolicyInsights/policyStates/latest/summarize"
        ).status_code
        == 403
    )
