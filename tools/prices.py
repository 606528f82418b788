"""Makes the catalog's prices from litellm's price table (MIT): `python -m tools.prices TABLE --source TEXT --date DAY`.

TABLE is `model_prices_and_context_window_backup.json` of an unpacked wheel; the package is no dependency. A row is kept
where the catalog has the model in that version and the figure is one for text alone: those with prices for sound or
images depend on what is sent. A row without a version is kept where the catalog has one version of that model.
"""

import argparse
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from tools.catalog import DATA

COLUMNS = ("name", "version", "data_zone", "input", "output", "source", "date", "grade")
KEY = re.compile(r"(?:azure/(?:(?P<zone>us|eu)/)?|azure_ai/)(?P<name>[^/]+?)(?:-(?P<version>\d{4}-\d\d-\d\d))?")
MODES = frozenset({"chat", "responses", "embedding"})
OTHER_MEDIA = ("audio", "image", "video", "character", "second", "pixel")
Entry = Mapping[str, Any]


def dearest(entry: Entry, side: str) -> Decimal | None:
    """USD for a million tokens, of the longest context that has a price of its own; None where no price is stated."""
    priced = [
        Decimal(str(value))
        for key, value in entry.items()
        if re.fullmatch(rf"{side}_cost_per_(reasoning_)?token(_above_\d+k_tokens)?", key)
    ]
    highest = max(priced, default=Decimal(0))
    return highest * 1_000_000 if highest else None


def rows(table: Mapping[str, Entry], versions: Mapping[str, tuple[str, list[str]]]) -> Iterator[dict[str, str]]:
    """`versions` has the catalog's spelling and versions by the name in lower case."""
    found: dict[tuple[str, str, str], tuple[int, dict[str, str]]] = {}
    for key, entry in table.items():
        match = KEY.fullmatch(key)
        known = versions.get(match["name"].lower()) if match else None
        if (
            match is None
            or known is None
            or entry.get("mode") not in MODES
            or any(f"cost_per_{media}" in each for each in entry for media in OTHER_MEDIA)
        ):
            continue
        name, listed = known
        version = match["version"] or (listed[0] if len(listed) == 1 else "")
        input_, output = dearest(entry, "input"), dearest(entry, "output")
        if version not in listed or input_ is None or (output is None and entry["mode"] != "embedding"):
            continue
        place = (name, version, (match["zone"] or "").upper())
        # azure/ before azure_ai/, and a row that states the version before one that doesn't
        rank = 2 * key.startswith("azure_ai/") + (match["version"] is None)
        if place not in found or rank < found[place][0]:
            found[place] = (
                rank,
                dict(zip(COLUMNS, (*place, f"{input_:f}", f"{output or Decimal(0):f}"), strict=False)),
            )
    for _, (_, row) in sorted(found.items()):
        yield {column: _plain(row[column]) if column in {"input", "output"} else row[column] for column in row}


def _plain(figure: str) -> str:
    return figure.rstrip("0").rstrip(".") if "." in figure else figure


def text(table: Mapping[str, Entry], source: str, date: str) -> str:
    """The file as it is written."""
    versions: dict[str, tuple[str, list[str]]] = {}
    with (DATA / "models.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["format"] != "Anthropic":  # their limits leave cached input out, so that no bound follows from them
                versions.setdefault(row["name"].lower(), (row["name"], []))[1].append(row["version"])
    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row | {"source": source, "date": date, "grade": "C"} for row in rows(table, versions))
    return written.getvalue()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path)
    parser.add_argument("--source", required=True, help="whose table, and its version")
    parser.add_argument("--date", required=True, help="the day on which it was read: 2026-12-01")
    given = parser.parse_args()
    table = json.loads(given.table.read_text(encoding="utf-8"))
    (DATA / "prices.csv").write_text(text(table, given.source, given.date), encoding="utf-8")


if __name__ == "__main__":
    main()
