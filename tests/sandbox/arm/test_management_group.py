"""Companies keep roles and policies in groups of groups; what holds in one branch must not hold in the next."""

import uuid
from typing import Any

import pytest

from modelyard.sandbox import seed_data

GROUPS = "/providers/Microsoft.Management/managementGroups"
HIERARCHY = "2020-05-01"
OTHER = "5a9db0c5-0000-4000-8000-0000000000ff"


def put(arm: Any, name: str, above: str = "") -> str:
    details = {"parent": {"id": f"{GROUPS}/{above}"}} if above else {}
    reply = arm("PUT", f"{GROUPS}/{name}", {"properties": {"details": details}}, version=HIERARCHY)
    assert reply.status_code == 200, reply.text
    return str(reply.json()["id"])


@pytest.fixture
def branches(pipeline):
    """`top` with `left` and `right` below it; the sandbox's own subscription stands in `left`, another in `right`."""
    seed_data.subscribe(pipeline.azure, OTHER)
    for name, above in (("top", ""), ("left", "top"), ("right", "top")):
        put(pipeline, name, above)
    for name, subscription in (("left", pipeline.azure.subscription_id), ("right", OTHER)):
        reply = pipeline("PUT", f"{GROUPS}/{name}/subscriptions/{subscription}", version=HIERARCHY)
        assert reply.status_code == 200, reply.text
    return pipeline


def give(arm: Any, scope: str, principal: str, role: str) -> None:
    body = {
        "properties": {
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{role}",
            "principalId": seed_data.object_id(principal),
            "principalType": "User",
        }
    }
    reply = arm("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}", body)
    assert reply.status_code == 201, reply.text


def test_what_is_below_a_group_is_listed_at_any_depth(branches):
    listed = branches("GET", f"{GROUPS}/top/descendants", version=HIERARCHY).json()["value"]
    above = {each["name"]: each["properties"]["parent"]["id"].rpartition("/")[2] for each in listed}
    assert above == {"left": "top", "right": "top", branches.azure.subscription_id: "left", OTHER: "right"}
    left = branches("GET", f"{GROUPS}/left/descendants", version=HIERARCHY).json()["value"]
    assert [each["name"] for each in left] == [branches.azure.subscription_id]


def test_a_role_of_a_group_holds_below_it_and_nowhere_else(branches):
    outsider = branches.as_("outsider")
    assert outsider("GET", branches.subscription, version="2022-12-01").status_code == 403
    give(branches, f"{GROUPS}/right", "outsider", seed_data.READER)
    assert outsider("GET", branches.subscription, version="2022-12-01").status_code == 403
    assert outsider("GET", f"/subscriptions/{OTHER}", version="2022-12-01").status_code == 200
    give(branches, f"{GROUPS}/top", "outsider", seed_data.READER)
    assert outsider("GET", branches.subscription, version="2022-12-01").status_code == 200


def test_a_subscription_that_moves_takes_other_roles(branches):
    give(branches, f"{GROUPS}/right", "outsider", seed_data.READER)
    outsider = branches.as_("outsider")
    assert outsider("GET", branches.subscription, version="2022-12-01").status_code == 403
    own = branches.azure.subscription_id
    assert branches("PUT", f"{GROUPS}/right/subscriptions/{own}", version=HIERARCHY).status_code == 200
    assert outsider("GET", branches.subscription, version="2022-12-01").status_code == 200


def test_a_policy_of_a_group_rules_below_it_and_nowhere_else(branches):
    definition = "/providers/Microsoft.Authorization/policyDefinitions/e56962a6-4747-49cd-b67b-bf8b01975c4c"
    body = {
        "properties": {
            "policyDefinitionId": definition,
            "parameters": {"listOfAllowedLocations": {"value": ["eastus2"]}},
        }
    }
    path = f"{GROUPS}/{{}}/providers/Microsoft.Authorization/policyAssignments/regions"
    groups = (f"{branches.subscription}/resourceGroups/{name}" for name in ("one", "two"))
    make = {"location": "swedencentral"}
    account = {**make, "kind": "AIServices", "sku": {"name": "S0"}, "properties": {}}
    here, there = groups
    for group in (here, there):
        assert branches("PUT", group, make).status_code == 201
    assert branches("PUT", path.format("right"), body).status_code == 201
    free = branches("PUT", f"{here}/providers/Microsoft.CognitiveServices/accounts/free", account)
    assert free.status_code in (200, 201), free.text
    assert branches("PUT", path.format("left"), body).status_code == 201
    held = branches("PUT", f"{there}/providers/Microsoft.CognitiveServices/accounts/held", account)
    assert held.json()["error"]["code"] == "RequestDisallowedByPolicy"


def test_resource_graph_asks_one_branch(branches):
    query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project subscriptionId"
    path = "/providers/Microsoft.ResourceGraph/resources"
    for group, there in (("left", {branches.azure.subscription_id}), ("top", {branches.azure.subscription_id, OTHER})):
        asked = {"query": query, "managementGroups": [group]}
        rows = branches("POST", path, asked, version="2024-04-01").json()["data"]
        assert {row["subscriptionId"] for row in rows} == there


def test_a_group_in_itself_and_one_that_something_stands_in(branches):
    body = {"properties": {"details": {"parent": {"id": f"{GROUPS}/left"}}}}
    assert branches("PUT", f"{GROUPS}/top", body, version=HIERARCHY).status_code >= 400
    assert branches("DELETE", f"{GROUPS}/top", version=HIERARCHY).status_code >= 400
    put(branches, "empty", "top")
    assert branches("DELETE", f"{GROUPS}/empty", version=HIERARCHY).status_code == 200
    assert branches.as_("outsider")("GET", f"{GROUPS}/left", version=HIERARCHY).status_code == 403
