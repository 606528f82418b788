"""A bound that is too low, or 0 where nobody knows, makes a team approve what it can't pay."""

from decimal import Decimal

import pytest
from tools.prices import text

from modelyard.catalog.prices import price, prices

TABLE = prices()


def test_every_price_is_dated_and_none_is_zero() -> None:
    for each in TABLE.values():
        assert each.dearer > 0
        assert each.source
        assert each.date
        assert each.grade == "C"


def test_the_bound_counts_every_minute_at_the_dearer_price() -> None:
    found, _ = price(TABLE, "gpt-4.1-mini", "2025-04-14", "GlobalStandard", "swedencentral")
    assert found is not None
    assert found.dearer == Decimal("1.6"), "what Microsoft printed, by the cross-check of the facts"
    assert found.a_day(100_000) == Decimal("230.4")


def test_a_data_zone_has_its_own_price() -> None:
    found, _ = price(TABLE, "gpt-4.1-mini", "2025-04-14", "datazonestandard", "swedencentral")
    assert found is not None
    assert found.dearer == Decimal("1.76")


@pytest.mark.parametrize(
    ("sku", "region", "why"),
    [
        ("GlobalBatch", "swedencentral", "batch"),
        ("ProvisionedManaged", "swedencentral", "provisioned"),
        ("Standard", "swedencentral", "Standard"),
        ("DeveloperTier", "swedencentral", "DeveloperTier"),
        ("DataZoneStandard", "japaneast", "data zone of japaneast"),
        ("Invented", "swedencentral", "Invented"),
    ],
)
def test_what_has_no_price_is_unknown_and_says_why(sku: str, region: str, why: str) -> None:
    found, said = price(TABLE, "gpt-4.1-mini", "2025-04-14", sku, region)
    assert found is None
    assert why in said


def test_another_version_is_not_taken_for_the_one_that_has_a_price() -> None:
    found, said = price(TABLE, "gpt-4.1-mini", "2031-01-01", "GlobalStandard", "swedencentral")
    assert found is None
    assert "gpt-4.1-mini@2031-01-01" in said


def test_the_table_takes_the_longest_context_and_leaves_other_media_and_zero_out() -> None:
    chat = {"mode": "chat", "input_cost_per_token": 1e-06, "output_cost_per_token": 2e-06}
    made = text(
        {
            "azure/gpt-4.1-mini-2025-04-14": chat | {"output_cost_per_token_above_272k_tokens": 3e-06},
            "azure/gpt-4.1-2025-04-14": chat | {"output_cost_per_audio_token": 1e-05},
            "azure/gpt-4.1-nano-2025-04-14": chat | {"output_cost_per_token": 0},
            "azure/eu/gpt-4.1-mini-2025-04-14": chat | {"output_cost_per_token_priority": 9e-06},
        },
        "a table",
        "2026-12-01",
    )
    assert made.splitlines()[1:] == [
        "gpt-4.1-mini,2025-04-14,,1,3,a table,2026-12-01,C",
        "gpt-4.1-mini,2025-04-14,EU,1,2,a table,2026-12-01,C",
    ]
