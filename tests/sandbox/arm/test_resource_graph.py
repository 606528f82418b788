"""Programs that look for deployments ask Resource Graph; they must see what the caller may read, and nothing else."""

from typing import Any

from modelyard.sandbox import seed_data

PATH = "/providers/Microsoft.ResourceGraph/resources"
SECOND = "11111111-2222-4333-8444-555555555555"
DEPLOYMENTS = "resources | where type =~ 'microsoft.cognitiveservices/accounts/deployments'"


def ask(arm: Any, query: str, **body: Any) -> Any:
    return arm("POST", PATH, {"query": query, **body}, version="2024-04-01")


def test_deployments_with_the_columns_that_programs_read(pipeline, azure):
    account = pipeline.account(pipeline.group(), "ai")
    pipeline.deployment(account, "chat")
    reply = ask(pipeline, DEPLOYMENTS, subscriptions=[azure.subscription_id])
    assert reply.status_code == 200, reply.text
    body = reply.json()
    assert (body["totalRecords"], body["count"], body["resultTruncated"], body["facets"]) == (1, 1, "false", [])
    (row,) = body["data"]
    assert row["id"] == f"{account}/deployments/chat"
    assert row["type"] == "microsoft.cognitiveservices/accounts/deployments"
    assert row["resourceGroup"] == "rg-ai"
    assert row["subscriptionId"] == azure.subscription_id
    assert row["properties"]["model"]["name"]
    assert row["sku"]["name"]


def test_several_subscriptions_below_the_management_group(pipeline, azure):
    seed_data.subscribe(azure, SECOND)
    pipeline.account(pipeline.group(), "ai")
    other = f"/subscriptions/{SECOND}/resourceGroups/rg-two"
    assert pipeline("PUT", other, {"location": "swedencentral"}).status_code == 201
    everything = ask(pipeline, "resourcecontainers | project id, type | order by id asc").json()["data"]
    assert [row["id"] for row in everything if row["type"] == "microsoft.resources/subscriptions"] == [
        f"/subscriptions/{SECOND}",
        f"/subscriptions/{azure.subscription_id}",
    ]
    by_group = ask(pipeline, "resourcecontainers | summarize count() by type", managementGroups=[azure.tenant_id])
    assert {row["type"]: row["count_"] for row in by_group.json()["data"]} == {
        "microsoft.resources/subscriptions": 2,
        "microsoft.resources/subscriptions/resourcegroups": 2,
    }
    one = ask(pipeline, "resources | count", subscriptions=[SECOND]).json()["data"]
    assert one == [{"Count": 0}]


def test_nobody_sees_what_he_may_not_read(pipeline, azure):
    pipeline.account(pipeline.group(), "ai")
    assert ask(pipeline.as_("reader"), "resources | count").json()["data"] == [{"Count": 1}]
    assert ask(pipeline.as_("outsider"), "resources | count").json()["data"] == [{"Count": 0}]
    refusal = ask(pipeline.as_("outsider"), "resources | count", subscriptions=[azure.subscription_id])
    assert refusal.status_code == 400
    assert refusal.json()["error"]["details"][0]["code"] == "NoValidSubscriptionsInQueryRequest"


def test_pages(pipeline):
    account = pipeline.account(pipeline.group(), "ai")
    for name in ("a", "b", "c"):
        pipeline.deployment(account, name)
    query = f"{DEPLOYMENTS} | project name | order by name asc"
    first = ask(pipeline, query, options={"$top": 2}).json()
    assert [row["name"] for row in first["data"]] == ["a", "b"]
    second = ask(pipeline, query, options={"$top": 2, "$skipToken": first["$skipToken"]}).json()
    assert [row["name"] for row in second["data"]] == ["c"]
    assert "$skipToken" not in second
    tabled = ask(pipeline, query, options={"resultFormat": "table"}).json()["data"]
    assert tabled == {"columns": [{"name": "name", "type": "string"}], "rows": [["a"], ["b"], ["c"]]}


def test_what_the_sandbox_does_not_know_is_not_refused_in_azures_words(pipeline, refused):
    refused(ask(pipeline, "resources | mv-expand tags"), "graph-query-not-in-sandbox")
    refused(ask(pipeline, "healthresources"), "graph-query-not-in-sandbox")
    refused(ask(pipeline, ""), "bad-graph-query")
    refused(ask(pipeline, "resources", options={"$skipToken": "?"}), "bad-graph-query")
    refused(ask(pipeline, "resources", options={"$top": 0}), "bad-graph-query")
