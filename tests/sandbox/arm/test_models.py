"""What preflight asks before a change: models, usages and capacities of a region, in the service's own shape."""

from typing import Any

import pytest


@pytest.fixture
def provider(pipeline):
    return f"{pipeline.subscription}/providers/Microsoft.CognitiveServices"


def listed(pipeline: Any, path: str, **query: str) -> Any:
    reply = pipeline("GET", path, **query)
    assert reply.status_code == 200, reply.text
    return reply.json()["value"]


def test_a_region_lists_its_models_for_each_kind_of_account(pipeline, provider):
    rows = listed(pipeline, f"{provider}/locations/SwedenCentral/models")
    chat = next(
        row["model"]
        for row in rows
        if row["kind"] == "AIServices" and row["model"]["name"] == "gpt-5.4" and row["skuName"] == "S0"
    )
    assert chat["isDefaultVersion"] is True
    assert chat["lifecycleStatus"] == "GenerallyAvailable"
    sku = next(one for one in chat["skus"] if one["name"] == "GlobalStandard")
    assert sku["usageName"] == "OpenAI.GlobalStandard.gpt-5.4"
    assert {one["key"] for one in sku["rateLimits"]} == {"request", "token"}
    provisioned = next(one for one in chat["skus"] if one["name"] == "GlobalProvisionedManaged")
    assert (provisioned["capacity"]["minimum"], provisioned["capacity"]["step"]) == (15, 5)
    formats = {row["model"]["format"] for row in rows if row["kind"] == "OpenAI"}
    assert formats == {"OpenAI"}


def test_the_lifecycle_is_that_of_the_sandbox_s_day(pipeline, provider):
    pipeline.pass_time(400 * 86400)
    rows = listed(pipeline, f"{provider}/locations/swedencentral/models")
    chat = next(row["model"] for row in rows if row["model"]["name"] == "gpt-5.4")
    assert chat["lifecycleStatus"] == "Deprecated"


def test_an_account_lists_models_without_the_wrapping(pipeline):
    account = pipeline.account(pipeline.group())
    names = {row["name"] for row in listed(pipeline, f"{account}/models")}
    assert {"gpt-5.4", "Mistral-Large-3"} <= names


def test_usages_count_what_is_deployed_and_know_each_quota_that_models_name(pipeline, provider):
    account = pipeline.account(pipeline.group())
    pipeline.deployment(account, "one", capacity=30)
    pipeline.deployment(account, "two", capacity=12)
    usages = {row["name"]["value"]: row for row in listed(pipeline, f"{provider}/locations/swedencentral/usages")}
    assert usages["OpenAI.GlobalStandard.gpt-5.4"]["currentValue"] == 42
    assert usages["AIServices.S0.AccountCount"]["currentValue"] == 1
    elsewhere = {row["name"]["value"]: row for row in listed(pipeline, f"{provider}/locations/eastus2/usages")}
    assert elsewhere["OpenAI.GlobalStandard.gpt-5.4"]["currentValue"] == 0
    models = listed(pipeline, f"{provider}/locations/swedencentral/models")
    assert {sku["usageName"] for row in models for sku in row["model"]["skus"]} <= set(usages)


def test_capacities_say_what_is_left(pipeline, provider):
    account = pipeline.account(pipeline.group())
    query = {"modelFormat": "OpenAI", "modelName": "gpt-5.4", "modelVersion": "2026-03-05"}

    def left() -> dict[str, int]:
        rows = listed(pipeline, f"{provider}/locations/swedencentral/modelCapacities", **query)
        return {row["properties"]["skuName"]: row["properties"]["availableCapacity"] for row in rows}

    before = left()["GlobalStandard"]
    pipeline.deployment(account, "chat", capacity=25)
    assert left()["GlobalStandard"] == before - 25
    regions = {row["location"] for row in listed(pipeline, f"{provider}/modelCapacities", **query)}
    assert {"swedencentral", "eastus2"} <= regions
    assert listed(pipeline, f"{provider}/modelCapacities", modelName="none") == []


def test_usages_of_an_account_count_its_deployments(pipeline):
    account = pipeline.account(pipeline.group())
    pipeline.deployment(account, "chat")
    assert [row["currentValue"] for row in listed(pipeline, f"{account}/usages")] == [1.0]


def test_usages_need_a_right_at_the_subscription(pipeline, provider, refused):
    """MicrosoftDocs/azure-docs#112686: a team with every right in its group still can't see its quota."""
    path = f"{provider}/locations/swedencentral/usages"
    assert pipeline.as_("reader")("GET", path).status_code == 200
    refused(pipeline.as_("outsider")("GET", path), "forbidden")


def test_newer_versions_say_where_a_quota_counts_and_what_replaces_a_model(pipeline, provider):
    """Those of 2025-06-01 say neither (captured), and clients of both are asked to make the same of it."""
    old, new = (
        {
            what: listed(pipeline, f"{provider}/locations/swedencentral/{what}", version=version)
            for what in ("models", "usages")
        }
        for version in ("2025-06-01", "2026-07-01")
    )
    assert not any("scopeType" in row for row in old["usages"])
    assert not any("replacementConfig" in row["model"] for row in old["models"])
    scopes = {row["name"]["value"]: (row.get("scopeType"), row.get("scopeId")) for row in new["usages"]}
    assert scopes["AIServices.S0.AccountCount"] == ("Regional", "swedencentral")
    assert {scope for scope, _ in scopes.values()} == {"Regional", "Global", "DataZone", None}
    assert {place for scope, place in scopes.values() if scope == "DataZone"} == {"EU"}
    replaced = [row["model"]["replacementConfig"] for row in new["models"] if "replacementConfig" in row["model"]]
    assert all(each["targetModelName"] for each in replaced)
    assert replaced


def test_a_sku_may_retire_on_a_day_of_its_own(pipeline, provider):
    """Regional Standard of some models retires before the others (MicrosoftDocs, and recorded for gpt-4o)."""
    rows = listed(pipeline, f"{provider}/locations/swedencentral/models")
    days = [
        {sku["name"]: sku["deprecationDate"] for sku in row["model"]["skus"] if "deprecationDate" in sku}
        for row in rows
    ]
    assert any(len(set(each.values())) > 1 for each in days)
