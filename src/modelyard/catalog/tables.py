"""The catalog's tables as they lie in `data/`: one reader a table, rows in, frozen values out.

Every table is transcribed from Microsoft's documents and says in each row from where and when. Refreshing the market
is replacing these files; no code changes.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from modelyard.catalog.capacity import CapacityUnit, Quota
from modelyard.catalog.model import Model

DATA = Path(__file__).parent / "data"


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def models() -> Iterator[Model]:
    """The retirement schedule, joined with the SKUs of the availability matrices."""
    for row in rows("models.csv"):
        retirement = row.pop("retirement")
        skus = row.pop("skus")
        yield Model(
            **row,
            retirement=date.fromisoformat(retirement) if retirement else None,
            skus=frozenset(skus.split()),
        )


def units() -> Iterator[tuple[str, CapacityUnit]]:
    """Models whose unit of capacity is stated somewhere, by name; the statements don't tell SKUs apart."""
    for row in rows("units.csv"):
        yield (
            row["name"],
            CapacityUnit(
                tokens_per_minute=int(row["tokens_per_minute"]),
                requests_per_minute=float(row["requests_per_minute"]),
                window_seconds=int(row["window_seconds"]),
                grade=row["grade"],
                source=row["source"],
                date=row["date"],
            ),
        )


def quotas() -> Iterator[tuple[tuple[str, str], Quota]]:
    """The quota table of tier 1, by model name and SKU."""
    for row in rows("quota-tier-1.csv"):
        yield (
            (row["name"], row["sku"]),
            Quota(
                tokens_per_minute=int(row["tpm"]) if row["tpm"] else None,
                requests=int(row["rpm"]),
                window_seconds=int(row["rpm_window_s"]),
                source=row["source"],
                date=row["date"],
            ),
        )
