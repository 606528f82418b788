"""Two changes that fit alone may not fit together; own use that counts twice would be a false alarm."""

from typing import Any

import pytest

from modelyard.catalog.market import Market
from modelyard.inventory.quota import Draw
from modelyard.inventory.quota_pools import DeclaredDeployment, PoolRow, tally
from modelyard.inventory.region_offers import RegionOffers, models_of, usages_of

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-00000000000a"
ACCOUNTS = f"{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts"


def offers(region: str, used: float, **scope: str) -> RegionOffers:
    models = models_of(
        [
            {
                "kind": "AIServices",
                "model": {
                    "format": "OpenAI",
                    "name": "new-model",
                    "version": "1",
                    "skus": [{"name": "GlobalStandard", "usageName": "OpenAI.GlobalStandard.new"}],
                },
            }
        ]
    )
    usages = usages_of([{"name": {"value": "OpenAI.GlobalStandard.new"}, "limit": 100, "currentValue": used, **scope}])
    return RegionOffers(SUBSCRIPTION, region, models, usages)


def declared(stack: str, region: str, capacity: int, model: str = "new-model") -> DeclaredDeployment:
    draw = Draw("OpenAI", model, "1", "GlobalStandard", capacity)
    return DeclaredDeployment(
        stack, f"{ACCOUNTS}/{stack}/deployments/chat", "deployments.chat", draw, SUBSCRIPTION, region
    )


def running(stack: str, capacity: int) -> dict[str, Any]:
    return {
        "id": f"{ACCOUNTS}/{stack}/deployments/chat",
        "sku": {"name": "GlobalStandard", "capacity": capacity},
        "properties": {"model": {"format": "OpenAI", "name": "new-model", "version": "1"}},
    }


def added_up(regions: dict[str, RegionOffers], wanted: list[Any], there: list[Any]) -> tuple[list[PoolRow], list[Any]]:
    accounts = [{"id": f"{ACCOUNTS}/{each.stack}", "location": each.region} for each in wanted]
    return tally(wanted, there, {(SUBSCRIPTION, name): each for name, each in regions.items()}, Market.load(), accounts)


def test_two_stacks_that_fit_alone_do_not_fit_together() -> None:
    (row,), unknown = added_up(
        {"swedencentral": offers("swedencentral", 0)},
        [declared("a", "swedencentral", 60), declared("b", "swedencentral", 60)],
        [],
    )
    assert (row.after, row.limit, row.grows, row.stacks) == (120, 100, True, {"a": 60, "b": 60})
    assert unknown == []


def test_what_runs_already_counts_once() -> None:
    (row,), _ = added_up({"eastus": offers("eastus", 80)}, [declared("a", "eastus", 60)], [running("a", 60)])
    assert (row.after, row.grows) == (80, False)
    (row,), _ = added_up({"eastus": offers("eastus", 80)}, [declared("a", "eastus", 90)], [running("a", 60)])
    assert (row.after, row.grows) == (110, True)


@pytest.mark.parametrize(
    ("scope", "pools"),
    [
        ({"scopeType": "Global"}, {"global": 120}),
        ({"scopeType": "Regional"}, {"swedencentral": 60, "eastus": 60}),
        ({"scopeType": "DataZone", "scopeId": "EU"}, {"data zone EU": 120}),
        ({}, {"swedencentral": 60, "eastus": 60}),  # where nobody says, by region
    ],
)
def test_a_quota_is_added_up_where_azure_counts_it(scope: dict[str, str], pools: dict[str, float]) -> None:
    found, _ = added_up(
        {name: offers(name, 0, **scope) for name in ("swedencentral", "eastus")},
        [declared("a", "swedencentral", 60), declared("b", "eastus", 60)],
        [],
    )
    assert {row.pool: row.after for row in found} == pools


def test_a_model_without_a_quota_is_unknown_and_not_fitting() -> None:
    _, unknown = added_up({"eastus": offers("eastus", 0)}, [declared("a", "eastus", 1, model="other")], [])
    assert [each.stack for each in unknown] == ["a"]
