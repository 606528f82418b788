"""Azure's own listings decide what retires and what is full; captured-2026-11.md rows 57 to 64 say how they look."""

from datetime import date
from typing import Any

from modelyard.inventory.region_offers import RegionOffers, day, models_of, usages_of

ENTRY: dict[str, Any] = {
    "kind": "AIServices",
    "skuName": "S0",
    "model": {
        "format": "OpenAI",
        "name": "gpt-4.1-mini",
        "version": "2025-04-14",
        "isDefaultVersion": True,
        "lifecycleStatus": "Deprecating",
        "deprecation": {"inference": "2027-04-14T00:00:00Z", "deprecationStatus": "Tentative"},
        "replacementConfig": {"targetModelName": "gpt-5.4-mini", "targetModelVersion": "2026-03-17"},
        "skus": [
            {
                "name": "GlobalStandard",
                "usageName": "OpenAI.GlobalStandard.gpt4.1-mini-finetune",
                "deprecationDate": "2028-01-01T00:00:00Z",
            },
            {
                "name": "GlobalStandard",
                "usageName": "OpenAI.GlobalStandard.gpt4.1-mini",
                "deprecationDate": "2026-10-01T00:00:00Z",
                "capacity": {"maximum": 3, "default": 1},
                "costs": [{"name": "in", "meterId": ""}, {"name": "out", "meterId": "m-1"}],
            },
        ],
    },
}


def test_a_sku_of_fine_tuned_models_is_not_taken_for_the_models_own() -> None:
    """Row 60: the same SKU stands twice in a listing, with another quota and another day."""
    (model,) = models_of([{**ENTRY, "kind": "OpenAI"}, ENTRY]).values()
    sku = model.skus["globalstandard"]
    assert (sku.usage, sku.retirement) == ("OpenAI.GlobalStandard.gpt4.1-mini", date(2026, 10, 1))
    assert sku.meters == ("m-1",)
    assert (model.retirement, model.tentative, model.replacement) == (
        date(2027, 4, 14),
        True,
        "gpt-5.4-mini@2026-03-17",
    )


def test_a_deployment_draws_on_the_quota_that_its_sku_names() -> None:
    """Row 62: the name of a quota isn't always that of its model."""
    usages = usages_of(
        [
            {
                "name": {"value": "OpenAI.GlobalStandard.gpt4.1-mini", "localizedValue": "Tokens"},
                "currentValue": 7.0,
                "limit": 5.0,
                "unit": "Count",
                "scopeType": "Global",
            }
        ]
    )
    offers = RegionOffers("/subscriptions/s", "swedencentral", models_of([ENTRY]), usages)
    usage = offers.usage("OpenAI", "GPT-4.1-mini", "2025-04-14", "globalstandard")
    assert usage is not None
    assert (usage.used, usage.left, usage.pool) == (7.0, 0.0, "Global")
    assert offers.usage("OpenAI", "gpt-4.1-mini", "2025-04-14", "Standard") is None
    unread = RegionOffers("/subscriptions/s", "swedencentral", None, None)
    assert unread.usage("OpenAI", "gpt-4.1-mini", "2025-04-14", "GlobalStandard") is None


def test_a_day_that_cannot_be_read_is_none() -> None:
    assert [day(each) for each in (None, "", "soon", "2026-10-01T00:00:00Z", 7)] == [
        None,
        None,
        None,
        date(2026, 10, 1),
        None,
    ]
