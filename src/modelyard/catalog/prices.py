"""What a deployment may cost at most, from dated prices: a bound by its tokens a minute, or that nobody knows.

The table has list prices in USD for a million tokens of text, of the longest context that has a price of its own. It
has none for regional and developer SKUs, and none of an hour of a provisioned unit. It can't know what a contract takes
off. `python -m tools.prices` makes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from modelyard.catalog import regions, tables
from modelyard.catalog.sku import SKUS, Billing, Processing, spelled

MINUTES = 1_440
"""Of a day."""


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens of input and of output; an embedding has no output."""

    input: Decimal
    output: Decimal
    source: str
    date: str
    grade: str

    @property
    def dearer(self) -> Decimal:
        return max(self.input, self.output)

    def a_day(self, tokens_per_minute: int) -> Decimal:
        """USD for a day in which every minute uses all tokens at the dearer price."""
        return self.dearer * tokens_per_minute * MINUTES / 1_000_000


def prices() -> Mapping[tuple[str, str, str], Price]:
    """By model, version and data zone; an empty version stands for all, and an empty zone for global processing."""
    return {
        (row["name"], row["version"], row["data_zone"]): Price(
            Decimal(row["input"]), Decimal(row["output"]), row["source"], row["date"], row["grade"]
        )
        for row in tables.rows("prices.csv")
    }


def price(
    table: Mapping[tuple[str, str, str], Price], name: str, version: str, sku: str, region: str
) -> tuple[Price | None, str]:
    """The price of a deployment, or None and why there is none."""
    known = SKUS.get(spelled(sku))
    if known is None:
        return None, f"SKU {sku} is unknown"
    if known.billing is Billing.BATCH:
        return None, "batch has no limit of tokens a minute"
    if known.billing is Billing.PROVISIONED:
        return None, "no price of an hour of a provisioned unit is in the catalog"
    if known.billing is not Billing.STANDARD or known.processing is Processing.REGIONAL:
        return None, f"no price for SKU {known.name} is in the catalog"
    zone = regions.data_zone(region) if known.processing is Processing.DATA_ZONE else ""
    if known.processing is Processing.DATA_ZONE and not zone:
        return None, f"the data zone of {region} is unknown"
    found = table.get((name, version, zone)) or table.get((name, "", zone))
    return found, "" if found else f"no price of {name}@{version} is in the catalog"
