"""The catalog's tables as they lie in `data/`: one reader a table, rows in, frozen values out.

Every table is transcribed from Microsoft's documents and says in each row from where, when and how sure that is.
Refreshing the market is replacing these files, which `python -m tools.catalog` makes; no code changes.
"""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from modelyard.catalog.model import Create, ModelVersion
from modelyard.catalog.sku import CapacityUnit, TierQuota

DATA = Path(__file__).parent / "data"


Key = TypeVar("Key")
Row = TypeVar("Row")
Entry = TypeVar("Entry")


class OnDemand(Mapping[Key, Entry]):
    """Entries that are made of their rows when they are first asked for: of hundreds, one stack needs a few."""

    def __init__(self, rows: Mapping[Key, Row], make: Callable[[Row], Entry]) -> None:
        self._rows: Mapping[Key, Any] = rows
        self._make: Callable[[Any], Entry] = make
        self._entries: dict[Key, Entry] = {}

    def __getitem__(self, key: Key) -> Entry:
        if key not in self._entries:
            self._entries[key] = self._make(self._rows[key])
        return self._entries[key]

    def __iter__(self) -> Iterator[Key]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, key: object) -> bool:
        return key in self._rows


@dataclass(frozen=True, slots=True)
class Offer:
    """The regions in which a table has a model and SKU; only a `complete` table says no for the others."""

    regions: frozenset[str]
    complete: bool
    source: str
    date: str
    grade: str


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of a table by column; `csv.DictReader` gives the same, in twice the time. ValueError for a short row."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        columns = next(reader)
        for row in reader:
            yield dict(zip(columns, row, strict=True))


def edition() -> date:
    """The day for which the tables were made."""
    return date.fromisoformat(json.loads((DATA / "edition.json").read_text(encoding="utf-8"))["date"])


def models() -> Mapping[str, tuple[ModelVersion, ...]]:
    """The retirement schedule by name of the model, joined with the SKUs of the availability matrices."""
    named: dict[str, list[dict[str, str]]] = {}
    for row in rows("models.csv"):
        named.setdefault(row["name"], []).append(row)
    return OnDemand(named, lambda versions: tuple(map(_model, versions)))


def _model(row: Mapping[str, str]) -> ModelVersion:
    return ModelVersion(
        publisher=row["publisher"],
        format=row["format"],
        format_grade=row["format_grade"],
        format_source=row["format_source"],
        other_formats=tuple(filter(None, [row["other_formats"]])),
        name=row["name"],
        version=row["version"],
        other_versions=tuple(row["other_versions"].split()),
        lifecycle=row["lifecycle"],
        basis=row["basis"],
        lifecycle_grade=row["lifecycle_grade"],
        create=Create(row["create"]),
        deprecation=_day(row["deprecation"]),
        deprecation_status=row["deprecation_status"],
        retirement=_day(row["retirement"]),
        retirement_grade=row["retirement_grade"],
        retirement_standard=_day(row["retirement_standard"]),
        retirement_unconfirmed=_day(row["retirement_unconfirmed"]),
        finetune_training_end=_day(row["finetune_training_end"]),
        finetune_deployment_end=_day(row["finetune_deployment_end"]),
        skus=frozenset(row["skus"].split()),
        replacement=row["replacement"],
        replacement_version=row["replacement_version"],
        replacement_grade=row["replacement_grade"],
        source=row["source"],
        date=row["date"],
        grade=row["grade"],
        note=row["note"],
    )


def offers() -> Iterator[tuple[tuple[str, str, str], Offer]]:
    """Regions by model, version and SKU; several rows may speak of the same."""
    for row in rows("model-regions.csv"):
        yield (
            (row["name"], row["version"], row["sku"]),
            Offer(
                frozenset(row["regions"].split()), row["complete"] == "yes", row["source"], row["date"], row["grade"]
            ),
        )


def units() -> Iterator[tuple[tuple[str, str, str], CapacityUnit]]:
    """Units of capacity by name, version and SKU; an empty version or SKU stands for all of them."""
    for row in rows("units.csv"):
        for version in row["version"].split() or [""]:
            yield (
                (row["name"], version, row["sku"]),
                CapacityUnit(
                    tokens_per_minute=_whole(row["tokens_per_minute"]),
                    requests_per_minute=float(row["requests_per_minute"]) if row["requests_per_minute"] else None,
                    window_seconds=int(row["window_seconds"]),
                    grade=row["grade"],
                    source=row["source"],
                    date=row["date"],
                ),
            )


def quotas() -> Mapping[tuple[str, str, str, str], TierQuota]:
    """The quota tables by name, version, SKU and tier; an empty version stands for all."""
    named = {
        (row["name"], version, row["sku"], row["tier"]): row
        for row in rows("quota.csv")
        for version in row["version"].split() or [""]
    }
    return OnDemand(named, _quota)


def _quota(row: Mapping[str, str]) -> TierQuota:
    return TierQuota(
        tier=row["tier"],
        tokens_per_minute=_whole(row["tokens"]),
        requests=_whole(row["requests"]),
        window_seconds=int(row["window_seconds"]),
        input_tokens_per_minute=_whole(row["input_tokens"]),
        output_tokens_per_minute=_whole(row["output_tokens"]),
        pool=row["pool"],
        pool_grade=row["pool_grade"],
        source=row["source"],
        date=row["date"],
        grade=row["grade"],
    )


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
