"""Where quota counts decides whether the next stack fits: in its region, in its data zone, or in the subscription."""

from typing import Any

import pytest

from modelyard.catalog import regions
from modelyard.sandbox.arm import quota

ANTHROPIC = {"model": "claude-opus-5", "version": "2", "publisher": "Anthropic"}
MISTRAL = {"model": "mistral-medium-3-5", "version": "1", "publisher": "Mistral AI"}
GPT: dict[str, str] = {}


@pytest.fixture
def account_in(pipeline, account_body):
    """A way to make an account in a region."""
    group = pipeline.group()

    def make(location: str) -> str:
        path = f"{group}/providers/Microsoft.CognitiveServices/accounts/ai-{location}"
        assert pipeline("PUT", path, {**account_body(f"ai-{location}"), "location": location}).status_code == 201
        pipeline.pass_time(1)
        return path

    return make


def usage(pipeline: Any, location: str, name: str) -> list[float]:
    path = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/{location}/usages"
    reply = pipeline("GET", path, **{"$filter": f"name.value eq '{name}'"})
    return [one["currentValue"] for one in reply.json()["value"]]


@pytest.mark.parametrize(
    ("wanted", "name", "here", "zone", "elsewhere"),
    [
        ({**MISTRAL, "sku": "GlobalStandard"}, "AIServices.GlobalStandard.mistral-medium-3-5", 7, 7, 7),
        ({**ANTHROPIC, "sku": "DataZoneStandard"}, "AIServices.DataZoneStandard.claude-opus-5", 3, 3, 4),
        ({**GPT, "sku": "GlobalStandard"}, "OpenAI.GlobalStandard.gpt-5.4", 2, 1, 4),
    ],
)
def test_each_quota_counts_in_its_pool(pipeline, account_in, wanted, name, here, zone, elsewhere):
    for location, capacity in (("swedencentral", 2), ("francecentral", 1), ("eastus2", 4)):
        pipeline.deployment(account_in(location), "chat", capacity=capacity, **wanted)
    assert usage(pipeline, "swedencentral", name) == [here]
    assert usage(pipeline, "francecentral", name) == [zone]
    assert usage(pipeline, "EASTUS2", name) == [elsewhere]


def test_where_nobody_says_what_shares_it_the_region_counts_and_a_note_says_so(pipeline, account_in, deployment_body):
    account = account_in("swedencentral")
    made = pipeline("PUT", f"{account}/deployments/chat", deployment_body())
    assert quota.BY_REGION in made.headers["x-modelyard-note"]
    regional = pipeline(
        "PUT", f"{account}/deployments/mini", deployment_body("gpt-4.1-mini", "2025-04-14", sku="Standard")
    )
    assert quota.BY_REGION not in regional.headers.get("x-modelyard-note", "")


@pytest.mark.parametrize(
    ("model", "sku", "name", "title"),
    [
        ("gpt-4.1", "Standard", "OpenAI.Standard.gpt4.1", None),
        (
            "gpt-4.1",
            "GlobalStandard",
            "OpenAI.GlobalStandard.gpt4.1",
            "Tokens Per Minute (thousands) - 4.1 - GlobalStandard",
        ),
        ("gpt-4.1-mini", "GlobalStandard", "OpenAI.GlobalStandard.gpt4.1-mini", None),
        ("gpt-4.1", "GlobalBatch", "OpenAI.GlobalBatch.gpt-4.1", "Enqueued tokens (thousands) - GPT-4.1 - GlobalBatch"),
        ("model-router", "GlobalStandard", "OpenAI.GlobalStandard.ModelRouter", None),
        (
            "gpt-5",
            "GlobalStandard",
            "OpenAI.GlobalStandard.gpt-5",
            "One Thousand Tokens Per Minute - gpt-5 - GlobalStandard",
        ),
        ("gpt-4o", "Standard", "OpenAI.Standard.gpt-4o", "Tokens Per Minute (thousands) - gpt-4o"),
        (
            "gpt-5",
            "GlobalProvisionedManaged",
            "OpenAI.GlobalProvisionedManaged",
            "Global Provisioned Managed Throughput Unit",
        ),
    ],
)
def test_names_are_those_that_were_captured(azure, model, sku, name, title):
    """captured-2026-11, rows 37, 62 and 64: a quota's name is not always its model's."""
    found = quota.quota(azure, "OpenAI", model, sku, "swedencentral")
    assert found.name == name
    assert title in (None, found.title)


def test_quotas_of_accounts_are_listed_as_captured(pipeline, account_in):
    """captured-2026-11, row 64."""
    account_in("SwedenCentral")
    path = f"{pipeline.subscription}/providers/Microsoft.CognitiveServices/locations/swedencentral/usages"
    shown = {one["name"]["value"]: one for one in pipeline("GET", path).json()["value"]}
    assert (shown["AccountCount"]["limit"], shown["AccountCount"]["currentValue"]) == (200, 1)
    assert (shown["AIServices.S0.AccountCount"]["limit"], shown["AIServices.S0.AccountCount"]["currentValue"]) == (
        100,
        1,
    )
    assert (shown["OpenAI.S0.AccountCount"]["limit"], shown["OpenAI.S0.AccountCount"]["currentValue"]) == (30, 0)


def test_data_zones_are_made_of_public_regions():
    zones = {region: regions.data_zone(region) for region in regions.public()}
    assert set(zones.values()) == {"US", "EU", ""}
    assert (zones["swedencentral"], zones["eastus2"], zones["uksouth"]) == ("EU", "US", "")
